"""Leaders' reports are open to others only where the promise named them at launch."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from survey import worker
from survey.models.cycle import Cycle, CycleLeader
from survey.roles import Role
from survey.services import release
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle, answer_all
from tests.survey.web.office import Office, open_office

CLOSED = NOON + 8 * DAY


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.mark.parametrize(
    ("readers", "role", "may"),
    [
        ((), Role.HR, False),
        ((), Role.ORGANISATION_READER, False),
        (("hr",), Role.HR, True),
        (("hr",), Role.ORGANISATION_READER, False),
        (("organisation",), Role.HR, False),
        (("organisation",), Role.ORGANISATION_READER, True),
    ],
)
def test_only_whom_the_promise_named_reads_a_leaders_report(
    office: Office,
    shop: Workshop,
    open_cycle: MakeCycle,
    readers: tuple[str, ...],
    role: Role,
    may: bool,
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, readers=readers)
    answer_all(shop, cycle_id, {"A1": 4})
    worker.run_due(shop, now=CLOSED)
    office.now = CLOSED
    desk = office.desk(role)
    with shop.sessions() as session:
        leader = session.scalars(select(CycleLeader.id)).one()
    own = f"/reports/{cycle_id}/{leader}"
    assert desk.get(own).status_code == 404, "nothing is shown before the release"
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    assert desk.get(own).status_code == (200 if may else 404)
    listed = desk.get(f"/reports/{cycle_id}")
    assert listed.status_code == (200 if may else 404)
    assert ("Lan" in listed.text) == may
    if role is Role.HR:
        assert ("/reports/" in desk.get(f"/hr/cycles/{cycle_id}").text) == may


def test_the_readers_are_those_of_the_promise_whatever_the_column_says(
    office: Office, shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    worker.run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
        session.get_one(Cycle, cycle_id).readers = ["leader", "hr"]
    office.now = CLOSED
    assert office.desk(Role.HR).get(f"/reports/{cycle_id}").status_code == 404


def test_a_hold_delays_every_reader(
    office: Office, shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, readers=("hr",))
    worker.run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        leader = session.scalars(select(CycleLeader)).one()
        leader.hold_until = CLOSED + 3 * DAY
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    office.now = CLOSED
    hr = office.desk(Role.HR)
    assert hr.get(f"/reports/{cycle_id}/1").status_code == 404
    assert "no report that can be opened yet" in hr.get(f"/reports/{cycle_id}").text
    office.now = CLOSED + 3 * DAY
    assert (
        office.desk(Role.HR, "b@example.org").get(f"/reports/{cycle_id}/1").status_code
        == 200
    )
