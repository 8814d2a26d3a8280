"""Codes read: the strings of public documents, and pictures of rendered codes."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from service.scans.reading import Scanned, codes_in, read_code

GS = "\x1d"
# 09506000134352 is the example of the GS1 DataMatrix Guideline; 9506000 is GS1's own prefix for examples.
GTIN = "09506000134352"


@pytest.mark.parametrize(
    ("code", "gtin", "expiry", "lot"),
    [
        # GS1 DataMatrix Guideline, release 2.5, sections 2.2 and 2.3
        (f"]d201{GTIN}1714120810ABC123{GS}2112345", GTIN, date(2014, 12, 8), "ABC123"),
        (f"{GS}01{GTIN}17201225{GS}10ABC", GTIN, date(2020, 12, 25), "ABC"),
        (f"01{GTIN}17201225", GTIN, date(2020, 12, 25), None),
        # GS1-128, and as people read it
        (f"]C101{GTIN}10LOT7", GTIN, None, "LOT7"),
        (f"(01){GTIN}(17)280300(10)AB-1", GTIN, date(2028, 3, 31), "AB-1"),
        # GTIN in one code, date and lot in another
        ("17280331", None, date(2028, 3, 31), None),
        (f"]C1172803311012345{GS}", None, date(2028, 3, 31), "12345"),
        # EAN-13, EAN-8 and UPC-A of the GS1 General Specifications; GTIN-14
        ("9506000134352", GTIN, None, None),
        ("]E09506000134352", GTIN, None, None),
        ("95060012", None, None, None),
        ("614141000036", "00614141000036", None, None),
        (GTIN, GTIN, None, None),
        # wrong check digits, and what isn't ours
        ("9506000134353", None, None, None),
        (f"01{GTIN[:-1]}317280331", None, date(2028, 3, 31), None),
        ("https://example.org", None, None, None),
        ("", None, None, None),
    ],
)
def test_codes_say_what_they_say(code, gtin, expiry, lot):
    """By the GS1 General Specifications: AI 01, 10 and 17, FNC1 leading or not."""
    assert read_code(code) == Scanned(gtin, expiry, lot)


def picture(content: str, kind: str = "DataMatrix", *, form: str = "PNG") -> bytes:
    """A rendered code."""
    code = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, kind))
    image = np.array(zxingcpp.write_barcode_to_image(code, scale=4))
    written = io.BytesIO()
    Image.fromarray(np.pad(image, 60, constant_values=255)).save(written, form)
    return written.getvalue()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_rendered_datamatrix_is_read(form):
    """With its separators."""
    (code,) = codes_in(picture(f"{GS}01{GTIN}10AB1{GS}17280331", form=form))
    assert read_code(code) == Scanned(GTIN, date(2028, 3, 31), "AB1")


def test_a_rendered_ean_is_read():
    """The number alone."""
    (code,) = codes_in(picture("9506000134352", "EAN13"))
    assert read_code(code) == Scanned(GTIN)


@pytest.mark.parametrize("sent", [b"", b"no picture", picture("9506000134352", "EAN13")[:200]])
def test_what_is_no_picture_holds_no_code(sent):
    """Nothing is read, and nothing fails."""
    assert codes_in(sent) == []


def test_the_service_reads_codes_and_pictures_within_limits(on_sqlite):
    """Code and picture; more than 2 MB 413; the 301st in a minute 429."""
    key = on_sqlite.key("logistics")
    said = on_sqlite.call(key, "POST", "/api/v1/scans", {"code": f"01{GTIN}17280331"}).json()
    assert (said["gtin"], said["expiry"], said["lot"]) == (GTIN, "2028-03-31", None)

    def sent(content: bytes):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "image/png"}
        return on_sqlite.client.post("/api/v1/scans/picture", content=content, headers=headers)

    assert [one["gtin"] for one in sent(picture(f"{GS}01{GTIN}")).json()["items"]] == [GTIN]
    assert sent(bytes(2 * 2**20 + 1)).status_code == 413
    statuses = [on_sqlite.call(key, "POST", "/api/v1/scans", {"code": "1"}).status_code for _ in range(298)]
    assert [statuses.count(one) for one in (200, 429)] == [297, 1]
