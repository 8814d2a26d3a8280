"""Output tables: their columns, in order, and how each is written (contract, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a column is written."""

    TEXT = "text"  # ids, names, sentences
    UNITS = "units"  # whole units, days, counts; blank where there is none
    DATE = "date"  # YYYY-MM-DD; blank where there is none
    FLAG = "flag"  # 0 or 1
    DKK = "dkk"  # kroner, 2 decimals
    NUMBER = "number"  # 4 decimals: expected units, kg, shares, probabilities
    RATE = "rate"  # 6 decimals: units per day


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an output table."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Output:
    """One output table; ``name`` is also its file name without ``.csv``."""

    name: str
    columns: tuple[Column, ...]


def _output(name: str, /, **kinds: Kind) -> Output:
    return Output(name, tuple(Column(column.rstrip("_"), kind) for column, kind in kinds.items()))


STOCK = _output(
    "stock",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    on_hand_mean=Kind.NUMBER,
    on_hand_low=Kind.UNITS,
    on_hand_high=Kind.UNITS,
    on_order=Kind.UNITS,
    demand_per_day_mean=Kind.RATE,
    demand_per_day_sd=Kind.RATE,
    last_movement=Kind.DATE,
    evidence=Kind.TEXT,
)
EXPIRY_FLAGS = _output(
    "expiry_flags",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    earliest_expiry=Kind.DATE,
    expiry_known=Kind.FLAG,
    p_expire=Kind.NUMBER,
    expected_expired_units=Kind.NUMBER,
    expected_expired_dkk=Kind.DKK,
    expected_expired_co2e_kg=Kind.NUMBER,
    reason=Kind.TEXT,
)
OUT_OF_DATE = _output(
    "out_of_date",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    units=Kind.NUMBER,
    p_out_of_date=Kind.NUMBER,
    expiry=Kind.DATE,
    expiry_known=Kind.FLAG,
    value_dkk=Kind.DKK,
    reason=Kind.TEXT,
)
LEVELS = _output(
    "levels",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    action=Kind.TEXT,
    min_level=Kind.UNITS,
    max_level=Kind.UNITS,
    brik_qty=Kind.UNITS,
    brik_count=Kind.UNITS,
    new_min_level=Kind.UNITS,
    new_max_level=Kind.UNITS,
    new_brik_qty=Kind.UNITS,
    new_brik_count=Kind.UNITS,
    yearly_cost=Kind.DKK,
    new_yearly_cost=Kind.DKK,
    fill_rate=Kind.NUMBER,
    new_fill_rate=Kind.NUMBER,
    expired_units_per_year=Kind.NUMBER,
    new_expired_units_per_year=Kind.NUMBER,
    reason=Kind.TEXT,
    min_fill_rate=Kind.NUMBER,
    saving_dkk_per_year=Kind.DKK,
    short_units_avoided_per_year=Kind.NUMBER,
    risk_value_dkk_per_year=Kind.DKK,
)
CABINET_LEVELS = _output(
    "cabinet_levels",
    cabinet_id=Kind.TEXT,
    litres=Kind.NUMBER,
    new_litres=Kind.NUMBER,
    room_litres=Kind.NUMBER,
    missing_litres=Kind.NUMBER,
    changed_positions=Kind.UNITS,
    waiting_positions=Kind.UNITS,
    saving_dkk_per_year=Kind.DKK,
    proved_best=Kind.FLAG,
    gap_dkk_per_year=Kind.DKK,
    litre_dkk_per_year=Kind.DKK,
    fill_point_dkk_per_year=Kind.DKK,
    reason=Kind.TEXT,
)
TRIM_LIST = _output(
    "trim_list",
    unit=Kind.TEXT,
    hospital=Kind.TEXT,
    ward_id=Kind.TEXT,
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    name=Kind.TEXT,
    rank=Kind.UNITS,
    action=Kind.TEXT,
    from_=Kind.TEXT,
    to=Kind.TEXT,
    saving_dkk_per_year=Kind.DKK,
    saving_co2e_kg_per_year=Kind.NUMBER,
    reason=Kind.TEXT,
    short_units_avoided_per_year=Kind.NUMBER,
    risk_value_dkk_per_year=Kind.DKK,
)
TRANSFERS = _output(
    "transfers",
    from_cabinet_id=Kind.TEXT,
    to_cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    units=Kind.UNITS,
    earliest_expiry=Kind.DATE,
    expected_saved_units=Kind.NUMBER,
    expected_saved_dkk=Kind.DKK,
    reason=Kind.TEXT,
)
SUPPLY_RISK = _output(
    "supply_risk",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    next_delivery=Kind.DATE,
    p_stockout=Kind.NUMBER,
    critical=Kind.FLAG,
    lender_cabinet_id=Kind.TEXT,
    reason=Kind.TEXT,
)
LENDERS = _output(
    "lenders",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    lender_cabinet_id=Kind.TEXT,
    lender_ward_id=Kind.TEXT,
    spare_units=Kind.UNITS,
    reason=Kind.TEXT,
)
DEAD_STOCK = _output(
    "dead_stock",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    days_since_movement=Kind.UNITS,
    units=Kind.NUMBER,
    value_dkk=Kind.DKK,
    p_dead=Kind.NUMBER,
    reason=Kind.TEXT,
)
COUNTS_WORTH_MAKING = _output(
    "counts_worth_making",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    what=Kind.TEXT,
    value_dkk_per_year=Kind.DKK,
    minutes=Kind.NUMBER,
    reason=Kind.TEXT,
)
PURCHASING = _output(
    "purchasing",
    item_id=Kind.TEXT,
    finding=Kind.TEXT,
    wards=Kind.TEXT,
    detail=Kind.TEXT,
    saving_dkk_per_year=Kind.DKK,
    saving_co2e_kg_per_year=Kind.NUMBER,
)
COVERAGE = _output(
    "coverage",
    unit=Kind.TEXT,
    kind=Kind.TEXT,
    wards_in_scope=Kind.UNITS,
    wards_reviewed=Kind.UNITS,
    share=Kind.NUMBER,
    target=Kind.NUMBER,
    deadline=Kind.DATE,
    gap_wards=Kind.UNITS,
    projected_share=Kind.NUMBER,
    projected_reach_date=Kind.DATE,
    p_reach_target=Kind.NUMBER,
)
REVIEW_PLAN = _output(
    "review_plan",
    week=Kind.TEXT,
    order=Kind.UNITS,
    ward_id=Kind.TEXT,
    kind=Kind.TEXT,
    expected_saving_dkk=Kind.DKK,
    reason=Kind.TEXT,
)
SHIFTS = _output(
    "shifts",
    level=Kind.TEXT,
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    ward_id=Kind.TEXT,
    from_date=Kind.DATE,
    to_date=Kind.DATE,
    rate_before=Kind.RATE,
    rate_after=Kind.RATE,
    p_shift=Kind.NUMBER,
    cause=Kind.TEXT,
    is_new=Kind.FLAG,
    reason=Kind.TEXT,
    measure=Kind.TEXT,
    change=Kind.TEXT,
    rate_before_sd=Kind.RATE,
    rate_after_sd=Kind.RATE,
)
CLIMATE_ACCOUNT = _output(
    "climate_account",
    unit=Kind.TEXT,
    year=Kind.TEXT,
    category=Kind.TEXT,
    units_bought=Kind.NUMBER,
    dkk_bought=Kind.DKK,
    co2e_kg_bought=Kind.NUMBER,
    weight_kg_bought=Kind.NUMBER,
    units_used=Kind.NUMBER,
    dkk_used=Kind.DKK,
    co2e_kg_used=Kind.NUMBER,
    weight_kg_used=Kind.NUMBER,
    units_thrown_away=Kind.NUMBER,
    dkk_thrown_away=Kind.DKK,
    co2e_kg_thrown_away=Kind.NUMBER,
    weight_kg_thrown_away=Kind.NUMBER,
    share_ecolabel=Kind.NUMBER,
    share_single_use=Kind.NUMBER,
    factor_source=Kind.TEXT,
    per_activity=Kind.NUMBER,
)
DATA_QUALITY = _output(
    "data_quality",
    table=Kind.TEXT,
    finding=Kind.TEXT,
    severity=Kind.TEXT,
    rows=Kind.UNITS,
    example_file=Kind.TEXT,
    example_line=Kind.UNITS,
    effect=Kind.TEXT,
    advice=Kind.TEXT,
)
REJECTED_ROWS = _output(
    "rejected_rows",
    file=Kind.TEXT,
    line=Kind.UNITS,
    column=Kind.TEXT,
    value=Kind.TEXT,
    rule=Kind.TEXT,
    advice=Kind.TEXT,
)
# What the pages show beside the advice; no list for people.
SHELVES = _output(
    "shelves",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    shelf_place=Kind.TEXT,
    first_day=Kind.DATE,
    used=Kind.TEXT,
    on_hand=Kind.TEXT,
)
# Where each lot may lie, for recalls; no list for people.
LOTS = _output(
    "lots",
    cabinet_id=Kind.TEXT,
    item_id=Kind.TEXT,
    what=Kind.TEXT,
    lot=Kind.TEXT,
    expiry=Kind.DATE,
    received_from=Kind.DATE,
    received_to=Kind.DATE,
    received=Kind.UNITS,
    p_there=Kind.NUMBER,
    units=Kind.NUMBER,
)

OUTPUTS = (
    STOCK,
    EXPIRY_FLAGS,
    OUT_OF_DATE,
    LEVELS,
    CABINET_LEVELS,
    TRIM_LIST,
    TRANSFERS,
    SUPPLY_RISK,
    LENDERS,
    DEAD_STOCK,
    COUNTS_WORTH_MAKING,
    PURCHASING,
    COVERAGE,
    REVIEW_PLAN,
    SHIFTS,
    CLIMATE_ACCOUNT,
    DATA_QUALITY,
    REJECTED_ROWS,
)
