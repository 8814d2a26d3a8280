"""A mapping written by hand: other names, lines, sheets, values and units become those of the contract."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from brikopt.contract.intake import Intake, read_extracts
from brikopt.errors import BadInput
from tests.contract.stranger import write_stranger
from tests.worlds import tiny_hospital, write_extracts

BY_HAND = """
[wards]
file = "Avdelinger*.xlsx"
sheet = "Avdelinger"
header_row = 3
columns = { ward_id = "Avdelingskode", ward_name = "Avdeling", hospital = "Sykehus", unit = "Klinikk",
  order_days = "Bestillingsdager", delivery_days = "Leveringsdager", sor_code = "SOR",
  nonbrik_relevant = "Gjelder uten brikker" }

[cabinets]
file = "Avdelinger*.xlsx"
sheet = "Skap"
header_row = 3
columns = { cabinet_id = "Skapnr", ward_id = "Avdelingskode", kind = "Skaptype", capacity_litres = "Liter" }
values.kind = { "brikke" = "brik", "uten brikker" = "non_brik" }
decimal = ","

[items]
file = "Artikler *.csv"
columns = { item_id = "Artikkelnummer", name = "Artikkelnavn", pack_size = "Antall per pakning",
  unit_price_dkk = "Pris per stk", unit_volume_litres = "Volum (liter)", shelf_life_days = "Holdbarhet (dager)",
  critical = "Kritisk vare", lead_time_days_mean = "Leveringstid (dager)" }
values.critical = { ja = "1", nei = "0" }
decimal = ","

[positions]
file = "Skapinnhold.csv"
dates = "DD.MM.YYYY"
columns = { cabinet_id = "Skapnr", item_id = "Artikkelnummer", min_level = "Minimum", max_level = "Maksimum",
  brik_qty = "Antall per brikke", brik_count = "Antall brikker", active_from = "Aktiv fra" }

[orders]
file = "Bestillinger_*.csv"
header_row = 4
skip = "sum*"
dates = "DD.MM.YYYY"
columns = { order_id = "Ordrenummer", ordered_at = "Bestilt dato", cabinet_id = "Skapnr",
  item_id = "Artikkelnummer", quantity = "Antall pakninger", channel = "Bestillingsmåte" }
values.channel = { Brikke = "brik", Manuell = "manual", Haster = "urgent" }
units.quantity = "packs"

[deliveries]
file = "Leveranser_*.csv"
dates = "DD.MM.YYYY"
columns = { delivered_at = "Levert dato", cabinet_id = "Skapnr", item_id = "Artikkelnummer", quantity = "Mengde",
  order_id = "Ordrenummer", lot = "Batchnummer", expiry_date = "Utløpsdato" }

[counts]
file = "Varetelling.csv"
dates = "DD.MM.YYYY"
columns = { counted_at = "Talt dato", cabinet_id = "Skapnr", item_id = "Artikkelnummer", quantity = "Mengde",
  lot = "Batchnummer", expiry_date = "Utløpsdato" }

[discards]
file = "Kassert.csv"
dates = "DD.MM.YYYY"
columns = { discarded_at = "Kassert dato", cabinet_id = "Skapnr", item_id = "Artikkelnummer", quantity = "Mengde",
  reason = "Årsak", lot = "Batchnummer", expiry_date = "Utløpsdato" }

[reviews]
file = "Gjennomgang.csv"
dates = "DD.MM.YYYY"
columns = { reviewed_at = "Gjennomgått dato", ward_id = "Avdelingskode", kind = "Skaptype",
  reviewer = "Gjennomgått av" }
values.kind = { brikke = "brik", "uten brikker" = "non_brik" }

[shelf_dates]
file = "Sjekkede datoer.csv"
dates = "DD.MM.YYYY"
columns = { checked_at = "Sjekket dato", cabinet_id = "Skapnr", item_id = "Artikkelnummer",
  earliest_expiry = "Tidligste utløpsdato" }

