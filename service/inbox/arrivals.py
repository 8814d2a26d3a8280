"""What lies in the inbox, and whether it has come whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

TAKEN, DONE, REFUSED = "taken", "done", "refused"
OURS = frozenset({TAKEN, DONE, REFUSED})
# How programs name what they are still writing.
_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
_Look = tuple[tuple[str, int, int], ...]


@dataclass
class Stillness:
    """Since when each arrival has looked as it does.

    Notes
    -----
    Looks are compared with each other and not with the clock: a copy may bring the times of its original along.
    """

    _seen: dict[str, tuple[_Look, float]] = field(default_factory=dict)

    def still(self, inbox: Path, moment: float, quiet_seconds: float) -> list[Path]:
        """Name the arrivals that have come whole, by name.

        Parameters
        ----------
        inbox : Path
        moment : float
            Of this look, in seconds of a clock that only goes forward.
        quiet_seconds : float
            How long names, sizes and times of all files must have stood still.

        Returns
        -------
        list of Path
            An empty folder is still being filled.
        """
        looks = {path.name: _look(path) for path in arrivals(inbox)}
        before = self._seen
        self._seen = {
            name: before[name] if name in before and before[name][0] == look else (look, moment)
            for name, look in looks.items()
        }
        return [
            inbox / name
            for name, (look, since) in sorted(self._seen.items())
            if look and moment - since >= quiet_seconds
        ]


def arrivals(inbox: Path) -> list[Path]:
    """List what has been put into the inbox, the unfinished and the hidden left out."""
    return sorted(
        path
        for path in inbox.iterdir()
        if path.name not in OURS and not path.name.startswith(".") and not path.name.lower().endswith(_UNFINISHED)
    )


def _look(path: Path) -> _Look:
    files = sorted(path.rglob("*")) if path.is_dir() and not path.is_symlink() else [path]
    stats = [(file, file.lstat()) for file in files if file.is_symlink() or not file.is_dir()]
    return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file, stat in stats)
