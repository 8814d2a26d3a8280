"""The workbook for people: text stays text, dates are dates, and the same tables give the same bytes."""

import zipfile
from dataclasses import replace
from datetime import date, datetime

import pandas as pd
import pytest
from openpyxl import load_workbook

from brikopt.contract.outputs import COVERAGE, EXPIRY_FLAGS, OUTPUTS, REJECTED_ROWS, TRIM_LIST, Kind
from brikopt.reports.known_names import KnownNames
from brikopt.reports.workbook import Front, write_workbook

FRONT = Front(run_id="a1b2c3", version="0.1.0", as_of=date(2025, 3, 1), findings=["Der kan spares 1.234 kr. om året."])
SAMPLES = {Kind.TEXT: "007", Kind.UNITS: 3, Kind.DATE: pd.Timestamp("2025-05-01"), Kind.FLAG: 1}


def rows_of(output, count=1, **values):
    """Make rows of an output, each column with a value of its kind or the one given."""
    row = {column.name: SAMPLES.get(column.kind, 0.25) for column in output.columns} | values
    return pd.DataFrame([row] * count)


@pytest.fixture
def written(tmp_path):
    """Write tables and read them back with another library."""

    def write(tables, lang="da", **options):
        path = tmp_path / "brikopt.xlsx"
        write_workbook(tables, path, lang, FRONT, **options)
        return load_workbook(path)

    return write


def test_every_output_has_a_sheet_after_the_front_one(written):
    """Nine lists make ten sheets, the trim list first."""
    book = written({output.name: rows_of(output) for output in OUTPUTS})
    assert len(book.sheetnames) == len(OUTPUTS) + 1
    assert book.sheetnames[:3] == ["brikopt", "Trimliste", "For gammelt"]


def test_the_front_sheet_tells_what_may_expire_by_how_soon(tmp_path):
    """A row a band, in words, with its kroner as a number beside it."""
    bands = pd.DataFrame(
        {"band": ["overdue", "within_30"], "positions": [2, 1], "units": [4.4, 3.0], "dkk": [99.6, 30.0]}
    )
    write_workbook({"trim_list": rows_of(TRIM_LIST)}, tmp_path / "b.xlsx", "da", replace(FRONT, bands=bands))
    front = load_workbook(tmp_path / "b.xlsx")["brikopt"]
    rows = [tuple(cell.value for cell in row) for row in front.iter_rows()]
    assert ("Sandsynligvis for gammelt", "2 varer, ca. 4 stk.", 100) in rows
    assert ("0–30 dage", "1 varer, ca. 3 stk.", 30) in rows


def test_formulas_and_leading_zeros_stay_text(written):
    """What a supplier wrote into a name is shown, never worked out."""
    sheet = written({"trim_list": rows_of(TRIM_LIST, name="=1+1", item_id="0050", reason="@SUM(A1)")})["Trimliste"]
    cells = {cell.value: sheet.cell(2, cell.column) for cell in sheet[1]}
    assert (cells["Varenavn"].value, cells["Varenavn"].data_type) == ("=1+1", "s")
    assert (cells["Varenr."].value, cells["Varenr."].data_type) == ("0050", "s")
    assert (cells["Begrundelse"].value, cells["Begrundelse"].data_type) == ("@SUM(A1)", "s")


def test_links_stay_text_too(written):
    """A value that looks like an address isn't made a link to click."""
    sheet = written({"rejected_rows": rows_of(REJECTED_ROWS, value="https://example.org")})["Afviste rækker"]
    assert [cell.hyperlink for cell in sheet[2]] == [None] * 6


def test_code_words_are_in_the_readers_language(written):
    """Trim is "sæt ned" for people, and the region's row has its name."""
    tables = {
        "trim_list": rows_of(TRIM_LIST, action="trim"),
        "coverage": rows_of(COVERAGE, unit="*", kind="brik"),
    }
    assert "sæt ned" in [cell.value for cell in written(tables)["Trimliste"][2]]
    assert "Hele regionen" in [cell.value for cell in written(tables)["Dækning"][2]]
    assert "The whole region" in [cell.value for cell in written(tables, "en")["Coverage"][2]]


def test_dates_are_real_dates_shown_the_danish_way(written):
    """The deadline can be sorted, and reads 01-05-2025."""
    sheet = written({"coverage": rows_of(COVERAGE)})["Dækning"]
    deadline = next(cell for cell in sheet[2] if isinstance(cell.value, datetime))
    assert (deadline.value, deadline.number_format) == (datetime(2025, 5, 1), "dd-mm-yyyy")


def test_shares_are_shown_as_per_cent_and_missing_values_are_empty(written):
    """A share of 0.25 reads 25.0 %."""
    sheet = written({"coverage": rows_of(COVERAGE, share=0.25, projected_reach_date=pd.NaT, gap_wards=None)})["Dækning"]
    cells = {cell.value: sheet.cell(2, cell.column) for cell in sheet[1]}
    assert (cells["Andel"].value, cells["Andel"].number_format) == (0.25, "0.0%")
    assert cells["Målet ventes nået"].value is None
    assert cells["Afsnit, der mangler"].value is None


