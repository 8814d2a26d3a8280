"""Zip archives from outside, workbooks among them: looked through before anything in them is unpacked."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from service.refusals import BrokenArchive, LinkInArchive, PackedTooMuch, TooManyFiles, UnpacksTooLarge, UnsafePath

# Smaller files may be packed as tightly as they like: a table of one line is.
_SMALL = 2**20
_PIECE = 2**18
_ENCRYPTED = 0x1
# The records that end an archive (APPNOTE.TXT of PKWARE, 4.3.14 to 4.3.16), and what precedes a comment at most.
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_BYTES, _LOCATOR_BYTES, _END64_BYTES = 22, 20, 56
_COMMENT_BYTES = 2**16
_BYTES_AN_ENTRY = 2**10
# What the file managers of macOS put into every archive.
_LITTER = ("__MACOSX/", ".DS_Store")


class Readable(Protocol):
    """What gives bytes a piece at a time."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""


@dataclass
class Budget:
    """How much unpacking may still come to; spent by every file of an upload, and never refilled.

    Attributes
    ----------
    limit : int
        Bytes in all.
    ratio : int
        How many times larger one file may become.
    spent : int
        Bytes so far.
    """

    limit: int
    ratio: int
    spent: int = 0

    def spend(self, amount: int, file: str) -> None:
        """Count some bytes that were unpacked; UnpacksTooLarge beyond the limit."""
        self.spent += amount
        self.refuse_larger(0, file)

    def refuse_larger(self, more: int, file: str) -> None:
        """Refuse what says of itself that it comes to more than is left."""
        if self.spent + more > self.limit:
            raise UnpacksTooLarge(file=file, limit_mb=str(self.limit // 2**20))

    def refuse_tighter(self, packed: int, unpacked: int, file: str) -> None:
        """Refuse a file that grows too much."""
        if unpacked > _SMALL and unpacked > self.ratio * packed:
            raise PackedTooMuch(file=file, ratio=str(self.ratio))


@contextmanager
def opened_archive(
    path: Path, name: str, most: int, budget: Budget
) -> Iterator[list[tuple[zipfile.ZipFile, zipfile.ZipInfo]]]:
    """Open an archive whose directory tells of nothing that mustn't be there.

    Parameters
    ----------
    path : Path
        The archive.
    name : str
        What to call it.
    most : int
        Most entries.
    budget : Budget
        What it may come to; nothing is spent by looking.

    Yields
    ------
    list of (ZipFile, ZipInfo)
        Its files; folders, and what macOS adds, are left out.

    Raises
    ------
    UploadRefused
        For too many entries, a name that leads out of the archive's folder, a link, encryption, an unusual way of
        packing, and for sizes that are too large or grow too much by the archive's own account.
    """
    _refuse_large_directory(path, name, most)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
        raise BrokenArchive(file=name) from None
    with archive:
        if len(archive.infolist()) > most:
            raise TooManyFiles(limit=str(most))
        files = [info for info in archive.infolist() if not (info.is_dir() or _is_litter(info))]
        for info in files:
            _refuse_unsafe(info)
            budget.refuse_tighter(info.compress_size, info.file_size, info.filename)
        budget.refuse_larger(sum(info.file_size for info in files), name)
        yield [(archive, info) for info in files]


def pieces_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Generator[bytes]:
    """Unpack a file a piece at a time; what it says of its own size is not believed.

    Raises
    ------
    UploadRefused
        As soon as it is larger than is taken, or its bytes aren't what was packed.
    """
    try:
        with archive.open(info) as file:
            yield from counted(file, info.compress_size, info.filename, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError):
        raise BrokenArchive(file=info.filename) from None


def counted(file: Readable, packed: int, name: str, budget: Budget) -> Iterator[bytes]:
    """Read what unpacks itself a piece at a time, within the budget."""
    unpacked = 0
    while piece := file.read(_PIECE):
        unpacked += len(piece)
        budget.spend(len(piece), name)
        budget.refuse_tighter(packed, unpacked, name)
        yield piece


def plain_path(name: str) -> PurePosixPath:
    """Return the path of a file inside an archive, or of one that a browser sent.

    Raises
    ------
    UnsafePath
        If it is no plain relative path: it is absolute, climbs, names a drive, or hides something in its signs.
    """
    parts = name.split("/")
    if "\\" in name or ":" in name or not name.isprintable() or {"", ".", ".."} & set(parts):
        raise UnsafePath(file=name)
    return PurePosixPath(name)


def _refuse_unsafe(info: zipfile.ZipInfo) -> None:
    # zipfile itself cuts a name at a NUL and turns backslashes: what was sent is looked at.
    plain_path(info.orig_filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise LinkInArchive(file=info.filename)
    if info.flag_bits & _ENCRYPTED or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BrokenArchive(file=info.filename)


def _is_litter(info: zipfile.ZipInfo) -> bool:
    return info.filename.startswith(_LITTER[0]) or info.filename.rpartition("/")[2] == _LITTER[1]


def _refuse_large_directory(path: Path, name: str, most: int) -> None:
    """Refuse a directory of millions of entries before all of them are read into memory."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(size - _END_BYTES - _COMMENT_BYTES, 0)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) < at + _END_BYTES:
            raise BrokenArchive(file=name)
        entries, directory = struct.unpack_from("<HL", tail, at + 10)
        locator = tail[max(at - _LOCATOR_BYTES, 0) : at]
        if locator.startswith(_LOCATOR):
            # zipfile looks for the larger record right before its locator, wherever that says it is.
            file.seek(max(start + at - _LOCATOR_BYTES - _END64_BYTES, 0))
            large = file.read(_END64_BYTES)
            if not large.startswith(_END64):
                raise BrokenArchive(file=name)
            entries, directory = struct.unpack_from("<QQ", large, 32)
    if entries > most or directory > most * _BYTES_AN_ENTRY:
        raise TooManyFiles(limit=str(most))
