"""What the database can't forge: a key outside of it that seals each entry, and a note of how far the log went."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from brikopt.errors import BadInput

if TYPE_CHECKING:
    from service.settings import Settings

KEY_FILE, HEAD_FILE = "audit.key", "audit.head"
_BYTES, _SHORTEST = 32, 32
_NAME_SIGNS, _MARK_SIGNS = 8, 16
_log = structlog.get_logger("service.audit")


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry at some moment: its ``number`` and its ``digest``."""

    number: int
    digest: str


class Witness:
    """Seals entries, and notes outside of the database which was the last.

    Parameters
    ----------
    given : str
        The key; empty is that of the folder, which is made at the first need. It is never in the database.
    folder : Path
        The data folder; a file there holds the last entry that this machine committed, so that an end that was cut off
        is missed.
    """

    def __init__(self, given: str, folder: Path) -> None:
        self._given, self._folder = given, folder

    @classmethod
    def of(cls, settings: Settings) -> Witness:
        """Return the one that the settings name."""
        return cls(settings.audit_key.get_secret_value(), settings.data_dir.resolve())

    @cached_property
    def _key(self) -> bytes:
        key = self._given or _kept_key(self._folder / KEY_FILE)
        if len(key) < _SHORTEST:
            where = "BRIKOPT_AUDIT_KEY" if self._given else str(self._folder / KEY_FILE)
            raise BadInput(where, f"a key of {len(key)} signs can be guessed.", f"Use at least {_SHORTEST}.")
        return key.encode()

    @property
    def noted(self) -> Path:
        """The file of the last entry."""
        return self._folder / HEAD_FILE

    @property
    def name(self) -> str:
        """Tells one key from another, and nothing else of it.

        Raises
        ------
        BadInput
            If the key can't be read or made, or is too short to be one.
        """
        return self._mac("name")[:_NAME_SIGNS]

    def seal(self, digest: str) -> str:
        """Return what only somebody with the key can write beside an entry's digest."""
        return f"{self.name}:{self._mac(f'entry {digest}')}"

    def sealed_by_this(self, seal: str) -> bool:
        """Say whether a seal names this key."""
        return seal.startswith(f"{self.name}:")

    def fits(self, seal: str, digest: str) -> bool:
        """Say whether a seal is the one of a digest."""
        return hmac.compare_digest(seal, self.seal(digest))

    def mark(self, kind: str, what: str) -> str:
        """Return a mark of an address or a name: the same for the same one, and nobody without the key can tell which.

        Parameters
        ----------
        kind : str
            ``address``, ``name`` or ``user``.
        what : str
        """
        return self._mac(f"{kind} {what}")[:_MARK_SIGNS]

    def committed(self, number: int, digest: str) -> None:
        """Note an entry after its commit: in a file here, and in the log, which lies on another machine."""
        _log.info("audit_head", number=number, head=digest)
        self.note(Head(number, digest))

    def note(self, head: Head) -> None:
        """Write down which entry is the last.

        A note that can't be written is only older than it could be: what was committed stands.
        """
        text = json.dumps({"number": head.number, "digest": head.digest, "seal": self.seal(head.digest)})
        part = self.noted.with_name(f".{self.noted.name}-{os.getpid()}-{secrets.token_hex(4)}")
        with suppress(OSError):
            part.write_text(text, "utf-8")
            part.chmod(0o600)
            part.replace(self.noted)

    def last_noted(self) -> Head | None:
        """Return the last entry that was noted; None where nothing was, or not with this key."""
        try:
            told = json.loads(self.noted.read_text("utf-8"))
            head = Head(int(told["number"]), str(told["digest"]))
            return head if self.fits(str(told["seal"]), head.digest) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _kept_key(file: Path) -> str:
    """Read the key, or make one that its owner alone may read; of several who make it at once, one wins."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
        if not file.exists():
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(secrets.token_hex(_BYTES))
                new.flush()
                os.fsync(new.fileno())
            with suppress(FileExistsError):
                os.link(part, file)
            part.unlink()
        return file.read_text("utf-8").strip()
    except OSError as error:
        problem = f"the key of the log of changes can't be read or made ({error.strerror})."
        raise BadInput(str(file), problem, "Let the service's user read it, or set BRIKOPT_AUDIT_KEY.") from None
