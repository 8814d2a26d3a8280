"""What stops a run: exit code 2, one message that names the place, and an earlier result untouched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from brikopt import cli
from tests.whole.results import run_on
from tests.worlds import tiny_hospital, write_extracts

CPR = "2602951234"  # a made-up number with a possible date


def call(*arguments: object) -> Result:
    """Call brikopt in this process."""
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def files_of(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def without_a_table(data: Path) -> None:
    """No items at all."""
    (data / "items.csv").unlink()


def without_a_column(data: Path) -> None:
    """Positions that don't say where they are."""
    rename_heading(data / "positions.csv", "cabinet_id", "place")


def with_a_policy_key_that_nobody_knows(data: Path) -> None:
    """A slip of the keyboard."""
    (data / "policy.toml").write_text("[cost]\norder_lime = 20\n", encoding="utf-8")


def with_a_price_below_nothing(data: Path) -> None:
    """Out of range."""
    (data / "policy.toml").write_text("[cost]\ndisposal_per_unit = -1\n", encoding="utf-8")


def with_the_month_first(data: Path) -> None:
    """As in 02/27/2025."""
    orders = tiny_hospital()["orders"]
    day = orders["ordered_at"].str.split("-", expand=True)
    orders.assign(ordered_at=day[1] + "/" + day[2] + "/" + day[0]).to_csv(data / "orders.csv", index=False)


def with_a_column_of_personal_numbers(data: Path) -> None:
    """Where a comment was wanted."""
    counts = tiny_hospital()["counts"]
    counts.assign(comment=CPR).to_csv(data / "counts.csv", index=False)


def with_a_table_twice(data: Path) -> None:
    """As CSV and as a workbook."""
    tiny_hospital()["reviews"].to_excel(data / "reviews.xlsx", index=False, engine="xlsxwriter")


def with_too_many_bad_rows(data: Path) -> None:
    """Two of five deliveries have fewer than no units."""
    deliveries = tiny_hospital()["deliveries"]
    deliveries.loc[:1, "quantity"] = "-20"
    deliveries.to_csv(data / "deliveries.csv", index=False)


def with_a_file_that_is_no_workbook(data: Path) -> None:
    """An ending that lies."""
    (data / "discards.csv").rename(data / "discards.xlsx")


def rename_heading(path: Path, old: str, new: str) -> None:
    """Give a column another heading."""
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(f"{header.replace(old, new)}\n{rest}", encoding="utf-8")


STOPS = {
    without_a_table: ("items",),
    without_a_column: ("positions.csv", "cabinet_id"),
    with_a_policy_key_that_nobody_knows: ("policy.toml", "[cost] order_lime", "order_line"),
    with_a_price_below_nothing: ("policy.toml", "[cost] disposal_per_unit", "-1"),
    with_the_month_first: ("orders.csv", "ordered_at"),
    with_a_column_of_personal_numbers: ("counts.csv", "comment"),
    with_a_table_twice: ("reviews.csv", "reviews.xlsx"),
    with_too_many_bad_rows: ("deliveries.csv", "line 2", "quantity", "2 of 5"),
    with_a_file_that_is_no_workbook: ("discards.xlsx",),
}


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result from better days."""
    folder = tmp_path_factory.mktemp("earlier")
    return run_on(write_extracts(folder / "data", tiny_hospital()), folder / "out")


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize("spoil", STOPS, ids=lambda spoil: spoil.__name__)
def test_the_users_input_stops_the_command(spoil, command, tiny, earlier, tmp_path):
    """Exit code 2; the message says where, and nobody's number; nothing at --out has changed."""
    out = Path(shutil.copytree(earlier, tmp_path / "results" / "out"))
    before = files_of(out.parent)
    spoil(tiny)
    ended = call(command, "--data", tiny, "--out", out)
    assert ended.exit_code == 2
    assert all(word in ended.stderr for word in STOPS[spoil]), ended.stderr
    assert "Traceback" not in ended.output
    assert CPR not in ended.output
    assert files_of(out.parent) == before


def test_sound_extracts_end_with_0(tiny, tmp_path):
    """The same extracts unspoiled, so that each stop above is owed to its spoiling."""
    ended = call("run", "--data", tiny, "--out", tmp_path / "out", "--jobs", 1)
    assert ended.exit_code == 0, ended.output
    assert (tmp_path / "out" / "brikopt.xlsx").exists()


def test_a_rejected_row_is_no_stop(tiny, tmp_path):
    """One bad delivery of twenty: the run goes on and says how many."""
    good = tiny_hospital()["deliveries"].iloc[[2]]
    with (tiny / "deliveries.csv").open("a", encoding="utf-8", newline="") as file:
        for day in range(10, 25):
            good.assign(delivered_at=f"2025-02-{day}", quantity="1").to_csv(file, index=False, header=False)
        good.assign(quantity="-1").to_csv(file, index=False, header=False)
    ended = call("run", "--data", tiny, "--out", tmp_path / "out", "--jobs", 1, "--lang", "en")
    assert ended.exit_code == 0, ended.output
    assert "1 row of the extracts could not be used" in ended.stdout


@pytest.mark.parametrize("what", ["somebody's folder", "the extracts", "a file"])
def test_a_place_that_is_not_brikopts_is_not_touched(what, tiny, tmp_path):
    """A folder with other things, the data folder itself, or a file where the result should go."""
    out = {"the extracts": tiny, "a file": tmp_path / "file"}.get(what, tmp_path / "thesis")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter_1.txt").write_text("mine")
    before = files_of(tmp_path)
    ended = call("run", "--data", tiny, "--out", out)
    assert ended.exit_code == 2
    assert "--out" in ended.stderr
    assert files_of(tmp_path) == before
