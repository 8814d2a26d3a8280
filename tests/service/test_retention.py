"""What is known about people goes in time: all of it, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select, update

from service.access.grants import Grant, Role
from service.access.tables import PersonRow, PrincipalRow, SessionRow, TriesRow
from service.answers.remembered import Remembered
from service.audit.chain import record, verify
from service.audit.people import is_mark
from service.audit.tables import Entry, EntryPerson
from service.clock import now
from service.operation.backup import tables_of
from service.operation.retention import sweep, sweep_daily
from tests.service.people import known, signed_in


@pytest.fixture
def worked(site):
    """A service in which Karen reviewed a ward, undid a review and accepted a move; her id."""
    karen = known(site, "Karen", Grant(Role.LOGISTICS))
    ward = site.wards[0]["ward_id"]
    with signed_in(site, "Karen") as token:
        kept, undone = (send(site, token, "POST", "/reviews", {"ward_id": ward, "kind": "brik"}, key) for key in "ab")
        send(site, token, "DELETE", f"/reviews/{undone.json()['id']}", etag=undone.headers["ETag"])
        move = site.client.get("/api/v1/transfers").json()["items"][0]
        send(site, token, "POST", f"/transfers/{move['id']}", {"state": "accepted"}, etag=move["etag"])
    site.review_kept, site.karen = kept.json(), karen
    return site


def send(site, token, method, path, body=None, key="", etag=""):
    """Send a change as the page of somebody who is signed in does."""
    headers = {**token, **({"Idempotency-Key": key} if key else {}), **({"If-Match": etag} if etag else {})}
    answer = site.client.request(method, f"/api/v1{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer


def swept(site, days):
    """Sweep so many days from now, and a day before that, where it is only planned; return how many were forgotten.

    Somebody did something two days before: a clock that is far from all that happened isn't believed.
    """
    with time_machine.travel(now() + timedelta(days=days - 2)), site.database.writing() as session:
        record(session, "somebody", "tried", "1")
    forgotten = 0
    for day in (days - 1, days):
        with time_machine.travel(now() + timedelta(days=day)):
            forgotten += sweep(site.client.app.state.service)
    return forgotten


def entries_of(site, what):
    """How many entries tell of it."""
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Entry).where(Entry.what == what))


def tables_that_name(site, person):
    """Names of all tables in which an id stands, in whatever column."""
    with site.database.reading() as session:
        rows = {table.name: str(session.execute(select(table)).all()) for table in tables_of(session)}
    return {name for name, said in rows.items() if person in said}


def finding(site):
    """What a walk along the audit's chain finds."""
    with site.database.reading() as session:
        return verify(session)


def test_whoever_may_sees_who_did_it_while_it_is_kept(worked):
    """The reviewer and the doer in the audit are Karen's id, and the audit finds the entries about her."""
    admin = worked.key("admin")
    assert worked.review_kept["reviewer"] == worked.karen
    told = [one for one in worked.get(admin, "/audit").json()["items"] if one["what"] == "review.made"]
    assert {one["who"] for one in told} == {worked.karen}
    about = worked.get(admin, f"/audit?subject={worked.karen}").json()["items"]
    assert [one["what"] for one in about] == ["grants.changed", "person.made"]


def test_after_a_year_a_person_is_forgotten_and_the_id_stays(worked):
    """1 person; no name, account, grant or session any more, but the review still tells the id."""
    assert swept(worked, 364) == 0
    assert swept(worked, 366) == 1
    assert tables_that_name(worked, "Karen") == set()
    review = worked.get(worked.key("admin"), f"/reviews/{worked.review_kept['id']}").json()
    assert review["reviewer"] == worked.karen
    assert finding(worked).broken_at is None


def test_after_two_years_no_decision_tells_the_id_and_the_chain_still_verifies(worked):
    """The reviews stay as they were, but for the reviewer; only the newer entry that she was forgotten names her."""
    before = finding(worked)
    assert {"principals", "reviews", "transfer_states", "audit_people"} <= tables_that_name(worked, worked.karen)
    swept(worked, 366)
    swept(worked, 731)
    assert tables_that_name(worked, worked.karen) == {"principals", "audit_people"}
    after = finding(worked)
    assert after.broken_at is None
    # Each sweep here has an entry before it and a plan; between them somebody was forgotten, and erased.
    assert after.entries == before.entries + 2 + 2 * 2
    review = worked.get(worked.key("admin"), f"/reviews/{worked.review_kept['id']}")
    changed = {"reviewer": "forgotten", "etag": review.headers["ETag"]}
    assert review.json() == {**worked.review_kept, **changed}
    assert review.headers["ETag"] != worked.review_kept["etag"]


def test_two_years_after_somebody_was_forgotten_no_table_holds_the_id(worked):
    """Columns may be added that hold it, so all of all tables are looked through."""
    swept(worked, 366)
    swept(worked, 366 + 731)
    assert tables_that_name(worked, worked.karen) == set()
    assert finding(worked).broken_at is None


def test_a_day_before_nothing_is_erased(worked):
    """The id stands in the review and in the audit."""
    swept(worked, 729)
    assert {"reviews", "transfer_states", "audit_people"} <= tables_that_name(worked, worked.karen)


def test_sweeping_twice_erases_once(worked):
    """No entry says that something was erased where nothing was."""
    swept(worked, 731)
    assert entries_of(worked, "people.erased") == 1
    swept(worked, 735)
    assert entries_of(worked, "people.erased") == 1