[level_changes]
file = "Nivåendringer.csv"
dates = "DD.MM.YYYY"
columns = { changed_at = "Endret dato", cabinet_id = "Skapnr", item_id = "Artikkelnummer",
  old_min_level = "Forrige minimum", old_max_level = "Forrige maksimum", old_brik_qty = "Forrige antall per brikke",
  old_brik_count = "Forrige antall brikker" }

[protected]
file = "Beskyttede varer.csv"
dates = "DD.MM.YYYY"
columns = { item_id = "Artikkelnummer", ward_id = "Avdelingskode", reason = "Begrunnelse", owner = "Ansvarlig",
  until = "Til dato" }

[uses]
file = "Uttak.csv"
dates = "DD.MM.YYYY"
columns = { used_at = "Brukt dato", cabinet_id = "Skapnr", item_id = "Artikkelnummer", quantity = "Mengde",
  lot = "Batchnummer", expiry_date = "Utløpsdato", complete = "Fullstendig" }

[back_orders]
file = "Restordre.csv"
dates = "DD.MM.YYYY"
columns = { item_id = "Artikkelnummer", from = "Fra dato", until = "Til dato",
  substitute_item_id = "Erstatningsartikkel", supplier = "Leverandør" }

[warehouse_stock]
file = "Sentrallager.csv"
dates = "DD.MM.YYYY"
columns = { stock_at = "Lagerdato", item_id = "Artikkelnummer", quantity = "Mengde" }

[activity]
file = "Aktivitet.csv"
dates = "DD.MM.YYYY"
columns = { month = "Måned", unit = "Klinikk", activity = "Liggedøgn" }
""".replace(",\n  ", ", ")


def frames_of(intake: Intake) -> dict[str, pd.DataFrame]:
    """Every table, as a run sees it."""
    tables = intake.extract.before(intake.as_of)
    return {name: frame for name, frame in vars_of(tables).items() if isinstance(frame, pd.DataFrame)}


def vars_of(tables: object) -> dict[str, object]:
    return {name: getattr(tables, name) for name in tables.__dataclass_fields__}


def mapped(folder: Path, text: str, **tables: str) -> Intake:
    """Read a tiny hospital of which some tables were sent otherwise, by a mapping."""
    write_extracts(folder, {name: frame for name, frame in tiny_hospital().items() if name not in tables})
    for name, content in tables.items():
        (folder / f"their {name}.csv").write_text(content, encoding="utf-8")
    (folder / "mapping.toml").write_text(text, encoding="utf-8")
    return read_extracts(folder, lang="en")


def test_a_strangers_files_are_read_as_the_tables_they_are(tmp_path):
    """Eleven tables in Norwegian, two of them sheets, one in two files, one in packs: the same rows."""
    folder = write_stranger(tmp_path / "stranger", tiny_hospital())
    (folder / "mapping.toml").write_text(BY_HAND, encoding="utf-8")
    theirs = frames_of(read_extracts(folder))
    ours = frames_of(read_extracts(write_extracts(tmp_path / "plain", tiny_hospital())))
    assert theirs.keys() == ours.keys()
    for name, frame in ours.items():
        pd.testing.assert_frame_equal(theirs[name], frame, obj=name)


def test_a_row_of_the_second_file_is_named_by_its_file_and_line(tmp_path):
    """A day that doesn't exist, on line 2 of the second file."""
    folder = write_stranger(tmp_path / "stranger", tiny_hospital())
    (folder / "mapping.toml").write_text(BY_HAND, encoding="utf-8")
    second = folder / "Leveranser_2025.csv"
    lines = second.read_text("cp1252").splitlines()
    second.write_text("\n".join([lines[0], lines[1].replace("07.02.2025", "31.02.2025"), *lines[2:]]), "cp1252")
    rejected = read_extracts(folder).rejected
    assert rejected[["file", "line", "value"]].to_numpy().tolist() == [["Leveranser_2025.csv", 2, "2025-02-31"]]


