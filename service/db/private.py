"""What the service keeps is for the eyes of its own user: hashes of passwords and keys, free text, extracts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_FOLDER, _FILE, _MASK = 0o700, 0o600, 0o077


@contextmanager
def private_files(folder: Path) -> Iterator[None]:
    """Have all that is written meanwhile, and what lies in the data folder already, readable for its owner alone.

    Parameters
    ----------
    folder : Path
        The data folder; what is below its own folders is out of reach once that is closed.
    """
    before = os.umask(_MASK)
    try:
        # Another user's folder, such as a mounted volume, is that user's to close.
        with suppress(OSError):
            if folder.exists():
                folder.chmod(_FOLDER)
                for file in folder.iterdir():
                    if file.is_file() and not file.is_symlink():
                        file.chmod(_FILE)
        yield
    finally:
        os.umask(before)
