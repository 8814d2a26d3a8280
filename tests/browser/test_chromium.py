"""Finding the browser."""

from __future__ import annotations

import pytest

from tests.browser.chromium import SETTING, NoBrowser, browser_path


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Make programs of these names the only ones that can be found."""

    def install(*names):
        for name in names:
            (tmp_path / name).write_text("#!/bin/sh\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv(SETTING, raising=False)
        return tmp_path

    return install


def test_chromium_comes_before_chrome(programs):
    """Both are there."""
    folder = programs("google-chrome", "chromium")
    assert browser_path() == str(folder / "chromium")


def test_any_of_the_usual_names_will_do(programs):
    """The name that some systems give it."""
    folder = programs("chromium-browser")
    assert browser_path() == str(folder / "chromium-browser")


def test_the_setting_comes_first(programs, monkeypatch):
    """A browser at a place of its own."""
    folder = programs("chromium", "mine")
    monkeypatch.setenv(SETTING, str(folder / "mine"))
    assert browser_path() == str(folder / "mine")


def test_without_a_browser_the_message_says_what_to_do(programs, monkeypatch):
    """Nothing is skipped in silence, and a wrong setting isn't replaced by a guess."""
    folder = programs()
    with pytest.raises(NoBrowser, match="make browser"):
        browser_path()
    monkeypatch.setenv(SETTING, str(folder / "absent"))
    with pytest.raises(NoBrowser, match="absent"):
        browser_path()
