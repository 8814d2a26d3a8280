"""Reviews and moves as people make them in any order, beside a model in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from service.audit.chain import verify

PEOPLE = st.sampled_from(["first", "second"])
# The two of above reach both ends of a move; these reach one each.
ENDS = st.sampled_from(["first", "second", "giver", "taker"])
# What is done is settled for the examples after it as well: it comes seldom.
STATES = st.sampled_from(["accepted", "declined"] * 4 + ["done"])
TAGS = st.sampled_from(["present", "old", "none"])


@dataclass
class Thing:
    """A review or a move as the model knows it."""

    path: str
    state: str
    tags: list[str]
    body: dict[str, Any] = field(default_factory=dict)

    def header(self, which: str) -> dict[str, str]:
        """If-Match of the present version, of one before, or none."""
        old = self.tags[0] if len(self.tags) > 1 else '"never"'
        return {"present": {"If_Match": self.tags[-1]}, "old": {"If_Match": old}, "none": {}}[which]


class TwoPeople(RuleBasedStateMachine):
    """Two people with a key each, and one in each ward of a move; `site` is given by the test."""

    site: Any
    asked = Bundle("asked")

    @initialize()
    def begin(self) -> None:
        """Nobody has done anything in this example."""
        site = self.site
        self.keys = {name: site.key("logistics") for name in ("first", "second")}
        items = site.get(self.keys["first"], "/transfers").json()["items"]
        between = [one for one in items if one["from_ward_id"] != one["to_ward_id"]]
        move = min(between, key=lambda one: one["state"] == "done")
        for end, ward in (("giver", "from_ward_id"), ("taker", "to_ward_id")):
            self.keys[end] = site.key("logistics", wards=move[ward])
        self.ward = site.wards[0]["ward_id"]
        self.made: dict[str, Thing] = {}
        self.before = self.total()
        self.entries = self.chain()
        self.changes = 0
        self.move = Thing(f"/api/v1/transfers/{move['id']}", move["state"], [move["etag"]])
        self.yes = {end for end in ("giver", "taker") if move[f"{end}_agreed"]}
        self.moved = {end for end in ("giver", "taker") if move[f"{end}_done"]}
        self.answered = 0

    def total(self) -> int:
        """Reviews in the service."""
        return self.site.get(self.keys["first"], "/reviews?page_size=1").json()["total"]

    def chain(self) -> int:
        """Entries of the audit, which holds together."""
        with self.site.database.reading() as session:
            finding = verify(session)
        assert finding.broken_at is None
        return finding.entries

    @rule(target=asked, who=PEOPLE, kind=st.sampled_from(["brik", "non_brik"]))
    def make(self, who: str, kind: str) -> tuple[str, str, str, Any]:
        """A new review under a key of its own."""
        self.answered += 1
        key = f"{self.keys[who][-8:]}-{self.answered}"
        answer = self.site.review(self.keys[who], self.ward, kind, Idempotency_Key=key)
        assert answer.status_code == 201
        review = answer.json()
        self.made[review["id"]] = Thing(answer.headers["Location"], "made", [review["etag"]], review)
        self.changes += 1
        return who, kind, key, review

    @rule(one=asked)
    def repeat(self, one: tuple[str, str, str, Any]) -> None:
        """The same request with the same key: the first answer, whatever happened since."""
        who, kind, key, review = one
        answer = self.site.review(self.keys[who], self.ward, kind, Idempotency_Key=key)
        assert (answer.status_code, answer.json()) == (201, review)

    @rule(one=asked)
    def reuse(self, one: tuple[str, str, str, Any]) -> None:
        """Another request with the same key: refused."""
        who, kind, key, _ = one
        other = "brik" if kind == "non_brik" else "non_brik"
        assert self.site.review(self.keys[who], self.ward, other, Idempotency_Key=key).status_code == 422

    @rule(one=asked, who=PEOPLE, tag=TAGS)
    def undo(self, one: tuple[str, str, str, Any], who: str, tag: str) -> None:
        """Either of the two may undo what is not undone, if they name its present version."""
        review = self.made[one[3]["id"]]
        answer = self.site.call(self.keys[who], "DELETE", review.path, **review.header(tag))
        expected = {"none": 428, "old": 412, "present": 200 if review.state == "made" else 409}[tag]
        assert answer.status_code == expected
        if expected == 200:
            review.state, self.changes = "undone", self.changes + 1
            review.tags.append(answer.headers["ETag"])

    @rule(who=ENDS, state=STATES, tag=TAGS)
    def decide(self, who: str, state: str, tag: str) -> None:
        """Each may decide about a move, until it is done, if they name its present version; a yes is for own ends."""
        answer = self.site.call(self.keys[who], "POST", self.move.path, {"state": state}, **self.move.header(tag))
        own = {who} if who in ("giver", "taker") else {"giver", "taker"}
        settled = own <= self.moved or (state != "done" and self.moved) or (state == "done" and len(self.yes | own) < 2)
        expected = {"none": 428, "old": 412, "present": 409 if settled else 200}[tag]
        assert answer.status_code == expected
        if expected == 200:
            self.yes = self.yes - own if state == "declined" else self.yes | own
            self.moved |= own if state == "done" else set()
            self.move.state = "accepted" if state == "done" and len(self.moved) < 2 else state
            self.changes += 1
            self.move.tags.append(answer.headers["ETag"])
            self.holds(answer.json())

    def holds(self, move: dict[str, Any]) -> None:
        """A move is as the model has it."""
        found = [move[name] for name in ("state", "giver_agreed", "taker_agreed", "agreed", "giver_done", "taker_done")]
        yes = ["giver" in self.yes, "taker" in self.yes, len(self.yes) == 2]
        assert found == [self.move.state, *yes, "giver" in self.moved, "taker" in self.moved]

    @rule(one=asked, who=PEOPLE)
    def look(self, one: tuple[str, str, str, Any], who: str) -> None:
        """Both see the same version, and whether it was undone."""
        review = self.made[one[3]["id"]]
        answer = self.site.call(self.keys[who], "GET", review.path)
        assert answer.headers["ETag"] == review.tags[-1]
        assert (answer.json()["undone_at"] is None) == (review.state == "made")

    def teardown(self) -> None:
        """As many reviews and entries more as the model counts, and a chain that holds."""
        assert self.total() - self.before == len(self.made)
        assert self.chain() - self.entries == self.changes
        fetched = self.site.call(self.keys["first"], "GET", self.move.path)
        self.holds(fetched.json())
        assert fetched.headers["ETag"] == self.move.tags[-1]


def test_any_order_of_steps_does_what_a_simple_model_says(site):
    """12 runs of up to 20 steps: equal answers to equal requests; nothing lost, nothing twice, nothing on old tags."""
    run_state_machine_as_test(
        lambda: _on(site),
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _on(site: Any) -> TwoPeople:
    machine = TwoPeople()
    machine.site = site
    return machine
