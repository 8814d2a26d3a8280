"""What is learnt is kept only where it earns its place, and records are not taken for the truth."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from brikopt.errors import BadInput
from brikopt.expiry.straightening import KIND, MECHANISM
from brikopt.flows.model import model_in
from brikopt.flows.progress import SilentProgress
from brikopt.flows.train import lesson_from_records, lesson_from_truth, train
from brikopt.flows.training_cases import cases_of, cuts_of, own_cuts, said_and_true, settings_of
from brikopt.policy import Policy
from brikopt.trained import CARD, WEIGHTS, load, save
from brikopt.world.region import simulate_region
from tests.whole.results import run_on
from tests.worlds import tiny_hospital, write_extracts

CUTS = ("2024-01-01", "2024-07-01", "2025-01-01")


def lived(slope: float, seed: int, n: int = 6000) -> pd.DataFrame:
    """Forecasts whose true log-odds are ``slope`` times what was said, in three regions of each of two habits."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-2.0, 3.0, n)
    number = np.arange(n)
    return pd.DataFrame(
        {
            "p_expire": expit(odds),
            "fact_p_dead": rng.random(n),
            "gone": (rng.random(n) < expit(slope * odds)).astype(float),
            "region": [f"region {n % 6}" for n in number],
            "habits": [f"habits {n % 2}" for n in number],
        }
    )


def test_overconfident_chances_are_straightened_by_the_simplest_line():
    """Log-odds that mean six tenths of what they say: the plain line is kept, with about that slope."""
    lesson = lesson_from_truth(lived(0.6, 1))
    assert lesson.metrics["kept"] == "log_odds"
    assert lesson.weights["log_odds"] == pytest.approx(0.6, abs=0.05)
    held_out = lesson.metrics["held_out"]
    assert held_out["model"]["calibration_error"] < held_out[MECHANISM]["calibration_error"]


def test_nothing_is_kept_where_the_chances_were_right():
    """Then every line gains less than its error, the mechanism stands, and the card says so."""
    lesson = lesson_from_truth(lived(1.0, 2))
    assert lesson.metrics["kept"] is None
    assert lesson.weights == {}
    assert {row["name"] for row in lesson.metrics["candidates"]} >= {MECHANISM, "log_odds", "beta", "isotonic"}


def records(slope: float, recorded: float, seed: int) -> list[pd.DataFrame]:
    """What a region sees of itself at three cuts: a share of its losses."""
    frames = []
    for number in range(3):
        found = lived(slope, seed + number, 3000)
        noted = np.random.default_rng(90 + number).random(len(found)) < recorded
        frames.append(found.assign(recorded_chance=found["gone"] * noted, ward_id=found["region"]))
    return frames


@pytest.mark.parametrize("recorded", [0.25, 0.8])
def test_half_recorded_losses_do_not_halve_the_chances(recorded):
    """Right chances and partial records: what comes out still adds up to what happened, within a tenth."""
    frames = records(1.0, recorded, 3)
    lesson = lesson_from_records(CUTS, frames)
    found = pd.concat(frames)
    cases = cases_of(found, found["gone"], found["ward_id"])
    model = dict(lesson.weights)
    straight = expit(cases.columns(["log_odds"])[:, 0] * model.get("log_odds", 1.0) + model.get("intercept", 0.0))
    assert straight.sum() == pytest.approx(found["gone"].sum(), rel=0.1)
    shares = lesson.metrics["recorded_share"]
    assert np.mean(list(shares.values())) == pytest.approx(recorded, abs=0.08)


def test_own_history_straightens_what_was_overconfident():
    """Log-odds that mean half of what they say show in the records of a later day, too."""
    lesson = lesson_from_records(CUTS, records(0.5, 0.7, 4))
    assert lesson.metrics["kept"] is not None
    assert 0.4 < lesson.weights["log_odds"] < 0.75


def test_too_little_history_falls_back_on_the_mechanism_and_says_so():
    """One past day, or hardly a record: no weights."""
    for cuts, frames in (((), []), (CUTS[:1], records(0.5, 0.7, 5)[:1]), (CUTS, records(0.5, 0.001, 6))):
        lesson = lesson_from_records(cuts, frames)
        assert lesson.weights == {}
        assert lesson.metrics["too_little"]


def trained_on(data, out):
    """Train on a folder, in this process."""
    return train(data, out, jobs=1, backend="loky", policy_file=None, lang="en", progress=SilentProgress())


