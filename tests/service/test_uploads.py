"""What is sent as extracts: taken, or refused with a reason that has a name of its own, and nothing kept."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
from sqlalchemy import func, select

from service.runs.tables import Job, Run
from tests.service.servers import running
from tests.service.uploads import EXTRACTS, claiming, send, with_part, workbook, zipped, zipped_as

TOO_LARGE = "urn:brikopt:problem:too-large"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
SUM = b"<worksheet><sheetData><row><c><f>SUM(A1)</f></c></row></sheetData></worksheet>"
SHEET = "xl/worksheets/sheet1.xml"
BOOK = workbook([["ward_id", "ward_name", "hospital", "unit"], ["A1", "Alfa", "H", "U"]])
FORMULA = workbook([["ward_id", "ward_name", "hospital", "unit"], ["A1", '=HYPERLINK("http://x","y")', "H", "U"]])


def link() -> zipfile.ZipInfo:
    """An entry that is a symbolic link."""
    info = zipfile.ZipInfo("wards.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def named(name: str) -> bytes:
    """An archive with one file of this name, as it stands there."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    return zipped_as(info, b"ward_id\n")


def encrypted() -> bytes:
    """An archive whose directory says that its file is encrypted."""
    archive = bytearray(zipped({"wards.csv": b"x"}))
    at = archive.index(b"PK\x01\x02") + 8
    archive[at] |= 1
    return bytes(archive)


def many_equal_cells() -> bytes:
    """A small parquet file with a hundred million cells."""
    out = io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000_000, pa.int8()), pa.array(["x"]))
    pa_parquet.write_table(pa.table({f"c{n}": column for n in range(50)}), out)
    return out.getvalue()


