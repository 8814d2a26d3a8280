"""What names, contents and ids tell about a stranger's files, and what has to be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from brikopt.contract.intake import read_extracts
from brikopt.contract.mapping.guess import Guess, guess
from brikopt.contract.mapping.look import look
from brikopt.contract.mapping.names import table_likeness, weekdays_of
from brikopt.contract.mapping.settings import read_mapping
from brikopt.contract.mapping.write import mapping_text
from brikopt.contract.tables import INPUTS
from tests.contract.stranger import write_stranger
from tests.contract.test_mapping import frames_of
from tests.worlds import tiny_hospital, write_extracts

MASTERS = ("wards", "cabinets", "items", "positions")
# The headings of an order line in each language, columns in an order of their own.
ORDER_LINES = {
    "da": "Bestillingsdato;Ordrenummer;Skabsnr.;Varenummer;Antal stk.;Bestillingstype",
    "no": "Bestilt dato;Bestillingsnummer;Skapnr;Artikkelnummer;Antall;Bestillingskanal",
    "sv": "Beställningsdatum;Ordernummer;Skåp;Artikelnummer;Antal st;Beställningssätt",
    "en": "Order date;Order no.;Cabinet;Item number;Qty;Order type",
}


def with_their(folder: Path, leave_out: str = "", **files: str) -> Path:
    """A tiny hospital without one of its tables, and somebody's own files beside it; a _ stands for a blank."""
    write_extracts(folder, {name: frame for name, frame in tiny_hospital().items() if name != leave_out})
    for name, text in files.items():
        (folder / f"{name.replace('_', ' ')}.csv").write_text(text, encoding="utf-8")
    return folder


def guessed(folder: Path, **answers: str) -> Guess:
    return guess(look(folder), answers)


def columns_of(found: Guess, table: str) -> dict[str, str]:
    (source,) = [one.source for one in found.sources if one.table == table]
    return source.columns


def questions(found: Guess) -> list[tuple[str, str, str]]:
    return [(one.what, one.table, one.column or one.subject) for one in found.questions]


def test_a_strangers_folder_is_guessed_whole_and_read_the_same(tmp_path):
    """Norwegian, two sheets, titles, totals, packs, parts: nothing to ask, and the same rows."""
    folder = write_stranger(tmp_path / "stranger", tiny_hospital())
    found = guessed(folder)
    assert not questions(found)
    (folder / "mapping.toml").write_text(mapping_text(found), encoding="utf-8")
    theirs = frames_of(read_extracts(folder))
    ours = frames_of(read_extracts(write_extracts(tmp_path / "plain", tiny_hospital())))
    assert {name: frame.to_csv() for name, frame in theirs.items()} == {
        name: frame.to_csv() for name, frame in ours.items()
    }


@pytest.mark.parametrize("lang", ORDER_LINES)
def test_headings_are_known_in_four_languages(tmp_path, lang):
    """Six headings each, in a file whose name says nothing."""
    lines = "02.01.2025;B1;S1;000050;20;\n16.01.2025;B2;S2;000050;20;\n"
    folder = with_their(tmp_path / "in", "orders", eksport=f"{ORDER_LINES[lang]}\n{lines}")
    found = guessed(folder)
    headings = ORDER_LINES[lang].split(";")
    wanted = ("ordered_at", "order_id", "cabinet_id", "item_id", "quantity", "channel")
    assert columns_of(found, "orders") == {name: headings[wanted.index(name)] for name in columns_of(found, "orders")}
    assert set(columns_of(found, "orders")) >= {*wanted} - {"channel"}
    assert not questions(found)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("Varekatalog", "items"),
        ("Artikelregister", "items"),
        ("Optællinger", "counts"),
        ("Inventering", "counts"),
        ("Leveranser", "deliveries"),
        ("Goods received", "deliveries"),
        ("Skapliste", "cabinets"),
        ("Kasserte varer", "discards"),
    ],
)
def test_files_are_known_by_their_names(name, table):
    """No other table is called that."""
    assert max(INPUTS, key=lambda one: table_likeness(name, one.name)).name == table


def test_headings_over_each_others_contents_are_asked(tmp_path):
    """The item numbers stand under 'Skab' and the cabinets under 'Varenr': neither is taken for certain."""
    counts = "Optalt dato;Varenr;Skab;Antal\n02-01-2025;S2;000050;7\n02-01-2025;S2;1706363;50\n"
    found = guessed(with_their(tmp_path / "in", "counts", Optælling=counts))
    assert questions(found) == [("column", "counts", "cabinet_id"), ("column", "counts", "item_id")]
    # Ids that are met elsewhere tell more than headings.
    assert [one.best for one in found.questions] == ["Varenr", "Skab"]