def test_packs_times_their_size_are_units(tmp_path):
    """2 packs of 10 and 3 packs of 50."""
    counts = "day,cabinet_id,item_id,packs\n2025-01-02,S2,000050,2\n2025-01-02,S2,1706363,3\n"
    text = '[counts]\nfile = "their*"\ncolumns = { counted_at = "day", quantity = "packs" }\nunits.quantity = "packs"\n'
    frame = frames_of(mapped(tmp_path / "in", text, counts=counts))["counts"]
    assert frame["quantity"].tolist() == [20, 150]


def test_a_price_of_a_pack_is_parted_exactly(tmp_path):
    """45.80 for ten is 4.58 each, and 38 ml are 0.038 l: to the last digit."""
    items = "item_id;navn;pack_size;pris pr. pakke;ml\n000050;Sprøjte;10;45,80;38\n"
    items += "1706363;K;50;1;2\n3383066;H;5;1;52\n8786254;C;5;1.234,50;61\n"
    text = '[items]\nfile = "their items.csv"\n[items.columns]\nname = "navn"\nunit_price_dkk = "pris pr. pakke"\n'
    text += 'unit_volume_litres = "ml"\n[items.units]\nunit_price_dkk = "per_pack"\nunit_volume_litres = 0.001\n'
    frame = frames_of(mapped(tmp_path / "in", text, items=items))["items"]
    assert frame["unit_price_dkk"].tolist() == [4.58, 0.02, 0.2, 246.9]
    assert frame["unit_volume_litres"].tolist() == [0.038, 0.002, 0.052, 0.061]


def test_headings_on_two_lines_are_merged(tmp_path):
    """Over two columns stands 'Optalt', below it 'dag' and 'antal'; the title above and the footer are no rows."""
    counts = "Optælling\nOptalt,,Vare,\ndag,antal,nr,skab\n02.01.25,7,000050,S2\nI alt,7,,\nUdskrevet i dag\n"
    text = '[counts]\nfile = "their*.csv"\nheader_row = [2, 3]\nskip = ["i alt", "udskrevet*"]\ndates = "DD.MM.YY"\n'
    text += 'columns = { counted_at = "Optalt dag", quantity = "Optalt antal", item_id = "Vare nr", '
    text += 'cabinet_id = "Vare skab" }\n'
    intake = mapped(tmp_path / "in", text, counts=counts)
    frame = frames_of(intake)["counts"]
    assert frame[["cabinet_id", "item_id", "quantity"]].to_numpy().tolist() == [["S2", "000050", 7]]
    assert f"{frame['counted_at'][0]:%Y-%m-%d}" == "2025-01-02"
    assert not len(intake.rejected)


def test_two_sources_make_one_table_and_constants_fill_what_each_lacks(tmp_path):
    """Reviews with and without cards are kept in two files with other headings."""
    text = '[[reviews]]\nfile = "their reviews.csv"\nconstants.kind = "brik"\ncolumns.reviewed_at = "dag"\n'
    text += '[[reviews]]\nfile = "their others.csv"\nconstants.kind = "non_brik"\ncolumns.reviewed_at = "date"\n'
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "their others.csv").write_text("ward_id;date\nA2;03/01/2025\n".replace("/", "-"))
    frame = frames_of(mapped(tmp_path / "in", text, reviews="dag,ward_id\n2025-01-02,A1\n"))["reviews"]
    assert frame[["ward_id", "kind"]].to_numpy().tolist() == [["A1", "brik"], ["A2", "non_brik"]]
    assert frame["reviewed_at"].astype(str).tolist() == ["2025-01-02", "2025-01-03"]


