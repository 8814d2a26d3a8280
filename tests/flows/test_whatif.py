"""One ward's coming year under several levels, from the files to the page."""

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from brikopt import cli
from brikopt.flows import scope
from brikopt.flows.ward_plans import PROMISES
from tests.worlds import tiny_hospital, write_extracts

OWN = """cabinet_id,item_id,new_min_level,new_max_level,new_brik_qty,new_brik_count,note
S1,000050,0,0,0,0,taken out
S2,000050,50,2000,,,more than anybody needs
S3,8786254,0,5,,,another ward
"""
PLANS = ["today", "recommended", "own"]


def call(data, out, *options, ward="A1"):
    """Ask about a ward, in this process, in English unless told otherwise."""
    arguments = ["whatif", "--data", data, "--ward", ward, "--out", out, "--jobs", 1, *options]
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def ask(data, out, *options):
    """Ask about a place larger than a ward, in English."""
    arguments = ["whatif", "--data", data, "--out", out, "--jobs", 1, "--lang", "en", *options]
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Two wards; A1 has four positions in two cabinets. Cabinet S2 holds 20 litres."""
    tables = tiny_hospital()
    tables["cabinets"]["capacity_litres"] = ["120.5", "20", "90"]
    return write_extracts(tmp_path_factory.mktemp("data"), tables)


@pytest.fixture(scope="module")
def own(data, tmp_path_factory):
    """What comes of levels of one's own."""
    place = tmp_path_factory.mktemp("own")
    (place / "own.csv").write_text(OWN, encoding="utf-8")
    ended = call(data, place / "out", "--levels", place / "own.csv", "--lang", "en")
    assert ended.exit_code == 0, ended.stderr
    return place / "out", ended.stdout


@pytest.fixture(scope="module")
def changed(data, tmp_path_factory):
    """What comes of another promise and a dearer order line, in Danish."""
    out = tmp_path_factory.mktemp("changed") / "out"
    ended = call(data, out, "--fill-rate", 0.9, "--set", "cost.order_line=100")
    assert ended.exit_code == 0, ended.stderr
    return out, ended.stdout


def levels_of(out):
    """Every position's settings side by side, by cabinet and item."""
    text = {"cabinet_id": "str", "item_id": "str"}
    return pd.read_csv(out / "whatif_levels.csv", dtype=text).set_index(["cabinet_id", "item_id"])


def figures_of(out):
    """The figures of the plans, and those of the curve."""
    rows = pd.read_csv(out / "whatif.csv")
    on_curve = rows["plan"] == "promise"
    return rows[~on_curve].set_index("plan"), rows[on_curve]


def test_the_ward_is_shown_alone_and_whole(own):
    """Four of the five positions; today's levels are those of the extracts."""
    levels = levels_of(own[0])
    today = levels[["today_min_level", "today_max_level"]].to_numpy().tolist()
    assert levels.index.get_level_values("cabinet_id").tolist() == ["S1", "S1", "S2", "S2"]
    assert today == [[20, 40], [0, 5], [5, 20], [50, 100]]


def test_what_the_file_does_not_name_keeps_todays_level(own):
    """Two positions of the ward are named."""
    levels = levels_of(own[0])
    columns = ["own_min_level", "own_max_level", "own_brik_qty", "own_brik_count"]
    assert levels.loc[("S1", "000050"), columns].tolist() == [0, 0, 0, 0]
    assert levels.loc[("S2", "000050"), columns].tolist() == [50, 2000, 0, 0]
    assert levels.loc[("S1", "3383066"), columns].tolist() == [0, 5, 5, 1]
    assert figures_of(own[0])[0].loc["own", "changed_positions"] == 2


def test_the_recommended_levels_are_those_of_a_run(data, own, tmp_path):
    """The same figures in ``levels.csv``, where no cards are blank."""
    ended = CliRunner().invoke(cli.app, ["run", "--data", str(data), "--out", str(tmp_path / "run"), "--jobs", "1"])
    assert ended.exit_code == 0, ended.stderr
    text = {"cabinet_id": "str", "item_id": "str"}
    run = pd.read_csv(tmp_path / "run" / "levels.csv", dtype=text).set_index(["cabinet_id", "item_id"])
    levels = levels_of(own[0])
    for name in ("min_level", "max_level", "brik_qty", "brik_count"):
        assert levels[f"recommended_{name}"].to_dict() == run.loc[levels.index, f"new_{name}"].fillna(0).to_dict()