def test_a_small_hospital_gets_a_model_that_changes_nothing(tmp_path):
    """Two months of history: the card says that there is too little, in both languages, and a run takes the model."""
    write_extracts(tmp_path / "data", tiny_hospital())
    lines = trained_on(tmp_path / "data", tmp_path / "models")
    folder = next((tmp_path / "models").iterdir())
    assert lines[-1] == str(folder)
    assert any("too little history" in line for line in lines)
    card = (folder / CARD).read_text(encoding="utf-8")
    assert "too little history" in card
    assert "for lidt historik" in card
    assert model_in(folder).id == MECHANISM
    assert [path.name for path in (tmp_path / "models").iterdir()] == [folder.name]


def test_training_again_gives_the_same_model_and_leaves_others_alone(tmp_path):
    """The same id, and the model beside it is untouched."""
    write_extracts(tmp_path / "data", tiny_hospital())
    other = tmp_path / "models" / "expiry-other"
    other.mkdir(parents=True)
    save(other, KIND, {"intercept": [0.0], "log_odds": [0.5]}, {}, "")
    first, second = (trained_on(tmp_path / "data", tmp_path / "models")[-1] for _ in range(2))
    assert first == second
    assert load(other, KIND).weights["log_odds"] == (0.5,)


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    """A file where the folder should be."""
    write_extracts(tmp_path / "data", tiny_hospital())
    (tmp_path / "models").write_text("mine")
    with pytest.raises(BadInput, match="can't be written"):
        trained_on(tmp_path / "data", tmp_path / "models")


def model_of(folder, slope):
    """A model that draws chances in, or out."""
    folder.mkdir()
    save(folder, KIND, {"intercept": [0.0], "log_odds": [slope]}, {}, "")
    return folder


def test_a_run_works_with_the_model_and_names_it(tmp_path):
    """Chances are drawn in, units with them, and the reason names the same units as the table; run.json has the id."""
    write_extracts(tmp_path / "data", tiny_hospital())
    raw = run_on(tmp_path / "data", tmp_path / "raw", model_folder=model_of(tmp_path / "as-said", 1.0))
    out = run_on(tmp_path / "data", tmp_path / "out", model_folder=model_of(tmp_path / "drawn-in", 0.5))
    before, after = (pd.read_csv(folder / "expiry_flags.csv") for folder in (raw, out))
    joined = before.merge(after, on=["cabinet_id", "item_id"], suffixes=("", "_in"))
    high = joined[joined["p_expire"].between(0.6, 0.99)]
    low = joined[joined["p_expire"].between(0.02, 0.4)]
    assert len(high) + len(low) > 0
    assert (high["p_expire_in"] < high["p_expire"]).all()
    assert (low["p_expire_in"] > low["p_expire"]).all()
    by = joined["p_expire_in"] / joined["p_expire"]
    assert joined["expected_expired_units_in"].to_numpy() == pytest.approx(
        (joined["expected_expired_units"] * by).to_numpy(), rel=0.01, abs=0.001
    )
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["model_id"] == model_in(tmp_path / "drawn-in").id


def test_a_damaged_model_stops_the_run_before_anything_is_written(tmp_path):
    """The message names the file; the earlier result is as it was."""
    write_extracts(tmp_path / "data", tiny_hospital())
    folder = model_of(tmp_path / "model", 0.5)
    out = run_on(tmp_path / "data", tmp_path / "out", model_folder=folder)
    before = (out / "expiry_flags.csv").read_bytes()
    weights = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(weights.replace(b"0.5", b"0.6"))
    with pytest.raises(BadInput) as refused:
        run_on(tmp_path / "data", tmp_path / "out", model_folder=folder)
    assert refused.value.where == str(folder / WEIGHTS)
    assert (out / "expiry_flags.csv").read_bytes() == before


def test_cases_from_a_simulated_region_hold_the_truth():
    """40 positions at two cuts half a year apart: what is said beside what is gone, and facts for every position."""
    settings = settings_of(7, "usual", positions=40)
    region = simulate_region(settings)
    cuts = cuts_of(settings, 2)
    assert (cuts[1] - cuts[0]).days == 180
    found = said_and_true(region, cuts[0], Policy())
    assert len(found) > 30
    assert found["gone"].sum() > 0
    assert found.loc[found["gone"] > 0, "p_expire"].mean() > found.loc[found["gone"] == 0, "p_expire"].mean()
    cases = cases_of(found, found["gone"] > 0, found["ward_id"])
    assert all(len(values) == len(found) and np.isfinite(values).all() for values in cases.facts.values())
    past = own_cuts(region.extract, settings.as_of)
    assert [(settings.as_of - cut).days for cut in past] == [720, 540, 360]