def test_a_list_of_cabinets_gives_the_wards_once(tmp_path):
    """Three cabinets in two wards, one line each."""
    cabinets = "skab_id,type,ward_id,ward_name,hospital,unit\nS1,brik,A1,Røntgen,M,K\nS2,non_brik,A1,Røntgen,M,K\n"
    cabinets += "S3,non_brik,A2,Kirurgi,M,K\n"
    text = '[wards]\nfile = "their cabinets.csv"\ndistinct = true\n[cabinets]\nfile = "their cabinets.csv"\n'
    folder = tmp_path / "in"
    write_extracts(folder, {k: v for k, v in tiny_hospital().items() if k not in ("wards", "cabinets")})
    (folder / "their cabinets.csv").write_text(cabinets, encoding="utf-8")
    (folder / "mapping.toml").write_text(text, encoding="utf-8")
    intake = read_extracts(folder)
    assert frames_of(intake)["wards"]["ward_id"].tolist() == ["A1", "A2"]
    assert not len(intake.rejected)


def test_what_the_mapping_says_comes_before_what_a_heading_looks_like(tmp_path):
    """Two columns could be the quantity; the one that the mapping names is, and the other is told of."""
    counts = "counted_at,skab_id,varenr,antal,stk i alt\n2025-01-02,S2,000050,2,20\n"
    intake = mapped(tmp_path / "in", '[counts]\nfile = "their*"\ncolumns.quantity = "stk i alt"\n', counts=counts)
    assert frames_of(intake)["counts"]["quantity"].tolist() == [20]
    assert next(record for record in intake.tables if record.name == "counts").unknown_columns == ("antal *",)


def test_a_number_in_the_wrong_form_stays_a_bad_row(tmp_path):
    """With a decimal comma named, 1.5 is neither one and a half nor fifteen."""
    rows = "".join(f"2025-01-0{day};S2;000050;{10 * day}\n" for day in range(1, 6))
    counts = f"counted_at;cabinet_id;item_id;quantity\n{rows}2025-01-06;S2;000050;1.5\n"
    intake = mapped(tmp_path / "in", '[counts]\nfile = "their*"\ndecimal = ","\n', counts=counts)
    assert intake.rejected[["line", "value"]].to_numpy().tolist() == [[7, "1.5"]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[ordes]\nfile = 'x.csv'", "mapping.toml, [ordes]: there is no such table. Write one of: orders."),
        ("[orders]\nfil = 'x.csv'", "mapping.toml, [orders] file: the key is missing."),
        ("[orders]\nfile = 'x.csv'\nskipp = 'a'", "mapping.toml, [orders] skipp: there is no such key."),
        ("[orders]\nfile = '../x.csv'", "[orders] file: '../x.csv' is no name of a file."),
        ("[orders]\nfile = 'x.csv'\nheader_row = 0", "[orders] header_row: 0 is below 1."),
        ("[orders]\nfile = 'x.csv'\ndates = 'DD'", "[orders] dates: 'DD' is not among what may stand here."),
        ("[orders]\nfile = 'x.csv'\ncolumns.amount = 'Antal'", "[orders.columns] amount: table orders has no column"),
        ("[orders]\nfile = 'x.csv'\nunits.channel = 'packs'", "[orders.units] channel: table orders has no numbers"),
        ("[orders]\nfile = 'x.csv'\nunits.quantity = 'boxes'", "[orders] units.quantity: 'boxes'"),
        ("[orders]\nfile = 'none_*.csv'", "mapping.toml, [orders] file: there is no file none_*.csv"),
        ("[orders]\nfile = 'orders.csv'\ncolumns.lot = 'x'", "[orders.columns] lot"),
        ("[orders]\nfile = 'orders.csv'\ncolumns.quantity = 'Stk'", "orders.csv has no heading 'Stk', only order_id,"),
        ("[[orders]]\nfile = 'orders.csv'\n[[orders]]\ndecimal = ';'", "[[orders]] no. 2"),
        ("open = ['counts: which file?']", "mapping.toml, open: a question is not answered yet: counts: which file?"),
        ("[orders\n", "mapping.toml, line 1: this is not TOML"),
    ],
)
def test_a_mistake_in_the_mapping_is_named_by_its_key(tmp_path, text, told):
    """And nothing is read."""
    folder = write_extracts(tmp_path / "in", tiny_hospital())
    (folder / "mapping.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as stop:
        read_extracts(folder)
    assert told in str(stop.value)