def test_the_figures_follow_the_levels(own):
    """2,000 units at 0.038 litres need 76 litres for themselves; what is taken out orders nothing and is missed."""
    plans, _ = figures_of(own[0])
    assert plans.index.tolist() == PLANS
    assert plans.loc["own", "full_stock_litres"] == pytest.approx(2000 * 0.038 + 5 * 0.052 + 100 * 0.002)
    assert plans.loc["own", "fill_rate"] < plans.loc["today", "fill_rate"]
    assert plans.loc["own", "stock_value_dkk"] > plans.loc["today", "stock_value_dkk"]


def test_the_recommended_levels_cost_no_more_than_todays(own):
    """On futures that didn't choose them."""
    plans, _ = figures_of(own[0])
    assert plans.loc["recommended", "cost_dkk"] <= plans.loc["today", "cost_dkk"]


def test_the_curve_has_a_point_for_each_promise(own):
    """From 0.9 to 0.995; to promise much never meets less than to promise little."""
    _, curve = figures_of(own[0])
    assert curve["promise"].tolist() == list(PROMISES)
    # Chosen with some futures and shown with others: the highest promise may look a little worse than the lowest.
    assert curve["fill_rate"].iloc[-1] >= curve["fill_rate"].iloc[0] - 0.01


def test_the_lines_on_the_screen_are_those_of_the_page(own):
    """Every figure printed stands in the page's first table, and the path of the page is told."""
    out, shown = own
    first_table = (out / "whatif.html").read_text(encoding="utf-8").split("</table>")[0]
    cells = set(re.findall(r"<td>([^<]*)</td>", first_table))
    lines = shown.splitlines()
    assert lines[-1] == f"Open {out / 'whatif.html'}"
    printed = [re.split(r"  +", line)[1:] for line in lines[1:-1]]
    assert {len(row) for row in printed} == {3}
    assert {cell for row in printed for cell in row} == cells


def test_the_page_stands_alone_and_warns(own):
    """Two plots within it, nothing from elsewhere; rows left out and a cabinet too small are told."""
    page = (own[0] / "whatif.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert re.findall(r'(?:src|href)="(?!#)', page) == []
    assert "names 2 rows of the ward; 1 row of other wards" in page
    assert "more space than there is in cabinet S2." in page


def test_a_changed_policy_prices_every_column(changed, own):
    """Today's order lines are the same as without the change, and cost 100 instead of 18, so fewer are made."""
    (out, shown), (usual, _) = changed, own
    plans, before = figures_of(out)[0], figures_of(usual)[0]
    assert plans.loc["today", "order_lines"] == before.loc["today", "order_lines"]
    assert plans.loc["today", "lines_dkk"] == pytest.approx(before.loc["today", "lines_dkk"] * 100 / 18, rel=1e-4)
    # Chosen with futures of two years and shown with others of one, the better choice may look a little worse.
    assert plans.loc["own", "order_lines"] <= 1.05 * plans.loc["recommended", "order_lines"]
    assert plans.loc["own", "cost_dkk"] <= 1.1 * plans.loc["recommended", "cost_dkk"]
    assert shown.splitlines()[0].split() == ["Om", "året", "Nuværende", "Anbefalet", "Dit", "forslag"]


def test_the_record_names_what_was_changed(changed):
    """The policy as priced, and the values that differ from the region's."""
    record = json.loads((changed[0] / "run.json").read_text(encoding="utf-8"))
    assert record["whatif"]["ward_id"] == "A1"
    assert record["whatif"]["changed"] == {"[cost] order_line": "100.0", "[levels] min_fill_rate": "0.9"}
    assert record["policy"]["cost"]["order_line"] == 100.0


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--set", "cost.order_lines=25"], "--set cost.order_lines=25"),
        (["--fill-rate", "1.5"], "--fill-rate"),
        (["--levels", "absent.csv"], "--levels absent.csv"),
        (["--levels", "own.csv", "--fill-rate", "0.9"], "--levels own.csv"),
    ],
)
def test_an_option_that_cannot_be_used_ends_with_2(options, named, data, tmp_path):
    """It is named, and nothing is written."""
    ended = call(data, tmp_path / "out", *options)
    assert ended.exit_code == 2
    assert named in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ward_ends_with_2(data, tmp_path):
    """It is named."""
    ended = call(data, tmp_path / "out", ward="A9")
    assert (ended.exit_code, "--ward A9" in ended.stderr) == (2, True)


