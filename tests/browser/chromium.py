"""Find the browser that the tests use."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
SETTING = "BRIKOPT_BROWSER"
# Quiet and alone: no graphics card, no first-run pages, no calls home.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    f"The browser tests need {', '.join(NAMES[:-1])} or {NAMES[-1]} and found none. Run `make browser`, or name a "
    f"browser of that kind in {SETTING}."
)


class NoBrowser(Exception):
    """There is no browser to test with."""


def browser_path() -> str:
    """Return the path of a browser.

    Returns
    -------
    str
        What the setting names, else the first of the usual names that is installed.

    Raises
    ------
    NoBrowser
        If there is none, or the setting names none.
    """
    chosen = os.environ.get(SETTING)
    found = [path for name in ((chosen,) if chosen else NAMES) if (path := shutil.which(name))]
    if not found:
        raise NoBrowser(f"{SETTING} is {chosen}, which is no program." if chosen else MISSING)
    return found[0]
