"""One browser for all tests of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import FLAGS, browser_path
from tests.browser.served import running, visit  # noqa: F401 - fixtures of several files


# While it runs, Playwright keeps an event loop in this thread: closed with the last test of this folder, it can't
# stand in the way of tests elsewhere that start a loop of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser; where none is installed, the tests fail and say what to do."""
    path = browser_path()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Show a page from its text, on a screen of a desk unless another size is given."""
    contexts = []

    def show(html: str, *, width: int = 1280, height: int = 900, scripts_of_tests: bool = True) -> Page:
        # The guide forbids all scripts, also that of the accessibility rules, unless the test steps around it.
        context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=scripts_of_tests)
        contexts.append(context)
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