def test_ids_that_meet_name_a_column_with_a_dumb_heading_once_somebody_nods(tmp_path):
    """'Felt 2' holds item numbers: the likeliest answer, and what is answered is taken."""
    counts = "Optalt dato;Skab;Felt 2;Antal\n02-01-2025;S2;000050;7\n02-01-2025;S2;1706363;50\n"
    folder = with_their(tmp_path / "in", "counts", Optælling=counts)
    (question,) = guessed(folder).questions
    assert (question.what, question.column, question.best) == ("column", "item_id", "Felt 2")
    found = guessed(folder, **{question.key: "Felt 2"})
    assert not found.questions
    assert columns_of(found, "counts")["item_id"] == "Felt 2"


def test_a_file_that_could_be_two_tables_is_asked(tmp_path):
    """A day, a cabinet, an item and an amount may have been counted or thrown away."""
    rows = "Dato;Skab;Varenr;Antal\n02-01-2025;S2;000050;7\n03-01-2025;S2;1706363;50\n"
    folder = with_their(tmp_path / "in", "counts", data3=rows)
    (folder / "discards.csv").unlink()
    found = guessed(folder)
    (question,) = [one for one in found.questions if one.what == "table"]
    assert {"counts", "discards", "deliveries"} <= set(question.options)


def test_a_word_of_another_house_is_asked(tmp_path):
    """Whether 'Stempelkort' is brik or non_brik, nobody can know."""
    cabinets = "Skabsnr;Afsnitskode;Skabstype\nS1;A1;Stempelkort\nS2;A1;Uden brikker\nS3;A2;Uden brikker\n"
    found = guessed(with_their(tmp_path / "in", "cabinets", Skabsliste=cabinets))
    (question,) = found.questions
    assert (question.what, question.column, question.subject) == ("value", "kind", "Stempelkort")
    answered = guessed(tmp_path / "in", **{question.key: "brik"})
    (source,) = [one.source for one in answered.sources if one.table == "cabinets"]
    assert source.values == {"kind": {"Stempelkort": "brik", "Uden brikker": "non_brik"}}


def test_dates_that_can_be_read_both_ways_are_asked(tmp_path):
    """02/01/2025 and 03/04/2025 are days in either order; 16/01/2025 settles it."""
    counts = "Optalt dato;Skab;Varenr;Antal\n02/01/2025;S2;000050;7\n{day};S2;1706363;50\n"
    either = guessed(with_their(tmp_path / "either", "counts", Optælling=counts.format(day="03/04/2025")))
    assert questions(either) == [("dates", "counts", "02/01/2025")]
    settled = guessed(with_their(tmp_path / "settled", "counts", Optælling=counts.format(day="16/01/2025")))
    assert not settled.questions
    assert next(one.source.dates for one in settled.sources if one.table == "counts") == "DD/MM/YYYY"


def test_a_sign_that_may_part_thousands_or_decimals_is_asked(tmp_path):
    """2.375 kr. or 2375 kr.? With 1,50 beside it, a thousand."""
    items = "Varenr;Varenavn;Pakningsstørrelse;Pris\n000050;A;10;2.375\n1706363;B;50;{price}\n"
    items += "3383066;C;5;1.125\n8786254;D;5;3.250\n"
    either = guessed(with_their(tmp_path / "either", "items", Varekatalog=items.format(price="4.125")))
    assert questions(either) == [("decimal", "items", "2.375")]
    settled = guessed(with_their(tmp_path / "settled", "items", Varekatalog=items.format(price="1,50")))
    assert next(one.source.decimal for one in settled.sources if one.table == "items") == ","


