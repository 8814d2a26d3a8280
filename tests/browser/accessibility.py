"""Accessibility rules, as a browser finds them broken."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.1 A and AA, which EN 301 549 asks for; best practices come on top.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}


def violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """Name each broken rule with the places where it is broken.

    Parameters
    ----------
    page : Page
        What the browser shows.
    without : tuple of str
        Rules left out, by their ids.

    Returns
    -------
    list of str
        Empty where no rule is broken.
    """
    left_out = {"rules": {rule: {"enabled": False} for rule in without}}
    found = Axe().run(page, options=RULES | left_out).response["violations"]
    return [f"{rule['id']}: {[place['target'] for place in rule['nodes']][:5]}" for rule in found]
