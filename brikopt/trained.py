"""Trained models in files: plain numbers with their hashes, read without running anything that is in them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brikopt.errors import BadInput

FORMAT = 1
MANIFEST, WEIGHTS, METRICS, CARD = "model.json", "weights.json", "metrics.json", "card.md"
_MOST_BYTES = 1 << 20  # a model of ours is a few kilobytes
_ID_LENGTH = 12
_AGAIN = "Take another model, or train one with brikopt train."

Weights = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Trained:
    """A model as it was trained.

    Parameters
    ----------
    id : str
        Kind and the first digits of the weights' hash.
    weights : mapping of str to sequence of float
        Named plain arrays, all finite.
    metrics : mapping
        What its training and its tests found.
    """

    id: str
    weights: Weights
    metrics: Mapping[str, Any]


def shipped(kind: str) -> Path | None:
    """Find the model that comes with brikopt: in the package where it is installed, beside it in the sources."""
    here = Path(__file__).parent
    found = [path for place in (here, here.parent) for path in sorted((place / "models").glob(f"{kind}-*"))]
    return found[0] if found else None


def save(folder: Path, kind: str, weights: Weights, metrics: Mapping[str, Any], card: str) -> str:
    """Write a model into an empty folder.

    Parameters
    ----------
    folder : Path
        Where its files go.
    kind : str
        What it is for, one word.
    weights : mapping of str to sequence of float
        Named plain arrays.
    metrics : mapping
        Plain values.
    card : str
        What it is for, its data, figures and limits, as Markdown.

    Returns
    -------
    str
        Its id.
    """
    parts = {WEIGHTS: _as_json(weights), METRICS: _as_json(metrics), CARD: card.encode()}
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    manifest = _manifest(kind, {name: _sha256(content) for name, content in parts.items()})
    (folder / MANIFEST).write_bytes(_as_json(manifest))
    return str(manifest["id"])


def load(folder: Path, kind: str) -> Trained:
    """Read a model, and refuse one that is not exactly as it was written.

    Parameters
    ----------
    folder : Path
        A folder that ``save`` has filled.
    kind : str
        What it has to be for.

    Returns
    -------
    Trained

    Raises
    ------
    BadInput
        If a file is missing, too large, of another format or kind, or differs from its hash by as much as a byte.

    Notes
    -----
    Files are hashed as bytes before they are read as JSON, and JSON holds no instructions: nothing in a model runs.
    """
    written = _parsed(folder / MANIFEST, _bytes_of(folder / MANIFEST))
    if written.get("format") != FORMAT:
        problem = f"its format is {str(written.get('format'))[:20]}, and this version reads format {FORMAT}."
        raise BadInput(str(folder / MANIFEST), problem, _AGAIN)
    if written.get("kind") != kind:
        raise BadInput(str(folder / MANIFEST), f"it is not a model for {kind}.", _AGAIN)
    contents = {name: _bytes_of(folder / name) for name in (WEIGHTS, METRICS, CARD)}
    expected = _manifest(kind, {name: _sha256(content) for name, content in contents.items()})
    changed = [name for name, digest in expected["sha256"].items() if _hash_in(written, name) != digest]
    if changed or _bytes_of(folder / MANIFEST) != _as_json(expected):
        name = changed[0] if changed else MANIFEST
        raise BadInput(str(folder / name), "it was changed after the model was written.", _AGAIN)
    weights = {name: _numbers(folder, values) for name, values in _parsed(folder / WEIGHTS, contents[WEIGHTS]).items()}
    return Trained(expected["id"], weights, _parsed(folder / METRICS, contents[METRICS]))


def _manifest(kind: str, hashes: Mapping[str, str]) -> dict[str, Any]:
    return {"format": FORMAT, "id": f"{kind}-{hashes[WEIGHTS][:_ID_LENGTH]}", "kind": kind, "sha256": dict(hashes)}


def _hash_in(manifest: Mapping[str, Any], name: str) -> object:
    hashes = manifest.get("sha256")
    return hashes.get(name) if isinstance(hashes, dict) else None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _as_json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(str(path), f"it can't be read ({error.strerror}).", _AGAIN) from None
    if len(content) > _MOST_BYTES:
        raise BadInput(str(path), "it is far too large for a model.", _AGAIN)
    return content


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput(str(path), "it is not the JSON of a model; nothing in it was run.", _AGAIN)
    return found


def _numbers(folder: Path, values: object) -> tuple[float, ...]:
    plain = isinstance(values, list) and all(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) for value in values
    )
    if not plain:
        raise BadInput(str(folder / WEIGHTS), "it holds something other than finite numbers.", _AGAIN)
    return tuple(float(value) for value in values)  # type: ignore[attr-defined]
