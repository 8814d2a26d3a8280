"""Where a sign-in may lead: paths of the service itself, and nowhere else."""

from __future__ import annotations

import re

HOME = "/"
# Printable ASCII, one slash and no backslash: browsers read // and /\ as the start of another host, and skip tabs.
_OWN = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1999}")


def own_path(asked: str | None) -> str:
    """Return a path of the service, whatever was asked for.

    Parameters
    ----------
    asked : str or None
        What came with a request.

    Returns
    -------
    str
        The same where it is a path of the service, else the first page.

    Examples
    --------
    >>> own_path("/afsnit/A1?lang=en"), own_path("//elsewhere.example"), own_path("https://elsewhere.example")
    ('/afsnit/A1?lang=en', '/', '/')
    """
    return asked if asked and _OWN.fullmatch(asked) else HOME