REFUSED = {
    "nothing": ({}, 422, "no-files"),
    "a program": ({"wards.exe": b"MZ"}, 415, "wrong-type"),
    "a program named as an extract": ({"wards.csv": b"MZ\x90\x00"}, 415, "wrong-type"),
    "a table that isn't there": ({"patients.csv": b"a\n1\n"}, 415, "wrong-type"),
    "a workbook that is text": ({"wards.xlsx": b"ward_id\n"}, 415, "wrong-type"),
    "parquet that is text": ({"wards.parquet": b"ward_id\n"}, 415, "wrong-type"),
    "gzip that is text": ({"wards.csv.gz": b"ward_id\n"}, 415, "wrong-type"),
    "a policy that is none": ({"policy.toml": b"[["}, 415, "wrong-type"),
    "a mapping that is none": ({"mapping.toml": b"[["}, 415, "wrong-type"),
    "a name of its own without a mapping": ({"Bestillinger.csv": b"a\n1\n"}, 415, "wrong-type"),
    "a hidden file beside a mapping": ({"mapping.toml": b"", ".orders.csv": b"a\n1\n"}, 415, "wrong-type"),
    "a program beside a mapping": ({"mapping.toml": b"", "orders.py": b"a\n1\n"}, 415, "wrong-type"),
    "a zip file beside others": ({"a.zip": zipped(EXTRACTS), "wards.csv": b"x"}, 415, "wrong-type"),
    "a name that climbs": ({"../wards.csv": b"x"}, 422, "unsafe-path"),
    "too many files": ({f"f{n}.csv": b"x" for n in range(50)}, 422, "too-many-files"),
    "no zip file": ({"a.zip": b"not one"}, 422, "broken-archive"),
    "half a zip file": ({"a.zip": zipped(EXTRACTS)[:200]}, 422, "broken-archive"),
    "an encrypted zip file": ({"a.zip": encrypted()}, 422, "broken-archive"),
    "an empty zip file": ({"a.zip": zipped({})}, 422, "no-files"),
    "too many entries": ({"a.zip": zipped({f"f{n}.csv": b"x" for n in range(50)})}, 422, "too-many-files"),
    "an entry that climbs": ({"a.zip": named("../wards.csv")}, 422, "unsafe-path"),
    "an entry at the root": ({"a.zip": named("/etc/wards.csv")}, 422, "unsafe-path"),
    "an entry on a drive": ({"a.zip": named("C:\\wards.csv")}, 422, "unsafe-path"),
    "entries in two folders": ({"a.zip": zipped({"a/wards.csv": b"x", "b/items.csv": b"x"})}, 422, "unsafe-path"),
    "a link": ({"a.zip": zipped_as(link(), b"/etc/passwd")}, 422, "link-in-archive"),
    "one table twice": ({"a.zip": zipped({"wards.csv": b"x", "WARDS.csv": b"x"})}, 422, "file-twice"),
    "a zip bomb": ({"a.zip": zipped({"wards.csv": b"0" * 50_000_000})}, 422, "packed-too-much"),
    "a zip bomb that lies": (
        {"a.zip": claiming(zipped({"wards.csv": b"0" * 50_000_000}), 1000)},
        422,
        "broken-archive",
    ),
    "a zip file that claims 4 GB": (
        {"a.zip": claiming(zipped({"wards.csv": b"0"}), 2**32 - 2)},
        422,
        "packed-too-much",
    ),
    "a gzip bomb": ({"wards.csv.gz": gzip.compress(b"0" * 50_000_000)}, 422, "packed-too-much"),
    "a workbook that is a bomb": (
        {"wards.xlsx": with_part(BOOK, SHEET, lambda part: part + b" " * 50_000_000)},
        422,
        "packed-too-much",
    ),
    "entities in a workbook": ({"wards.xlsx": with_part(BOOK, SHEET, lambda _: ENTITIES)}, 422, "entities-inside"),
    "entities in UTF-16": (
        {
            "wards.xlsx": with_part(
                BOOK, SHEET, lambda _: ENTITIES.decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")
            )
        },
        422,
        "entities-inside",
    ),
    "entities in a zipped workbook": (
        {"a.zip": zipped({"wards.xlsx": with_part(BOOK, "xl/styles.xml", lambda _: ENTITIES)})},
        422,
        "entities-inside",
    ),
    "formulas": ({"wards.xlsx": FORMULA}, 422, "formula-inside"),
    "formulas in a sheet elsewhere": (
        {"wards.xlsx": with_part(BOOK, "xl/own.dat", lambda _: SUM)},
        422,
        "formula-inside",
    ),
    "formulas in UTF-16": (
        {"wards.xlsx": with_part(BOOK, "xl/worksheets/sheet2.xml", lambda _: SUM.decode().encode("utf-16"))},
        422,
        "formula-inside",
    ),
    "entities in a part of another name": (
        {"wards.xlsx": with_part(BOOK, "xl/w.dat", lambda _: ENTITIES)},
        422,
        "entities-inside",
    ),
    "macros": ({"wards.xlsx": with_part(BOOK, "xl/vbaProject.bin", lambda _: b"x")}, 415, "wrong-type"),
    "a missing table": ({"wards.csv": EXTRACTS["wards.csv"]}, 422, "extracts-unusable"),
    "personal numbers": (
        {**EXTRACTS, "wards.csv": b"ward_id,ward_name,hospital,unit\nA1,070761-4285,H,U\nA2,070761-4285,H,U\n"},
        422,
        "extracts-unusable",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_taken_is_refused_by_name(what, on_sqlite):
    """Status and type of the problem; a sentence in Danish and in English; no run, and no file left."""
    files, status, name = REFUSED[what]
    key = on_sqlite.key("admin")
    answer = send(on_sqlite.client, key, files)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:brikopt:problem:{name}")
    english = send(on_sqlite.client, key, files, Accept_Language="en").json()
    assert english["title"] != answer.json()["title"]
    assert str(on_sqlite.settings.data_dir) not in answer.text
    assert runs(on_sqlite) == 1
    assert list((on_sqlite.settings.data_dir / "runs").glob("*")) == []


def runs(site) -> int:
    """Runs in all."""
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Run)) or 0


def limited(site, **limits) -> None:
    """Have the service take less."""
    app = site.client.app
    app.state.service = replace(app.state.service, settings=site.settings.model_copy(update=limits))


