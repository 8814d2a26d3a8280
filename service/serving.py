"""Run the service until somebody stops it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable

import uvicorn

from service.access.groups import read_groups
from service.app import create_app
from service.connections import BoundedConnection
from service.settings import Settings

# Beyond it others are told to come again, and those that are served go on.
_MOST_CONNECTIONS = 1000
# Requests that are under way get this long to end after a stop is asked for.
_GRACE_SECONDS = 20


def serve(settings: Settings, host: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; what is under way is finished first.

    Parameters
    ----------
    settings : Settings
    host, port : str, int
        Where to listen.
    tell : callable
        Is told the address to open, before anything is served.

    Raises
    ------
    BadInput
        If the file of what groups may is wrong.
    """
    read_groups(settings.oidc_grants)  # A file that can't be read is better known now than when somebody signs in.
    shown = f"[{host}]" if ":" in host else host
    tell(f"http://{shown}:{port}/")
    sys.stdout.flush()
    # Large uploads wait on the disk of the data: a container's own /tmp is memory.
    arriving = settings.data_dir.resolve() / "arriving"
    arriving.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(arriving)
    # A request's own log line has what is needed; uvicorn's would add the query, where people type things.
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        http=BoundedConnection,
        limit_concurrency=_MOST_CONNECTIONS,
        # Only a proxy that somebody names is believed: not whoever is on this machine.
        forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", ""),
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
