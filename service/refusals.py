"""Why the service doesn't do what it is asked; none of these knows of HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brikopt.errors import BrikoptError


class Refusal(BrikoptError):
    """Something was asked that can't or mustn't be done.

    Parameters
    ----------
    **facts
        What the sentence about it names; never a secret.
    """

    def __init__(self, **facts: str) -> None:
        self.facts: Mapping[str, str] = facts
        super().__init__(", ".join(f"{name} {value}" for name, value in facts.items()))


class NotSignedIn(Refusal):
    """Nobody is known to be asking: no key, or one that is wrong, revoked or past its last day."""


class SignInFailed(Refusal):
    """Nobody is let in with this: a wrong name or password, or a return from the provider that doesn't fit."""


class ProviderFailed(Refusal):
    """The identity provider can't be reached, or says what it mustn't."""


class NoProvider(Refusal):
    """The settings name no identity provider."""


class NoGrants(Refusal):
    """Who it is, is known, but nobody has said what they may; ``id``."""


class TooManyTries(Refusal):
    """It was tried too often; ``seconds`` until it may be tried again."""


class Forged(Refusal):
    """A browser sends a change, and nothing shows that a page of the service made it."""


class OutOfRole(Refusal):
    """Whoever asks has no grant with a role that may."""


class OutOfScope(Refusal):
    """The role would do, but the thing lies outside what the grant is limited to; ``what``, ``id``."""


class Unknown(Refusal):
    """There is no such thing; ``what``, ``id``."""


class NothingPublished(Refusal):
    """No run has been published yet."""


class Unavailable(Refusal):
    """The database or its disk can't be used just now: away, full, or busy for too long."""

    def __init__(self, **facts: str) -> None:
        super().__init__(**facts)
        self.args = ("The database can't be used just now: it is away, full, or busy for too long. Try again.",)


class NoSuchForm(Refusal):
    """The answer can't be given in the form asked for; ``forms`` that it can."""


class MatchMissing(Refusal):
    """A change must say which version it changes."""


class Stale(Refusal):
    """Somebody else has changed it since; ``etag`` of the present version."""


class AlreadyThere(Refusal):
    """There is such a thing already; ``what``, ``id``."""


class KeyReused(Refusal):
    """The same Idempotency-Key came with another request before; ``key``."""


class AlreadySettled(Refusal):
    """It has ended and can't change any more; ``what``, ``id``, ``state``."""


class NotAgreed(Refusal):
    """Only a move that both ends agreed on can be carried out, and only one carried out taken back; ``id``."""


class RunMissing(Refusal):
    """Decisions must name the run whose advice was seen: there was more than one."""


class NewerRun(Refusal):
    """Another run is served than the one whose advice was seen.

    Parameters
    ----------
    run_id : str
        Of the served run.
    changed : sequence of mapping
        Lines that say something else now: what they said then, and say now.
    """

    def __init__(self, run_id: str, changed: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(run_id=run_id)
        self.changed = changed


class Unfit(Refusal):
    """The content of a request doesn't fit what the service knows.

    Parameters
    ----------
    faults : sequence of mapping
        ``where`` in the request, and what is ``wrong``.
    """

    def __init__(self, faults: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(count=str(len(faults)))
        self.faults = faults


class UploadRefused(Refusal):
    """Something that was sent isn't taken; nothing of it is kept."""


class TooLarge(UploadRefused):
    """More was sent, or announced, than is taken; ``limit_mb``."""


class NoFiles(UploadRefused):
    """No file came along, or not as a form with files."""


class TooManyFiles(UploadRefused):
    """More files than there are tables; ``limit``."""


class WrongType(UploadRefused):
    """A file isn't an extract, or not what its name says; ``file``."""


class UnsafePath(UploadRefused):
    """A name leads out of its folder, or into another; ``file``."""


class LinkInArchive(UploadRefused):
    """An archive holds a link or a device instead of a file; ``file``."""


class FileTwice(UploadRefused):
    """Two files have one name; ``file``."""


class BrokenArchive(UploadRefused):
    """An archive can't be unpacked: damaged, encrypted, or packed in an unusual way; ``file``."""


class UnpacksTooLarge(UploadRefused):
    """Unpacked, the files are, or claim to be, larger than is taken; ``file``, ``limit_mb``."""


class PackedTooMuch(UploadRefused):
    """A file grows more by unpacking than any extract does; ``file``, ``ratio``."""


class EntitiesInside(UploadRefused):
    """A workbook declares a document type or entities of its own; ``file``."""


class FormulaInside(UploadRefused):
    """A workbook holds formulas; ``file``, ``sheet``."""


class ExtractsUnusable(UploadRefused):
    """A run on these extracts would stop; ``where``, ``problem``, ``advice``, in the words of brikopt."""


class BrokenChain(Refusal):
    """The audit doesn't hold together; ``number`` of the first entry that doesn't follow, and ``why``."""

    def __init__(self, **facts: str) -> None:
        super().__init__(**facts)
        why = facts.get("why") or "it doesn't follow from those before"
        self.args = (f"The record of changes was altered: at entry {facts['number']}, {why}.",)