def test_of_a_list_that_is_too_long_the_most_important_rows_are_shown(written):
    """Five rows, room for two: the first of each ward stay, in their order, and a line says where all are."""
    frame = rows_of(TRIM_LIST, 5).assign(rank=[2, 1, 3, 1, 2], name=list("abcde"))
    book = written({"trim_list": frame}, most_rows=2)
    assert book.sheetnames == ["brikopt", "Trimliste"]
    sheet = book["Trimliste"]
    name = [cell.value for cell in sheet[1]].index("Varenavn")
    assert [row[name].value for row in sheet.iter_rows(min_row=2, max_row=3)] == ["b", "d"]
    assert sheet["A4"].value == "Arket viser de 2 vigtigste af 5 rækker; alle står i trim_list.csv."
    assert sheet.auto_filter.ref.endswith("3")
    shown = {cell.value for row in book["brikopt"].iter_rows() for cell in row}
    assert 5 in shown
    assert written({"trim_list": frame}, "en", most_rows=5)["Trim list"].max_row == 6


def test_a_list_without_rows_has_its_headings(written):
    """Nothing to do is shown as an empty list, not as a missing one."""
    sheet = written({"trim_list": rows_of(TRIM_LIST, 0).reindex(columns=[c.name for c in TRIM_LIST.columns])})
    assert sheet["Trimliste"]["A1"].value == "Enhed"
    assert sheet["Trimliste"].max_row == 1


def test_the_front_sheet_names_the_run(written):
    """Figures, run id, moment of decision, version, and the lists with their numbers of rows."""
    sheet = written({"trim_list": rows_of(TRIM_LIST, 5)})["brikopt"]
    shown = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {"Der kan spares 1.234 kr. om året.", "a1b2c3", "01-03-2025", "0.1.0", "Trimliste", 5} <= shown


def test_a_list_can_be_filtered_scrolled_and_printed(written):
    """Headings stay in sight and come again on every page, lying, one page wide."""
    sheet = written({"trim_list": rows_of(TRIM_LIST, 5)})["Trimliste"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:O6")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.print_title_rows == "$1:$1"
    assert "a1b2c3" in sheet.oddFooter.left.text


def test_the_same_tables_give_the_same_bytes(tmp_path):
    """Two workbooks written at different moments."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook({"trim_list": rows_of(TRIM_LIST, 5)}, tmp_path / name, "da", FRONT)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_cell_costs_a_workbook(written):
    """A text of 40,000 emoji, signs that XML has not, and marks of the writer's own: read back, shortened, harmless."""
    texts = ["\N{GRINNING FACE}" * 40_000, "a\x00b\x1fc\ufffed", "<r>x</r>", "</v></c><f>1+1</f>"]
    frame = pd.concat([rows_of(TRIM_LIST, reason=text, name=text) for text in texts])
    sheet = written({"trim_list": frame})["Trimliste"]
    place = [cell.value for cell in sheet[1]].index("Begrundelse")
    reasons = [row[place].value for row in sheet.iter_rows(min_row=2)]
    assert len(reasons[0]) == 32_767 // 2
    assert reasons[1].endswith("c\N{REPLACEMENT CHARACTER}d")
    assert [reason.strip() for reason in reasons[2:]] == texts[2:]
    assert max(one.height for one in sheet.row_dimensions.values() if one.height) <= 409


def test_the_trim_list_names_its_sections_where_people_read(written):
    """A column of its own after the rank, in words."""
    sheet = written({"trim_list": rows_of(TRIM_LIST).assign(section="promise")})["Trimliste"]
    headings = [cell.value for cell in sheet[1]]
    assert headings.index("Del af listen") == headings.index("Nr.") + 1
    assert "3. Løfter om dækning, der er brudt i dag" in [cell.value for cell in sheet[2]]


def test_items_and_wards_are_named_and_what_is_urgent_stands_first(tmp_path):
    """Names beside ids on a list that has none, the dearest row first; a few rows are printed, and all are there."""
    names = KnownNames(items={"007": "Kanyle"}, wards={"A1": "Kirurgi"}, cabinets={"007": "Kirurgi"})
    rows = pd.concat([rows_of(EXPIRY_FLAGS, expected_expired_dkk=float(dkk)) for dkk in range(40)])
    write_workbook({"expiry_flags": rows}, tmp_path / "brikopt.xlsx", "da", replace(FRONT, names=names))
    sheet = load_workbook(tmp_path / "brikopt.xlsx")["Udløb"]
    headings = [cell.value for cell in sheet[1]]
    row = dict(zip(headings, (cell.value for cell in sheet[2]), strict=True))
    assert (row["Varenavn"], row["Afsnit, navn"]) == ("Kanyle", "Kirurgi")
    assert row["Ventet udløb (kr.)"] == 39
    assert sheet.max_row == 41
    assert sheet.print_area.endswith("$26")


def test_the_front_sheet_leads_to_the_lists_and_draws_coverage(tmp_path):
    """A link to each sheet, and a chart of coverage."""
    write_workbook({"coverage": rows_of(COVERAGE, 2)}, tmp_path / "brikopt.xlsx", "da", FRONT)
    book = load_workbook(tmp_path / "brikopt.xlsx")
    links = [cell.hyperlink.location for row in book["brikopt"].iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'Dækning'!A1"]
    with zipfile.ZipFile(tmp_path / "brikopt.xlsx") as parts:
        assert [name for name in parts.namelist() if name.startswith("xl/charts/")] == ["xl/charts/chart1.xml"]