def test_more_than_is_taken_is_refused_before_it_came(on_sqlite):
    """413 on a live service: 10 GB announced and not sent; and a form that never ends, where 1 MB is taken."""
    headers = {
        "Authorization": f"Bearer {on_sqlite.key('admin')}",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    with running(on_sqlite.settings.model_copy(update={"upload_mb": 1})) as server:
        connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=30)
        connection.request("POST", "/api/v1/runs", headers={**headers, "Content-Length": str(10 * 2**30)})
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["type"]) == (413, TOO_LARGE)
        connection.close()
        connection.request("POST", "/api/v1/runs", body=endless(), headers=headers, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["type"]) == (413, TOO_LARGE)
        connection.close()


def endless() -> Iterator[bytes]:
    """A form of 3 MB that doesn't end."""
    yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="wards.csv"\r\n\r\n'
    for _ in range(48):
        yield b"0" * 2**16


def test_a_usual_request_may_be_16_mb_large(on_sqlite):
    """413 for a review of 17 MB."""
    answer = on_sqlite.call(on_sqlite.key("logistics"), "POST", "/api/v1/reviews", {"ward_id": "x" * 17 * 2**20})
    assert (answer.status_code, answer.json()["type"]) == (413, TOO_LARGE)


def test_all_files_together_may_come_to_so_much(on_sqlite):
    """Two files of 0.6 MB where 1 MB is taken, zipped and gzipped."""
    limited(on_sqlite, upload_unpacked_mb=1)
    key, content = on_sqlite.key("admin"), bytes(range(32, 127)) * 6600
    half = {"wards.csv": content, "items.csv": content}
    for files in ({"a.zip": zipped(half)}, {f"{name}.gz": gzip.compress(one) for name, one in half.items()}):
        answer = send(on_sqlite.client, key, files)
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:brikopt:problem:unpacks-too-large")


def test_equal_cells_count_though_they_take_no_room(on_sqlite):
    """A hundred million cells in a parquet file of less than a megabyte, where 64 MB are taken."""
    limited(on_sqlite, upload_unpacked_mb=64)
    content = many_equal_cells()
    assert len(content) < 2**20
    answer = send(on_sqlite.client, on_sqlite.key("admin"), {"wards.parquet": content})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:brikopt:problem:unpacks-too-large")


@pytest.mark.parametrize(
    "files",
    [
        EXTRACTS,
        {"a.zip": zipped(EXTRACTS)},
        {"a.zip": zipped({f"udtræk/{name}": content for name, content in EXTRACTS.items()} | {"__MACOSX/._x": b"x"})},
        {**EXTRACTS, "wards.csv": b"", "Wards.xlsx": BOOK},
    ],
    ids=["files", "zip", "folder", "workbook"],
)
def test_good_extracts_are_checked_at_once_and_wait_for_their_run(files, on_sqlite):
    """202, where to follow, and a report with one good row in each of five tables."""
    files = {name: content for name, content in files.items() if content}
    answer = send(on_sqlite.client, on_sqlite.key("admin"), files)
    assert answer.status_code == 202, answer.text
    run = on_sqlite.call(on_sqlite.key("admin"), "GET", answer.headers["Location"]).json()
    assert (run["state"], run["progress"]) == ("queued", 0.0)
    assert [(one["table"], one["good"]) for one in run["report"]["tables"] if one["file"]] == [
        (table, 1) for table in ("wards", "cabinets", "items", "positions", "orders")
    ]
    assert run["report"]["as_of"] == "2025-01-07"


def test_rejected_rows_are_seen_at_once(site):
    """A level that is no number: line 3 of positions.csv, as JSON, CSV and a workbook, before any run."""
    key = site.key("admin")
    levels = EXTRACTS["positions.csv"]
    bad = {**EXTRACTS, "positions.csv": levels + b"S1,000050,10,x,10,2\n" + levels.split(b"\n")[1] * 0}
    # A fifth of a table may be bad: five more good rows make one of six.
    goods = b"".join(b"%06d,Vare %d,10,2\n" % (n, n) for n in range(60, 66))
    places = b"".join(b"S1,%06d,10,20,10,2\n" % n for n in range(60, 66))
    bad |= {"items.csv": EXTRACTS["items.csv"] + goods, "positions.csv": bad["positions.csv"] + places}
    answer = send(site.client, key, bad)
    assert answer.status_code == 202, answer.text
    where = answer.headers["Location"]
    assert site.call(key, "GET", where).json()["report"]["rejected"] == 1
    (row,) = site.call(key, "GET", f"{where}/rejected-rows").json()["items"]
    assert (row["file"], row["line"], row["column"], row["value"]) == ("positions.csv", 3, "max_level", "x")
    assert "positions.csv" in site.call(key, "GET", f"{where}/rejected-rows?format=csv").text
    assert site.call(key, "GET", f"{where}/rejected-rows?format=xlsx").content.startswith(b"PK")


