"""Input tables: their columns, Danish names, types and rules (contract, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MOST_UNITS = 9_999_999.0  # the shortest barcode has eight digits: a number of as many is no quantity and no level
MOST = 1e12


class Kind(Enum):
    """What a column holds, and so how its cells are read."""

    ID = "id"  # text that names something; leading zeros stay
    TEXT = "text"  # words for people
    WORD = "word"  # one of a few allowed words
    WEEKDAYS = "weekdays"  # ISO weekdays, "1,3,5"
    FLAG = "flag"  # 0 or 1
    WHOLE = "whole"  # units, days, cards
    NUMBER = "number"  # DKK, litres, kg, shares
    DATE = "date"


@dataclass(frozen=True, slots=True)
class InputColumn:
    """One column of an input table.

    Parameters
    ----------
    name : str
        Its name in the contract.
    kind : Kind
        How cells are read.
    required : bool
        Whether the column must be there and every cell filled.
    default : str
        What an empty cell or a missing column means, written in the plain format.
    low, high : float
        Smallest and largest number allowed, both included.
    words : tuple of str
        The allowed words of a WORD column.
    refers_to : str
        Table whose key the cell must be found in; empty = none.
    """

    name: str
    kind: Kind
    required: bool = False
    default: str = ""
    low: float = 0.0
    high: float = MOST
    words: tuple[str, ...] = ()
    refers_to: str = ""

    @property
    def aliases(self) -> tuple[str, ...]:
        """The Danish headings that mean this column, in whatever table."""
        return ALIASES.get(self.name, ())


@dataclass(frozen=True, slots=True)
class InputTable:
    """One input table; ``name`` is also its file name without the ending.

    Parameters
    ----------
    name : str
        Table name.
    columns : tuple of InputColumn
        In the order of the contract.
    required : bool
        Whether the table must be there, with rows.
    key : tuple of str
        Columns that no two rows may share; empty = none.
    """

    name: str
    columns: tuple[InputColumn, ...]
    required: bool = False
    key: tuple[str, ...] = ()

    def column(self, name: str) -> InputColumn:
        """Return one column by its name; KeyError if the table has none of that name."""
        return {column.name: column for column in self.columns}[name]


ALIASES = {
    "ward_id": ("afsnit_id",),
    "ward_name": ("afsnit",),
    "unit": ("enhed",),
    "order_days": ("bestillingsdage",),
    "delivery_days": ("leveringsdage",),
    "nonbrik_relevant": ("non_brik_relevant",),
    "sor_code": ("sor_kode",),
    "valid_from": ("gyldig_fra",),
    "valid_to": ("gyldig_til",),
    "excluded_reason": ("undtaget_fordi",),
    "cabinet_id": ("skab_id",),
    "kind": ("type",),
    "capacity_litres": ("kapacitet_liter",),
    "item_id": ("varenr",),
    "name": ("varenavn",),
    "category": ("kategori",),
    "pack_size": ("pakningsstørrelse",),
    "unit_price_dkk": ("enhedspris",),
    "unit_volume_litres": ("volumen_liter",),
    "shelf_life_days": ("holdbarhed_dage",),
    "critical": ("kritisk",),
    "stocked": ("lagervare",),
    "lead_time_days_mean": ("leveringstid_dage",),
    "co2e_kg_per_unit": ("co2e_kg",),
    "air_freight_share": ("flyandel",),
    "substitute_group": ("erstatningsgruppe",),
    "ecolabel": ("miljømærke",),
    "replaced_by": ("erstattes_af",),
    "supplier": ("leverandør",),
    "weight_kg": ("vægt_kg",),
    "co2e_source": ("co2e_kilde",),
    "co2e_year": ("co2e_år",),
    "single_use": ("engangs",),
    "reusable_alternative": ("flergangs_alternativ",),
    "narcotic": ("euforiserende",),
    "shelf_place": ("plads",),
    "min_level": ("min",),
    "max_level": ("max",),
    "brik_qty": ("brikmængde",),
    "brik_count": ("antal_brikker",),
    "order_id": ("ordrenr",),
    "ordered_at": ("bestilt",),
    "quantity": ("antal",),
    "channel": ("kanal",),
    "delivered_at": ("leveret",),
    "lot": ("batch",),
    "expiry_date": ("udløbsdato",),
    "counted_at": ("optalt",),
    "discarded_at": ("kasseret",),
    "reason": ("årsag", "begrundelse"),
    "reviewed_at": ("gennemgået",),
    "reviewer": ("gennemgået_af",),
    "changed_at": ("ændret",),
    "old_min_level": ("gammel_min",),
    "old_max_level": ("gammel_max",),
    "old_brik_qty": ("gammel_brikmængde",),
    "old_brik_count": ("gammelt_antal_brikker",),
    "checked_at": ("tjekket",),
    "earliest_expiry": ("tidligste_udløb",),
    "owner": ("ansvarlig",),
    "until": ("til",),
    "used_at": ("brugt",),
    "from": ("fra",),
    "substitute_item_id": ("erstatning",),
    "stock_at": ("lager_dato",),
    "month": ("måned",),
    "activity": ("aktivitet",),
}
# Words of people for words of the contract, beside them.
WORD_ALIASES = {"medicin": "medicine"}

_KINDS = ("brik", "non_brik", "medicine")
_WARD = InputColumn("ward_id", Kind.ID, required=True, refers_to="wards")
_CABINET = InputColumn("cabinet_id", Kind.ID, required=True, refers_to="cabinets")
_ITEM = InputColumn("item_id", Kind.ID, required=True, refers_to="items")
_QUANTITY = InputColumn("quantity", Kind.WHOLE, required=True, high=MOST_UNITS)
_ORDER = InputColumn("order_id", Kind.ID)
_LOT = InputColumn("lot", Kind.ID)
_EXPIRY = InputColumn("expiry_date", Kind.DATE)


def _day(name: str) -> InputColumn:
    return InputColumn(name, Kind.DATE, required=True)


def _flag(name: str, default: str) -> InputColumn:
    return InputColumn(name, Kind.FLAG, default=default)


def _level(name: str, *, required: bool) -> InputColumn:
    return InputColumn(name, Kind.WHOLE, required=required, high=MOST_UNITS)


WARDS = InputTable(
    "wards",
    (
        InputColumn("ward_id", Kind.ID, required=True),
        InputColumn("ward_name", Kind.TEXT, required=True),
        InputColumn("hospital", Kind.TEXT, required=True),
        InputColumn("unit", Kind.TEXT, required=True),
        InputColumn("order_days", Kind.WEEKDAYS, default="1,2,3,4,5"),
        InputColumn("delivery_days", Kind.WEEKDAYS, default="1,2,3,4,5"),
        _flag("nonbrik_relevant", ""),  # empty: whether the ward has a non-brik cabinet
        InputColumn("sor_code", Kind.ID),
        InputColumn("valid_from", Kind.DATE),
        InputColumn("valid_to", Kind.DATE),
        InputColumn("excluded_reason", Kind.TEXT),
    ),
    required=True,
    key=("ward_id",),
)
CABINETS = InputTable(
    "cabinets",
    (
        InputColumn("cabinet_id", Kind.ID, required=True),
        _WARD,
        InputColumn("kind", Kind.WORD, required=True, words=_KINDS),
        InputColumn("capacity_litres", Kind.NUMBER),  # empty: unlimited
    ),
    required=True,
    key=("cabinet_id",),
)
ITEMS = InputTable(
    "items",
    (
        InputColumn("item_id", Kind.ID, required=True),
        InputColumn("name", Kind.TEXT, required=True),
        InputColumn("gtin", Kind.ID),
        InputColumn("category", Kind.TEXT),
        InputColumn("pack_size", Kind.WHOLE, required=True, low=1, high=MOST_UNITS),
        InputColumn("unit_price_dkk", Kind.NUMBER, required=True),
        InputColumn("unit_volume_litres", Kind.NUMBER),
        InputColumn("shelf_life_days", Kind.WHOLE, low=1, high=1e6),  # empty: does not expire
        _flag("critical", "0"),
        _flag("stocked", "1"),
        InputColumn("lead_time_days_mean", Kind.NUMBER, default="3", high=1e4),
        InputColumn("lead_time_days_sd", Kind.NUMBER, default="0", high=1e4),
        InputColumn("co2e_kg_per_unit", Kind.NUMBER, default="0"),
        InputColumn("air_freight_share", Kind.NUMBER, default="0", high=1),
        InputColumn("substitute_group", Kind.ID),
        _flag("ecolabel", "0"),
        InputColumn("replaced_by", Kind.ID),  # its own rule: an item that is there, and no ring
        InputColumn("supplier", Kind.TEXT),
        InputColumn("weight_kg", Kind.NUMBER),  # of one unit
        InputColumn("co2e_source", Kind.TEXT),
        InputColumn("co2e_year", Kind.WHOLE, low=1990, high=2199),
        _flag("single_use", ""),  # empty: nobody said
        InputColumn("reusable_alternative", Kind.ID),
        _flag("narcotic", "0"),
    ),
    required=True,
    key=("item_id",),
)
POSITIONS = InputTable(
    "positions",
    (
        _CABINET,
        _ITEM,
        _level("min_level", required=True),
        _level("max_level", required=True),
        _level("brik_qty", required=False),  # both required in brik cabinets, 0 in others
        _level("brik_count", required=False),
        InputColumn("active_from", Kind.DATE),
        InputColumn("shelf_place", Kind.TEXT),  # sorts in the order of the cabinet
    ),
    required=True,
    key=("cabinet_id", "item_id"),
)
ORDERS = InputTable(
    "orders",
    (
        InputColumn("order_id", Kind.ID, required=True),
        _day("ordered_at"),
        _CABINET,
        _ITEM,
        _QUANTITY,
        InputColumn("channel", Kind.WORD, words=("brik", "manual", "urgent")),  # empty: as the cabinet's kind
    ),
    key=("order_id", "cabinet_id", "item_id"),
)
DELIVERIES = InputTable("deliveries", (_day("delivered_at"), _CABINET, _ITEM, _QUANTITY, _ORDER, _LOT, _EXPIRY))
COUNTS = InputTable("counts", (_day("counted_at"), _CABINET, _ITEM, _QUANTITY, _LOT, _EXPIRY))
DISCARDS = InputTable(
    "discards",
    (
        _day("discarded_at"),
        _CABINET,
        _ITEM,
        _QUANTITY,
        InputColumn("reason", Kind.WORD, words=("expired", "damaged", "other")),
        _LOT,
        _EXPIRY,
    ),
)
REVIEWS = InputTable(
    "reviews",
    (
        _day("reviewed_at"),
        _WARD,
        InputColumn("kind", Kind.WORD, required=True, words=_KINDS),
        InputColumn("reviewer", Kind.TEXT),
    ),
)
SHELF_DATES = InputTable("shelf_dates", (_day("checked_at"), _CABINET, _ITEM, _day("earliest_expiry")))
PROTECTED = InputTable(
    "protected",
    (
        _ITEM,
        InputColumn("ward_id", Kind.ID, refers_to="wards"),  # empty: everywhere
        InputColumn("reason", Kind.TEXT, required=True),
        InputColumn("owner", Kind.TEXT, required=True),
        InputColumn("until", Kind.DATE),
    ),
)
LEVEL_CHANGES = InputTable(
    "level_changes",
    (
        _day("changed_at"),
        _CABINET,
        _ITEM,
        # What stood before that day; empty: as afterwards.
        _level("old_min_level", required=False),
        _level("old_max_level", required=False),
        _level("old_brik_qty", required=False),
        _level("old_brik_count", required=False),
    ),
    key=("changed_at", "cabinet_id", "item_id"),
)

USES = InputTable(
    "uses",
    (_day("used_at"), _CABINET, _ITEM, _QUANTITY, _LOT, _EXPIRY, _flag("complete", "0")),
)
BACK_ORDERS = InputTable(
    "back_orders",
    (
        _ITEM,
        _day("from"),
        InputColumn("until", Kind.DATE),  # empty: nobody knows yet
        InputColumn("substitute_item_id", Kind.ID, refers_to="items"),
        InputColumn("supplier", Kind.TEXT),
    ),
)
WAREHOUSE_STOCK = InputTable("warehouse_stock", (_day("stock_at"), _ITEM, _QUANTITY), key=("stock_at", "item_id"))
ACTIVITY = InputTable(
    "activity",
    (
        _day("month"),  # its last day
        InputColumn("unit", Kind.TEXT, required=True),
        InputColumn("activity", Kind.NUMBER, required=True),
    ),
    key=("month", "unit"),
)

# In the order of the contract, which is also an order in which every id is known before it is referred to.
INPUTS = (
    WARDS,
    CABINETS,
    ITEMS,
    POSITIONS,
    ORDERS,
    DELIVERIES,
    COUNTS,
    DISCARDS,
    REVIEWS,
    SHELF_DATES,
    PROTECTED,
    LEVEL_CHANGES,
    USES,
    BACK_ORDERS,
    WAREHOUSE_STOCK,
    ACTIVITY,
)
# Tables whose newest good row sets the moment of decision when nobody gives one.
EVENTS = ("orders", "deliveries", "counts", "discards", "reviews", "shelf_dates", "uses")
