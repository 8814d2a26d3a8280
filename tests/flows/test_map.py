"""The command that maps a stranger's extracts: what it shows, asks, writes and refuses."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from brikopt import cli
from brikopt.contract.intake import read_extracts
from brikopt.errors import BadInput
from brikopt.flows.map import map_extracts
from tests.contract.stranger import write_stranger
from tests.contract.test_mapping_guess import with_their
from tests.worlds import tiny_hospital

UNCLEAR = "Optalt dato;Skab;Felt 2;Antal\n02-01-2025;S2;000050;7\n02-01-2025;S2;1706363;50\n"


def command(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, [str(word) for word in words])
    return done.exit_code, done.output


def test_a_strangers_folder_is_mapped_without_a_question(tmp_path):
    """Exit 0, a mapping beside the extracts, and five cells of each column shown."""
    folder = write_stranger(tmp_path / "in", tiny_hospital())
    code, said = command("map", "--data", folder, "--yes", "--lang", "en")
    assert code == 0
    assert "Skapinnhold.csv is the table positions:" in said
    assert "  max_level ← Maksimum: 40 | 5 | 20 | 100 | 5" in said
    assert command("check", "--data", folder)[0] == 0


def test_what_is_open_is_told_and_the_draft_is_taken_by_no_command(tmp_path):
    """Exit 2; the question stands in the file, and check names it."""
    folder = with_their(tmp_path / "in", "counts", Optælling=UNCLEAR)
    code, said = command("map", "--data", folder, "--yes", "--lang", "en")
    assert code == 2
    assert "counts: where in Optælling.csv is item_id? Optalt dato / Skab / Felt 2 / Antal" in said
    draft = tomllib.loads((folder / "mapping.toml").read_text("utf-8"))
    assert len(draft["open"]) == 1
    assert "item_id" not in draft["counts"]["columns"]
    with pytest.raises(BadInput, match=r"mapping.toml, open: a question is not answered yet: counts: where in"):
        read_extracts(folder)


def test_an_answer_completes_the_mapping(tmp_path):
    """Somebody picks the likeliest, Felt 2; both counts are read."""
    folder = with_their(tmp_path / "in", "counts", Optælling=UNCLEAR)
    asked = []

    def nod(lines, question, choices, best):
        assert not lines or lines[0].endswith(":")
        asked.append((question, choices[best]))
        return best

    mapped = map_extracts(folder, ask=nod, lang="en")
    assert mapped.complete
    assert asked == [("counts: where in Optælling.csv is item_id?", "Felt 2")]
    intake = read_extracts(folder)
    assert intake.extract.before(intake.as_of).counts["quantity"].tolist() == [7, 50]


def test_an_earlier_mapping_is_put_aside(tmp_path):
    """What somebody wrote by hand lies in mapping.toml.1, then .2."""
    folder = write_stranger(tmp_path / "in", tiny_hospital())
    path = folder / "mapping.toml"
    for hand in ("# one", "# two"):
        path.write_text(hand, encoding="utf-8")
        map_extracts(folder)
    assert [(folder / f"mapping.toml.{number}").read_text() for number in (1, 2)] == ["# one", "# two"]


def test_a_mapping_elsewhere_is_used_where_it_is_named(tmp_path):
    """--out writes it there, --mapping reads it from there."""
    folder = write_stranger(tmp_path / "in", tiny_hospital())
    assert command("map", "--data", folder, "--yes", "--out", tmp_path / "ours.toml")[0] == 0
    assert not (folder / "mapping.toml").exists()
    assert command("check", "--data", folder)[0] == 2
    assert command("check", "--data", folder, "--mapping", tmp_path / "ours.toml")[0] == 0


def test_an_empty_folder_is_named(tmp_path):
    """And nothing is written."""
    code, said = command("map", "--data", tmp_path, "--yes")
    assert (code, list(tmp_path.iterdir())) == (2, [])
    assert f"--data {tmp_path}: there is no file of a kind that brikopt reads." in said


def test_the_same_folder_gives_the_same_mapping(tmp_path):
    """To the byte."""
    folder = write_stranger(tmp_path / "in", tiny_hospital())
    texts = {map_to(folder, tmp_path / name) for name in ("a.toml", "b.toml")}
    assert len(texts) == 1


def map_to(folder: Path, path: Path) -> str:
    map_extracts(folder, path)
    return path.read_text("utf-8")
