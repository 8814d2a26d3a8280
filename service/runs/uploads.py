"""What somebody sends becomes a folder of extracts: one file a table, each looked at before it is kept."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from brikopt.contract.files import SUFFIXES
from brikopt.contract.mapping.settings import MAPPING_FILE
from brikopt.contract.tables import INPUTS
from service.refusals import FileTwice, NoFiles, TooManyFiles, UnsafePath, WrongType
from service.runs.archives import Budget, opened_archive, pieces_of, plain_path
from service.runs.contents import look_inside

POLICY_FILE = "policy.toml"
_ZIP = ".zip"
_NAMES = frozenset({POLICY_FILE, MAPPING_FILE, *(table.name + suffix for table in INPUTS for suffix in SUFFIXES)})
# With a mapping, extracts have names of their own: letters, digits and what people put between them.
_PLAIN_NAME = re.compile(r"\w[\w .,()&+#-]{0,120}")
# Room for a table that is sent twice by mistake: that has a message of its own.
MOST_FILES = 2 * (len(INPUTS) + 1)
_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it came in."""

    name: str
    content: IO[bytes]


def keep_extracts(sent: Sequence[Sent], folder: Path, budget: Budget) -> list[dict[str, Any]]:
    """Keep the extracts of an upload.

    Parameters
    ----------
    sent : sequence of Sent
        One zip file, or the files themselves.
    folder : Path
        Is made, and gets one file a table, named in lower case.
    budget : Budget
        What everything may come to when it is unpacked.

    Returns
    -------
    list of dict
        Name, bytes and sha256 of each file kept, by name.

    Raises
    ------
    UploadRefused
        With the reason; what was kept until then is the caller's to remove.
    """
    if not sent:
        raise NoFiles
    if len(sent) > MOST_FILES:
        raise TooManyFiles(limit=str(MOST_FILES))
    folder.mkdir(parents=True)
    if len(sent) == 1 and sent[0].name.lower().endswith(_ZIP):
        return _from_archive(sent[0], folder, budget)
    paths = [plain_path(one.name) for one in sent]
    own = _have_mapping(paths)
    kept = [
        _keep(path, _read(one.content), folder, budget, own_names=own) for path, one in zip(paths, sent, strict=True)
    ]
    return sorted(kept, key=lambda one: str(one["name"]))


def _from_archive(sent: Sent, folder: Path, budget: Budget) -> list[dict[str, Any]]:
    plain_path(sent.name)
    archive = folder.with_suffix(_ZIP)
    with archive.open("wb") as out:
        shutil.copyfileobj(sent.content, out, _PIECE)
    try:
        with opened_archive(archive, sent.name, MOST_FILES, budget) as files:
            paths = [plain_path(info.filename) for _, info in files]
            _refuse_more_folders(paths)
            own = _have_mapping(paths)
            kept = [
                _keep(path, pieces_of(opened, info, budget), folder, budget, own_names=own)
                for path, (opened, info) in zip(paths, files, strict=True)
            ]
    finally:
        archive.unlink()
    if not kept:
        raise NoFiles
    return sorted(kept, key=lambda one: str(one["name"]))


def _refuse_more_folders(paths: Sequence[PurePosixPath]) -> None:
    """All files lie side by side: at the top, or in one folder."""
    for path in paths:
        if path.parent != paths[0].parent or len(path.parts) > 2:
            raise UnsafePath(file=str(path))


def _have_mapping(paths: Sequence[PurePosixPath]) -> bool:
    return any(path.name.lower() == MAPPING_FILE for path in paths)


def _keep(
    path: PurePosixPath, pieces: Iterable[bytes], folder: Path, budget: Budget, *, own_names: bool
) -> dict[str, Any]:
    # A name from outside never becomes a path, but for plain ones that a mapping may name.
    name = unicodedata.normalize("NFC", path.name).lower()
    if name not in _NAMES and not (own_names and name.endswith(SUFFIXES) and _PLAIN_NAME.fullmatch(name)):
        raise WrongType(file=str(path))
    place = folder / name
    if place.exists():
        raise FileTwice(file=str(path))
    digest, size = hashlib.sha256(), 0
    with place.open("xb") as out:
        for piece in pieces:
            out.write(piece)
            digest.update(piece)
            size += len(piece)
    look_inside(place, str(path), budget)
    return {"name": name, "bytes": size, "sha256": digest.hexdigest()}


def _read(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(_PIECE):
        yield piece
