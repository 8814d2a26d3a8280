"""People who sign in with a local account, as tests of pages and of what is kept about them need them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from service.access.accounts import add_account, hash_password
from service.access.grants import Grant
from service.settings import Settings
from tests.service.sites import Site

PASSWORD = "lange-ord-er-gode-ord"  # noqa: S105 - of accounts that live for one test


def use(site: Site, **settings: Any) -> None:
    """Have the service run with other settings, checked as those of the environment are."""
    service = site.client.app.state.service
    said = {**service.settings.model_dump(exclude={"database_url"}), **settings}
    changed = Settings(**said, DATABASE_URL=service.settings.database_url)
    site.client.app.state.service = replace(service, settings=changed)


def known(site: Site, name: str, *grants: Grant) -> str:
    """Make an account, and return the person's id."""
    with site.database.writing() as session:
        return add_account(session, name, hash_password(PASSWORD), grants, by="test")


@contextmanager
def signed_in(site: Site, name: str) -> Iterator[dict[str, str]]:
    """Sign somebody in; gives the header that shows that a page of the service sends a change."""
    use(site, local_accounts=True)
    entered = site.client.post("/log-ind", data={"name": name, "password": PASSWORD}, follow_redirects=False)
    assert entered.status_code == 303, entered.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', site.client.get("/log-ud").text)[1]
    yield {"X-CSRF-Token": token}
    site.client.cookies.clear()
