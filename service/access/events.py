"""What somebody who looks into an attack must find in the log: who came in, who didn't, and who was refused what."""

from __future__ import annotations

import structlog

from service.audit.witness import Witness

_log = structlog.get_logger("service.security")


def tell(witness: Witness, event: str, *, address: str | None = None, name: str | None = None, **facts: object) -> None:
    """Write a line about security into the log.

    Parameters
    ----------
    witness : Witness
        Its key turns addresses and names into marks: who has a name or an address can look for it (`brikopt audit
        mark`), and nobody can read one off the log.
    event : str
        ``sign_in.ok``, ``sign_in.failed``, ``sign_in.locked``, ``sign_in.no_grants``, ``sign_in.blocked``, ``sign_out``
        or ``refused``.
    address, name : str, optional
        Where from, and the name that was typed.
    **facts
        Ids and codes; never a secret.
    """
    marks = {kind: witness.mark(kind, what) for kind, what in (("address", address), ("name", name)) if what}
    _log.info(event, **marks, **facts)
