"""A model file is read only if it is, byte for byte, what was written; nothing in it runs."""

from __future__ import annotations

import json
import pickle
import tomllib
from pathlib import Path

import pytest

from brikopt.errors import BadInput
from brikopt.trained import CARD, MANIFEST, METRICS, WEIGHTS, load, save, shipped

PARTS = (MANIFEST, WEIGHTS, METRICS, CARD)


@pytest.fixture
def model(tmp_path):
    """A model of two numbers."""
    save(tmp_path, "expiry", {"slope": [0.8], "intercept": [0.1]}, {"regions": 3}, "# Card\n")
    return tmp_path


class Runs:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_what_was_saved_is_loaded(model):
    """Weights, metrics, and an id that says what it is for."""
    found = load(model, "expiry")
    assert found.weights == {"slope": (0.8,), "intercept": (0.1,)}
    assert found.metrics == {"regions": 3}
    assert found.id.startswith("expiry-")


def test_the_same_numbers_have_the_same_id(model, tmp_path_factory):
    """Another number gives another id, another card doesn't."""
    twin, other = tmp_path_factory.mktemp("twin"), tmp_path_factory.mktemp("other")
    known = load(model, "expiry").id
    assert save(twin, "expiry", {"slope": [0.8], "intercept": [0.1]}, {}, "another card") == known
    assert save(other, "expiry", {"slope": [0.81], "intercept": [0.1]}, {}, "# Card\n") != known


@pytest.mark.parametrize("name", PARTS)
def test_any_changed_byte_is_refused(model, name):
    """Each byte of each file in turn: the message names a file of the model, and nothing is loaded."""
    path, good = model / name, (model / name).read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(BadInput) as refused:
            load(model, "expiry")
        assert refused.value.where.startswith(str(model))
    path.write_bytes(good)
    load(model, "expiry")


@pytest.mark.parametrize("name", PARTS)
def test_a_pickle_in_its_place_is_refused_and_not_run(model, name, tmp_path_factory):
    """Unpickled, it would leave a file behind."""
    trace = tmp_path_factory.mktemp("trace") / "it-ran"
    (model / name).write_bytes(pickle.dumps(Runs(trace)))
    with pytest.raises(BadInput):
        load(model, "expiry")
    assert not trace.exists()


@pytest.mark.parametrize("name", PARTS)
def test_a_missing_file_is_refused(model, name):
    """The message names it."""
    (model / name).unlink()
    with pytest.raises(BadInput, match="can't be read"):
        load(model, "expiry")


def test_another_format_is_refused_by_its_number(model):
    """A model of a later version says so, whatever else it holds."""
    manifest = json.loads((model / MANIFEST).read_bytes())
    (model / MANIFEST).write_text(json.dumps({**manifest, "format": 2}))
    with pytest.raises(BadInput, match="its format is 2, and this version reads format 1"):
        load(model, "expiry")


def test_a_model_for_something_else_is_refused(model):
    """Kinds are not taken for each other."""
    with pytest.raises(BadInput, match="not a model for demand"):
        load(model, "demand")


def test_a_huge_file_is_refused_before_it_is_read(model):
    """A few kilobytes are all that a model needs."""
    with (model / WEIGHTS).open("wb") as file:
        file.truncate(1 << 40)  # takes no room on the disk
    with pytest.raises(BadInput, match="far too large"):
        load(model, "expiry")


@pytest.mark.parametrize("weights", [{"slope": ["0.8"]}, {"slope": 0.8}, {"slope": [True]}])
def test_weights_are_numbers(tmp_path, weights):
    """Hashes that fit don't make a model of texts."""
    save(tmp_path, "expiry", weights, {}, "")
    with pytest.raises(BadInput, match="other than finite numbers"):
        load(tmp_path, "expiry")


def test_the_model_that_comes_along_is_whole_and_alone():
    """One model in the sources, unchanged since it was written, with a card in both languages."""
    folder = shipped("expiry")
    assert [path.name for path in folder.parent.glob("expiry-*")] == [load(folder, "expiry").id]
    card = (folder / CARD).read_text(encoding="utf-8")
    assert "# Model: hvad sandsynlighederne" in card
    assert "# Model: what the chances" in card


def test_an_installed_package_takes_the_models_along():
    """What is beside the sources goes into the wheel, inside the package."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"] == {"models": "brikopt/models"}


def test_nothing_comes_along_for_what_is_not_trained():
    """A kind without a model has none."""
    assert shipped("demand") is None