@pytest.mark.parametrize(
    ("heading", "quantity", "open_", "unit"),
    [
        ("Antal", 3, [("units", "orders", "Antal")], None),  # no whole pack of 10, and the heading doesn't say
        ("Antal", 20, [], None),
        ("Antal pakker", 3, [], "packs"),
        ("Antal stk", 3, [], None),
        ("Antal pakker", 20, [("units", "orders", "Antal pakker")], None),  # two packs of ten, called packs
    ],
)
def test_packs_are_told_by_heading_and_sizes_and_asked_where_they_disagree(tmp_path, heading, quantity, open_, unit):
    """Twelve lines of one item in packs of ten."""
    lines = "".join(f"B{number};{number:02}-01-2025;S2;000050;{quantity}\n" for number in range(1, 13))
    text = f"Ordrenr;Ordredato;Skab;Varenr;{heading}\n{lines}"
    found = guessed(with_their(tmp_path / "in", "orders", Bestillinger=text))
    assert questions(found) == open_
    assert next(one.source.units.get("quantity") for one in found.sources if one.table == "orders") == unit


def test_parts_are_joined_and_lists_made_anew_are_asked(tmp_path):
    """Two months of counts are parts; the same list saved again in March is none."""
    head = "Optalt dato;Skab;Varenr;Antal\n"
    january, february = "02-01-2025;S2;000050;7\n", "03-02-2025;S2;1706363;50\n"
    parts = {"Optælling_2025-01": head + january, "Optælling_2025-02": head + february}
    found = guessed(with_their(tmp_path / "parts", "counts", **parts))
    assert not found.questions
    assert next(one.source.file for one in found.sources if one.table == "counts") == ("Optælling *.csv",)
    anew = {"Optælling_2025-01": head + january, "Optælling_2025-02": head + january + february}
    found = guessed(with_their(tmp_path / "anew", "counts", **anew))
    assert [(one.what, one.best) for one in found.questions] == [("files", "Optælling 2025-02.csv")]


def test_a_saved_copy_beside_the_table_is_asked(tmp_path):
    """Deliveries (1).csv holds what deliveries.csv holds."""
    folder = with_their(tmp_path / "in")
    (folder / "deliveries (1).csv").write_bytes((folder / "deliveries.csv").read_bytes())
    assert [one.what for one in guessed(folder).questions] == ["files"]


def test_titles_totals_and_merged_headings_are_found(tmp_path):
    """Title, blank line, two lines of headings, a total and a note."""
    counts = (
        "Optælling foråret\n\n;;Optalt;\nSkab;Varenr;dato;antal\nS2;000050;02-01-2025;7\nS2;1706363;02-01-2025;50\n"
    )
    counts += "I alt;;;57\nUdskrevet af forsyning\n"
    found = guessed(with_their(tmp_path / "in", "counts", Optælling=counts))
    (source,) = [one.source for one in found.sources if one.table == "counts"]
    assert source.header_row == (3, 4)
    assert source.skip == ("I alt*", "Udskrevet*")
    assert source.columns["counted_at"] == "Optalt dato"
    assert not found.questions


def test_a_missing_table_is_told(tmp_path):
    """Nothing looks like the items."""
    folder = with_their(tmp_path / "in", "items")
    assert ("missing", "items", "items") in questions(guessed(folder))


def test_a_list_of_cabinets_that_names_its_wards_is_both(tmp_path):
    """There is no list of wards; each cabinet's line has ward, hospital and unit."""
    rows = "Skabsnr;Skabstype;Afsnitskode;Afsnitsnavn;Hospital;Enhed\nS1;Brik;A1;Røntgen;M;K\n"
    rows += "S2;Uden brikker;A1;Røntgen;M;K\n"
    folder = with_their(tmp_path / "in", "cabinets", Skabsliste=rows + "S3;Uden brikker;A2;Kirurgi;M;K\n")
    (folder / "wards.csv").unlink()
    found = guessed(folder)
    assert not found.questions
    (folder / "mapping.toml").write_text(mapping_text(found), encoding="utf-8")
    assert frames_of(read_extracts(folder))["wards"]["ward_id"].tolist() == ["A1", "A2"]


def test_a_written_guess_is_read_back_as_it_was(tmp_path):
    """Every source, value and unit."""
    found = guessed(write_stranger(tmp_path / "in", tiny_hospital()))
    path = tmp_path / "mapping.toml"
    path.write_text(mapping_text(found), encoding="utf-8")
    read = read_mapping(path).sources
    assert {one.table: (one.source,) for one in found.sources} == read


def test_weekdays_are_read_by_their_names():
    """Lists and ranges, in any of the languages."""
    assert weekdays_of("man, tors") == "1,4"
    assert weekdays_of("Måndag och fredag") == "1,5"
    assert weekdays_of("Mon-Fri") == "1,2,3,4,5"
    assert weekdays_of("efter aftale") is None