def test_an_upload_sent_twice_with_one_key_is_one_run(site):
    """The same answer, 1 more run and 1 folder; other files under the key are refused."""
    key, before = site.key("admin"), runs(site)
    first, second = (send(site.client, key, EXTRACTS, Idempotency_Key="a") for _ in range(2))
    assert (first.status_code, first.json()) == (202, second.json())
    assert runs(site) == before + 1
    other = send(
        site.client, key, {**EXTRACTS, "wards.csv": EXTRACTS["wards.csv"] + b"A2,B,H,U\n"}, Idempotency_Key="a"
    )
    assert (other.status_code, other.json()["type"]) == (422, "urn:brikopt:problem:key-reused")
    assert len(list((site.settings.data_dir / "runs").glob("*"))) == 1


@pytest.mark.parametrize("fields", [{"as_of": "01-02-2025"}, {"as_of": "1066-01-01"}, {"lang": "de"}])
def test_a_field_that_does_not_fit_is_named(fields, on_sqlite):
    """422, and where."""
    answer = send(on_sqlite.client, on_sqlite.key("admin"), EXTRACTS, fields)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, next(iter(fields)))


def test_who_may_not_send_is_not_read(on_sqlite):
    """401 and 403, and no file kept."""
    for key, status in (("nobody", 401), (on_sqlite.key("logistics"), 403)):
        assert send(on_sqlite.client, key, {"a.zip": b"not one"}).status_code == status


def test_a_run_that_waits_can_be_cancelled_once(site):
    """202, and failed with its reason; then 409; nobody can cancel a run that is served."""
    key = site.key("admin")
    run = send(site.client, key, EXTRACTS).json()["id"]
    assert site.call(key, "POST", f"/api/v1/runs/{run}/cancel").json()["state"] == "failed"
    assert site.get(key, f"/runs/{run}").json()["problem"] == "Kørslen blev afbrudt."
    assert site.call(key, "POST", f"/api/v1/runs/{run}/cancel").status_code == 409
    served = next(one["id"] for one in site.get(key, "/runs").json()["items"] if one["served_from"])
    assert site.call(key, "POST", f"/api/v1/runs/{served}/cancel").status_code == 409
    with site.database.reading() as session:
        assert session.scalars(select(Job.kind).where(Job.run == run)).one() == "extracts"


def form(site, key, files):
    """Send files as the page of runs does, without following where it leads."""
    parts = [("files", (name, content)) for name, content in files.items()]
    headers = {"Authorization": f"Bearer {key}"}
    return site.client.post("/koersler", files=parts, data={"lang": "da"}, headers=headers, follow_redirects=False)


def test_the_page_of_runs_takes_extracts_and_leads_to_their_run(on_sqlite):
    """303 to a page with the report; a refusal is a page with its sentence and the status of the API."""
    key = on_sqlite.key("admin")
    taken = form(on_sqlite, key, EXTRACTS)
    assert taken.status_code == 303
    shown = on_sqlite.call(key, "GET", taken.headers["Location"]).text
    assert "Hvad tjekket fandt" in shown
    assert "Stop kørslen" in shown
    refused = form(on_sqlite, key, {"wards.xlsx": FORMULA})
    assert refused.status_code == 422
    assert "wards.xlsx har formler i sheet1.xml" in refused.text
    announced = {"Authorization": f"Bearer {key}", "Content-Length": str(10 * 2**30)}
    assert on_sqlite.client.post("/koersler", content=b"x", headers=announced).status_code in (413, 422)
