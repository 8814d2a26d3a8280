"""The container file and its compose file, as far as they can be checked without an engine."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
import yaml

from service.settings import Settings
from tests.whole.results import waited_for

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "container"
FILE = (FOLDER / "Containerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
PINNED = re.compile(r"^([a-z0-9_.\-\[\]]+==[^ ;\\]+)", re.MULTILINE)


def instructions(name: str) -> list[str]:
    """What follows each instruction of a name, lines joined."""
    joined = FILE.replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_everything_that_is_copied_is_there_and_let_through():
    """Each path exists, and the ignore file, which holds back everything else, names it."""
    let_through = {line[1:] for line in ignored() if line.startswith("!")}
    copied = [part for line in instructions("COPY") if "--from=" not in line for part in shlex.split(line)[:-1]]
    assert len(copied) >= 4
    for path in copied:
        assert (ROOT / path).exists(), path
        assert path in let_through, path


def ignored() -> list[str]:
    """Lines of the ignore file; the first holds back everything."""
    lines = (FOLDER / "Containerfile.containerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    return rules


def test_the_image_runs_as_nobody_special_and_is_watched():
    """A number that is not 0, before the command; a health check; the command is one of brikopt's."""
    user, _, group = instructions("USER")[-1].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert FILE.index("\nUSER ") < FILE.index("\nCMD ")
    assert "/health/live" in instructions("HEALTHCHECK")[0]
    assert instructions("CMD")[-1].startswith('["brikopt", "serve"')


def test_no_secret_is_inside():
    """Nothing that looks like one is set in the image; in compose a secret is a file, and no address holds one."""
    assert not re.search(r"(?i)(password|secret|token|api_key)\s*=", FILE)
    for service in COMPOSE["services"].values():
        for name, value in service["environment"].items():
            if re.search("(?i)password|token|secret|pass", name):
                assert value.startswith("/run/secrets/"), name
            assert not re.search(r":[^/@]+@", str(value)), name


def test_memory_has_limits():
    """Of the service, of the database, and of what lies in memory as /tmp."""
    for name in ("service", "database"):
        service = COMPOSE["services"][name]
        assert service["mem_limit"].startswith("${")
        assert "/tmp:size=256m" in service["tmpfs"]  # noqa: S108 - in a container


def test_secrets_that_are_files_are_settings(tmp_path):
    """Named as the settings, as containers put them into /run/secrets."""
    (tmp_path / "BRIKOPT_AUDIT_KEY").write_text("a key out of a file, longer than 32 signs")
    (tmp_path / "DATABASE_URL").write_text("postgresql+psycopg://x@y/z")
    settings = Settings(_secrets_dir=tmp_path, _env_file=None)
    assert settings.url in ("postgresql+psycopg://x@y/z", os.environ.get("DATABASE_URL"))
    assert {"pgpass", "BRIKOPT_AUDIT_KEY", "BRIKOPT_METRICS_TOKEN"} == set(COMPOSE["services"]["service"]["secrets"])


class _Osv(BaseHTTPRequestHandler):
    """Knows a weakness of the first package that it is asked about, if the lock is the bad one."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        told = [{"vulns": [{"id": "X-1"}]} if one["package"]["name"] == "bad" else {} for one in asked]
        content = json.dumps({"results": told}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


def audited(address, lock):
    """Run the audit against a server, and return its exit code and what it says."""
    ended = subprocess.run(
        [sys.executable, FOLDER / "audit.py", lock],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OSV_ADDRESS": address},
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_known_vulnerabilities_are_told_and_no_data_is_no_good_news(tmp_path):
    """0 for a lock without, 1 and its id for one with, 2 where nobody answers."""
    (tmp_path / "good").write_text("fine==1.0 \\\n    --hash=sha256:00\n")
    (tmp_path / "bad").write_text("fine==1.0\nbad==2.0\n")
    server = HTTPServer(("127.0.0.1", 0), _Osv)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    assert audited(address, tmp_path / "good")[0] == 0
    code, said = audited(address, tmp_path / "bad")
    assert (code, "bad 2.0: X-1" in said) == (1, True)
    server.shutdown()
    server.server_close()
    thread.join()
    code, said = audited(address, tmp_path / "good")
    assert (code, "no data" in said) == (2, True)


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_is_locked_down(name):
    """Root file system not to be written, no capabilities, no new privileges, a user that is not root."""
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert int(service["user"].partition(":")[0]) > 0
    volumes = {volume.partition(":")[0] for volume in service["volumes"]}
    assert volumes <= set(COMPOSE["volumes"])


def test_the_cluster_starts_only_when_asked_for_and_is_reached_by_nobody_else():
    """Scheduler and workers are in a profile, share the data, publish no port, and their commands are there."""
    service = COMPOSE["services"]["service"]
    for name in ("scheduler", "worker"):
        part = COMPOSE["services"][name]
        assert part["profiles"] == ["cluster"]
        assert "ports" not in part
        assert part["volumes"] == service["volumes"]
        *_, module = part["command"][:3]
        options = [word for word in part["command"] if word.startswith("--")]
        told = subprocess.run(
            [sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=True
        ).stdout
        assert [option for option in options if option not in told] == []


def test_a_stop_leaves_time_to_finish():
    """Compose waits longer than the service's own 20 seconds."""
    assert int(COMPOSE["services"]["service"]["stop_grace_period"].removesuffix("s")) > 20


def test_the_image_holds_what_the_tests_ran_with():
    """Every version in its lock stands in the lock of all, and everything that the package needs is in it."""
    image, everything = (
        set(PINNED.findall(path.read_text("utf-8")))
        for path in (FOLDER / "requirements.lock", ROOT / "requirements.lock")
    )
    assert len(image) > 50
    assert image - everything == set()
    assert {"fastapi", "psycopg", "sqlalchemy", "uvicorn"} <= {
        one.partition("==")[0].partition("[")[0] for one in image
    }
    assert not {"pytest", "playwright"} & {one.partition("==")[0] for one in image}


# Where the tests run as root, Python itself may lie where only root can read: its packages are fetched before.
SERVE = """
import contextlib, importlib, os, pkgutil, sys
from brikopt import cli
from service import serving
PACKAGES = "asyncio concurrent email encodings http importlib json logging multiprocessing sqlite3 zoneinfo"
if os.geteuid() == 0:
    for package in map(importlib.import_module, PACKAGES.split()):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            with contextlib.suppress(ImportError):
                importlib.import_module(found.name)
    os.setgroups([]); os.setgid(10001); os.setuid(10001)
sys.argv = ["brikopt", "serve", "--data-dir", *sys.argv[1:2], "--port", *sys.argv[2:]]
cli.main()
"""


def test_the_service_runs_as_somebody_who_may_write_nothing_but_its_data(tmp_path):
    """As user 10001, where the tests run as root: it answers, and all that it wrote lies in its data folder."""
    data = tmp_path / "data"
    data.mkdir()
    if os.geteuid() == 0:
        # Temporary folders are their owner's alone; somebody else has to pass through them.
        for folder in (tmp_path, *tmp_path.parents):
            if not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o011)
        shutil.chown(data, 10001, 10001)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(data)}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, data, str(port)],
        cwd="/",
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )

    def alive() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
        except httpx.TransportError:
            return False

    try:
        up = waited_for(alive, process)
    finally:
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert up, said[-2000:]
    assert (data / "brikopt.db").exists()
