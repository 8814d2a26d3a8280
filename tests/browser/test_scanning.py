"""Codes at the cabinet: a hand scanner that types, and a camera that looks at a rendered DataMatrix."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page

from tests.browser.chromium import FLAGS, browser_path
from tests.browser.served import LOGISTICS, TABLET, Running

GS = "\x1d"


@pytest.fixture
def scanned(visit) -> Page:
    """A ward's page, on a tablet."""
    page = visit("/afsnit/{ward}", size=TABLET)
    page.wait_for_selector("form[data-ready]")
    return page


def row_with_code(page: Page):
    """A row of the list whose item has a number, and that number."""
    row = page.locator(".row[data-gtin]").first
    return page.locator(f'[id="{row.get_attribute("id")}"]'), row.get_attribute("data-gtin")


def told(page: Page, words: str) -> str:
    """What the page says of a scan, once it says some words."""
    page.locator("[data-scanned]").filter(has_text=words).wait_for(timeout=8000)
    return page.locator("[data-scanned]").inner_text()


def wedge(page: Page, code: str) -> None:
    """Type as a hand scanner does: at once, FNC1 as Ctrl+], Enter at the end."""
    for place, part in enumerate(code.split(GS)):
        if place:
            page.keyboard.press("Control+]")
        page.keyboard.type(part)
    page.keyboard.press("Enter")


def test_a_scan_in_any_field_finds_the_row_and_writes_its_date(scanned):
    """Typed by a scanner into a count that holds 12: the count stays 12, the row's date is the code's."""
    row, gtin = row_with_code(scanned)
    row.locator(".more summary").click()
    count = row.locator("[name^=counted]")
    count.fill("12")
    count.focus()
    scanned.wait_for_timeout(200)
    wedge(scanned, f"]d201{gtin}10AB{GS}17280300")
    assert "31-03-2028" in told(scanned, "Tidligste dato")
    assert (count.input_value(), row.locator("[name^=date]").input_value()) == ("12", "31-03-2028")


def test_a_code_without_a_date_erases_none_and_the_date_may_follow(scanned):
    """Number alone: the typed date stays. A later date in a code of its own: the earlier one stays; an earlier: not."""
    row, gtin = row_with_code(scanned)
    row.locator(".more summary").click()
    date = row.locator("[name^=date]")
    date.fill("311227")
    scanned.locator("h1").click()
    wedge(scanned, gtin)
    told(scanned, "ingen dato")
    assert date.input_value() == "311227"
    wedge(scanned, "17280331")
    told(scanned, "31-03-2028")
    assert date.input_value() == "311227"
    wedge(scanned, "17270630")
    told(scanned, "30-06-2027")
    assert date.input_value() == "30-06-2027"


def test_codes_count_and_unknown_ones_say_so(scanned):
    """Twice a pack: two packs counted. Another's number, and no number at all: the page says which."""
    row, gtin = row_with_code(scanned)
    scanned.locator("[data-scan] summary").click()
    scanned.locator("[data-scan-does]").select_option("pack")
    scanned.locator("h1").click()
    pack = int(row.get_attribute("data-pack"))
    for times in (1, 2):
        wedge(scanned, gtin)
        told(scanned, f"Optalt: {times * pack}")
    wedge(scanned, "09506000134352")
    assert "09506000134352" in told(scanned, "hører ikke til")
    wedge(scanned, "09506000134353")
    told(scanned, "kan ikke læses")
    wedge(scanned, "17280331")
    told(scanned, "Scan varen først")


def test_without_a_network_a_scan_still_finds_its_row(scanned):
    """The fixed parts of a code are read on the device."""
    row, gtin = row_with_code(scanned)
    scanned.context.set_offline(True)
    scanned.locator("h1").click()
    wedge(scanned, f"01{gtin}17280331")
    told(scanned, "31-03-2028")
    assert row.locator("[name^=date]").input_value() == "31-03-2028"


def film(code: str, path) -> None:
    """A picture that a camera would see, as the one frame of a film."""
    drawn = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.DataMatrix)
    small = np.array(zxingcpp.write_barcode_to_image(drawn, scale=8))
    frame = np.full((480, 640), 190, dtype=np.uint8)
    frame[100 : 100 + small.shape[0], 200 : 200 + small.shape[1]] = small
    written = io.BytesIO()
    Image.fromarray(frame).convert("RGB").save(written, "JPEG", quality=90)
    path.write_bytes(written.getvalue())


@pytest.fixture
def with_camera(running: Running, tmp_path, browser) -> Iterator[tuple[Page, str]]:
    """A ward's page in a browser whose camera sees the code of an item, good until 31-03-2028."""
    page = browser.new_context(extra_http_headers={"Authorization": f"Bearer {running.key(LOGISTICS, 'x')}"}).new_page()
    page.goto(running.filled("/afsnit/{ward}"))
    gtin = page.locator(".row[data-gtin]").first.get_attribute("data-gtin")
    film(f"{GS}01{gtin}10LOT{GS}17280331", tmp_path / "camera.mjpeg")
    seen = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    flags = (*FLAGS, *seen, f"--use-file-for-fake-video-capture={tmp_path / 'camera.mjpeg'}")
    other = browser.browser_type.launch(executable_path=browser_path(), args=list(flags))
    context = other.new_context(
        extra_http_headers={"Authorization": f"Bearer {running.key(LOGISTICS, 'camera')}"}, permissions=["camera"]
    )
    shown = context.new_page()
    shown.goto(running.filled("/afsnit/{ward}"))
    shown.wait_for_selector("form[data-ready]")
    yield shown, gtin
    other.close()
    page.context.close()


def test_the_camera_reads_a_rendered_datamatrix(with_camera):
    """Held in front of it: row found, date written; then the camera is put off."""
    page, gtin = with_camera
    page.locator("[data-scan] summary").click()
    page.locator("[data-camera]").click()
    assert "31-03-2028" in told(page, "Tidligste dato")
    assert page.locator(f'.row.scanned[data-gtin="{gtin}"] [name^=date]').input_value() == "31-03-2028"
    page.locator("[data-camera]").click()
    assert page.locator("[data-picture]").is_hidden()
