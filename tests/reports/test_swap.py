"""Two folders change places, at once or in two steps."""

import pytest

from brikopt.reports import swap


@pytest.fixture
def folders(tmp_path):
    """Make a folder with the new result and one with the old."""
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    return tmp_path / "new", tmp_path / "old"


@pytest.mark.parametrize("at_once", [True, False])
def test_both_ways_exchange_the_folders(folders, monkeypatch, at_once):
    """The new files are at the place, the old ones where the new ones were."""
    if not at_once:
        monkeypatch.setattr(swap, "_exchanged_at_once", lambda *_: False)
    work, place = folders
    swap.exchange(work, place)
    assert [path.name for path in place.iterdir()] == ["new"]
    assert [path.name for path in work.iterdir()] == ["old"]


def test_an_absent_place_is_filled(folders, tmp_path):
    """Nothing is left where the work was."""
    work, _ = folders
    swap.exchange(work, tmp_path / "place")
    assert (tmp_path / "place" / "new").exists()
    assert not work.exists()


def test_a_refused_second_step_brings_the_old_folder_back(folders, monkeypatch):
    """The new folder has vanished, so the old one returns to its place."""
    monkeypatch.setattr(swap, "_exchanged_at_once", lambda *_: False)
    monkeypatch.setattr(swap.shutil, "copymode", lambda *_: None)
    work, place = folders
    (work / "new").unlink()
    work.rmdir()
    with pytest.raises(OSError, match="new"):
        swap.exchange(work, place)
    assert (place / "old").exists()


def test_a_result_set_aside_comes_back(tmp_path):
    """A run was killed between its two steps: the place is empty, and the old result waits beside it."""
    (tmp_path / ".out.brikopt-1.old").mkdir()
    (tmp_path / ".out.brikopt-1.old" / "old").touch()
    swap.settle(tmp_path / ".out.brikopt-1", tmp_path / "out")
    assert (tmp_path / "out" / "old").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