def test_the_pages_say_that_somebody_was_erased(worked):
    """On the page of the log, in the reader's language, and no mark of 64 letters."""
    swept(worked, 731)
    known(worked, "Admin", Grant(Role.ADMIN))
    with signed_in(worked, "Admin"):
        shown = worked.client.get("/revision").text
    assert "Slettet efter fristen" in shown
    assert "mark-" not in shown


def test_an_entry_alone_does_not_tell_who_it_was(worked):
    """A mark instead of the id, and another one in each entry."""
    with worked.database.reading() as session:
        marks = session.scalars(select(Entry.who).where(Entry.what.startswith("review."))).all()
    assert len(set(marks)) == len(marks) == 3
    assert all(is_mark(one) for one in marks)


def test_whoever_exchanges_a_person_is_found_out(worked):
    """The walk stops at the entry whose mark means somebody else now."""
    with worked.database.writing() as session:
        number = session.scalars(select(Entry.number).where(Entry.what == "review.undone")).one()
        session.execute(update(EntryPerson).where(EntryPerson.number == number).values(person="person-another"))
    assert finding(worked).broken_at == number


def test_whoever_takes_a_person_away_is_found_out(worked):
    """Only an erasing that is itself an entry may; what came after it may not lack anybody."""
    swept(worked, 731)
    bo = known(worked, "Bo", Grant(Role.READER))
    assert finding(worked).broken_at is None
    with worked.database.writing() as session:
        session.execute(delete(EntryPerson).where(EntryPerson.person == bo))
    made = finding(worked).broken_at
    with worked.database.reading() as session:
        assert session.get_one(Entry, made).what == "person.made"


def test_sessions_tries_and_answers_go_when_they_hold_no_more(worked):
    """After a day no session and no try, after 31 days no answer; before that the answers are there."""
    with signed_in(worked, "Karen"):
        pass
    swept(worked, 1)
    with worked.database.reading() as session:
        assert [session.scalars(select(table)).first() for table in (SessionRow, TriesRow)] == [None, None]
        assert session.scalars(select(Remembered)).all() != []
    swept(worked, 31)
    with worked.database.reading() as session:
        assert session.scalars(select(Remembered)).all() == []


def test_keys_of_machines_stay(site):
    """An old review by a key tells its id: no person."""
    key = site.key("logistics")
    review = site.review(key, site.wards[0]["ward_id"]).json()
    swept(site, 731)
    assert site.get(site.key("admin"), f"/reviews/{review['id']}").json()["reviewer"] == review["reviewer"]


def test_somebody_seen_again_is_not_forgotten(worked):
    """Signed in within the year: still there at its end, with the grants."""
    with time_machine.travel(now() + timedelta(days=200)), signed_in(worked, "Karen"):
        pass
    assert swept(worked, 400) == 0
    with worked.database.reading() as session:
        assert session.scalars(select(PersonRow.principal)).all() == [worked.karen]
        assert session.get_one(PrincipalRow, worked.karen).grants


def test_the_service_sweeps_by_itself(worked):
    """At its start, without anybody asking, until it ends."""

    async def a_moment():
        sweeping = asyncio.create_task(sweep_daily(worked.client.app.state.service, every_seconds=0.05))
        await asyncio.sleep(1.0)
        sweeping.cancel()

    swept(worked, 364.5)
    with time_machine.travel(now() + timedelta(days=365.1)):
        asyncio.run(a_moment())
    assert tables_that_name(worked, "Karen") != set()
    with time_machine.travel(now() + timedelta(days=366.2)):
        asyncio.run(a_moment())
    assert tables_that_name(worked, "Karen") == set()


def test_a_clock_that_is_far_ahead_erases_nothing(worked):
    """740 days ahead, for three days: nobody forgotten, no answer lost, no id erased, nothing planned."""
    before = finding(worked).entries
    for day in (740, 741, 742):
        with time_machine.travel(now() + timedelta(days=day)):
            assert sweep(worked.client.app.state.service) == 0
    assert finding(worked).entries == before
    with worked.database.reading() as session:
        assert session.scalars(select(Remembered)).all() != []
    assert "people" in tables_that_name(worked, "Karen")


def test_what_is_due_is_told_a_day_before_it_goes(worked):
    """The log says how many; whoever comes back on that day stays."""
    with time_machine.travel(now() + timedelta(days=364)), worked.database.writing() as session:
        record(session, "somebody", "tried", "1")
    with time_machine.travel(now() + timedelta(days=366)):
        assert sweep(worked.client.app.state.service) == 0
        assert sweep(worked.client.app.state.service) == 0
    assert entries_of(worked, "retention.planned") == 1
    with time_machine.travel(now() + timedelta(days=366.5)), signed_in(worked, "Karen"):
        pass
    with time_machine.travel(now() + timedelta(days=367.1)):
        assert sweep(worked.client.app.state.service) == 0
    assert "people" in tables_that_name(worked, "Karen")


def test_a_large_share_of_the_people_does_not_go_at_once(worked):
    """Five of six at once is a mistake somewhere: none goes."""
    for name in "abcde":
        known(worked, name, Grant(Role.READER))
    assert swept(worked, 366) == 0
    with worked.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PersonRow)) == 6
