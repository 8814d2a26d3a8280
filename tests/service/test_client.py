"""A client made from the OpenAPI by a well-kept generator works on the real service, errors included."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from service.app import create_app
from service.settings import Settings
from tests.service.servers import running

PACKAGE = "brikopt_client"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What the generator said; its package can be imported from here on."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(create_app(Settings()).openapi()), encoding="utf-8")
    (folder / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")
    generator = Path(sys.executable).with_name("openapi-python-client")
    arguments = ("generate", "--path", "openapi.json", "--config", "config.yml", "--output-path", "made")
    said = subprocess.run([generator, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    sys.path.insert(0, str(folder / "made"))
    yield said.stdout + said.stderr
    sys.path.remove(str(folder / "made"))


def route(name: str):
    """The module of one operation."""
    return import_module(f"{PACKAGE}.api.{name}")


def test_the_generator_has_nothing_to_complain_of(made):
    """No answer of any route is left out of the client."""
    assert "warning" not in made.lower()


@pytest.mark.usefixtures("made")
def test_a_client_reads_lists_pages_and_problems(on_sqlite, tmp_path):
    """Wards, a trim list, a guide as the page that it is, and a ward that isn't there."""
    client_of = import_module(f"{PACKAGE}.client").AuthenticatedClient
    with running(on_sqlite.settings, tmp_path / "log") as server:
        with client_of(server.address, on_sqlite.key("reader")) as client:
            wards = route("wards.list_wards").sync(client=client)
            ward = wards.items[0]["ward_id"]
            listed = route("lists.trim_list").sync(ward, client=client)
            guide = route("lists.get_guide").sync(ward, client=client)
            missing = route("lists.trim_list").sync("no such ward", client=client)
        with client_of(server.address, "no such key") as client:
            stranger = route("access.get_me").sync(client=client)
    assert wards.total == len(on_sqlite.wards)
    assert listed.total > 0
    assert guide.startswith("<!doctype html>")
    assert (missing.status, stranger.status) == (404, 401)
    assert missing.request_id