def test_levels_of_another_ward_alone_end_with_2(data, tmp_path):
    """A file for ward A1 says nothing about A2."""
    (tmp_path / "own.csv").write_text("".join(OWN.splitlines(keepends=True)[:3]), encoding="utf-8")
    ended = call(data, tmp_path / "out", "--levels", tmp_path / "own.csv", ward="A2")
    assert (ended.exit_code, "no row belongs to a position of ward A2" in ended.stderr) == (2, True)


def test_the_same_question_gets_the_same_answer(data, changed, tmp_path):
    """Byte by byte, page and plots included."""
    ended = call(data, tmp_path / "out", "--fill-rate", 0.9, "--set", "cost.order_line=100")
    assert ended.exit_code == 0
    for name in ("whatif.html", "whatif.csv", "whatif_levels.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (changed[0] / name).read_bytes()


def test_a_region_is_all_its_wards(data, tmp_path):
    """Without a ward all positions of the small region are lived through, and the curve has a point a promise."""
    ended = ask(data, tmp_path / "out")
    assert ended.exit_code == 0, ended.stderr
    positions = pd.read_csv(data / "positions.csv", dtype="str")
    assert len(levels_of(tmp_path / "out")) == len(positions)
    figures = pd.read_csv(tmp_path / "out" / "whatif.csv")
    curve = figures[figures["plan"] == "promise"]
    assert curve["promise"].tolist() == list(PROMISES)
    assert (
        curve[["cost_dkk", "expired_dkk", "expired_co2e_kg", "full_stock_litres", "fill_rate"]].notna().all(axis=None)
    )
    page = (tmp_path / "out" / "whatif.html").read_text(encoding="utf-8")
    assert "the region" in page
    assert f"<td>{curve['full_stock_litres'].iloc[0]:,.0f}</td>" in page  # the curve's points stand there as a table


def test_what_is_drawn_stands_for_all(data, tmp_path, monkeypatch):
    """One cabinet of three is drawn: sums are scaled up by positions, the fill rate is not, and the page says so."""
    monkeypatch.setattr(scope, "SAMPLED_POSITIONS", 1)
    ended = ask(data, tmp_path / "out")
    assert ended.exit_code == 0, ended.stderr
    drawn = levels_of(tmp_path / "out")
    assert len(drawn.index.get_level_values("cabinet_id").unique()) == 1
    figures = pd.read_csv(tmp_path / "out" / "whatif.csv")
    assert figures["fill_rate"].between(0, 1).all()
    positions, items = (pd.read_csv(data / f"{name}.csv", dtype="str") for name in ("positions", "items"))
    volume = items.set_index("item_id")["unit_volume_litres"].astype(float)
    litres = (drawn["today_max_level"] * volume.reindex(drawn.index.get_level_values("item_id")).to_numpy()).sum()
    today = figures.loc[figures["plan"] == "today", "full_stock_litres"].iloc[0]
    assert today == pytest.approx(litres * len(positions) / len(drawn), abs=1e-3)
    page = (tmp_path / "out" / "whatif.html").read_text(encoding="utf-8")
    assert f"{len(drawn)} of {len(positions)} positions" in page


def test_a_hospital_is_named_and_must_be_there(data, tmp_path):
    """The hospital of the first ward; one that isn't there; a hospital and a ward; own levels without a ward."""
    name = pd.read_csv(data / "wards.csv", dtype="str")["hospital"].iloc[0]
    assert ask(data, tmp_path / "out", "--hospital", name).exit_code == 0
    assert f", {name}</h1>" in (tmp_path / "out" / "whatif.html").read_text(encoding="utf-8")
    nowhere = ask(data, tmp_path / "x", "--hospital", "Nowhere")
    assert (nowhere.exit_code, "there is no such hospital" in nowhere.stderr) == (2, True)
    assert ask(data, tmp_path / "x", "--hospital", name, "--ward", "A1").exit_code == 2
    (tmp_path / "own.csv").write_text(OWN, encoding="utf-8")
    assert ask(data, tmp_path / "x", "--levels", tmp_path / "own.csv").exit_code == 2
