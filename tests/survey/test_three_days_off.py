"""The worker was off for three days: what it does then, at each step of a cycle."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from survey.lifecycle import CycleState, Destruction
from survey.models.answer import SealedAnswer
from survey.models.cycle import Cycle, RosterMember
from survey.models.invitation import Collected, InvitationSecret
from survey.models.job import Job, JobKind, JobState
from survey.models.mail import Mail, MailState
from survey.models.report import ReportSnapshot
from survey.services import cycles, launching, progress, release
from survey.worker import Workshop, run_due
from tests.conftest import (
    DAY,
    NOON,
    MakeCycle,
    add_team,
    answer_all,
    pulse_plan,
    set_up,
    status_of,
)

POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
CLOSES = NOON + 14 * DAY
RELEASE_BY = CLOSES + 30 * DAY
OFF = timedelta(days=3)


def launched(shop: Workshop, *, with_keys: bool = True, **plan: object) -> int:
    """Launch a cycle that opens at noon; the worker is off from then on."""
    with shop.sessions.begin() as session:
        set_up(session)
        add_team(session, "Lan", 6)
        early = NOON - 2 * DAY
        draft = pulse_plan(closes_at=CLOSES, **plan)
        cycle_id = cycles.create_cycle(session, draft, now=early).id
        launching.launch_cycle(session, cycle_id, now=early)
    if with_keys:
        run_due(shop, now=early)
    return cycle_id


def state(shop: Workshop, cycle_id: int) -> CycleState:
    """Return the state that is stored, whatever the clock says."""
    with shop.sessions() as session:
        return CycleState(session.get_one(Cycle, cycle_id).state)


def mails(shop: Workshop) -> Counter[tuple[str, str]]:
    """Count mails by kind and state."""
    with shop.sessions() as session:
        rows = session.execute(select(Mail.kind, Mail.state))
        return Counter((kind, state) for kind, state in rows)


def count(shop: Workshop, table: type) -> int:
    with shop.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def failed(shop: Workshop) -> int:
    with shop.sessions() as session:
        gone = select(func.count()).where(Job.state == JobState.FAILED)
        return session.scalar(gone) or 0


def test_a_form_opens_late_and_everybody_is_invited_once(shop: Workshop) -> None:
    cycle_id = launched(shop)
    run_due(shop, now=NOON + OFF)
    assert state(shop, cycle_id) is CycleState.OPEN
    assert mails(shop) == {
        ("invitation", MailState.SENT): 6,
        ("self_rating", MailState.SENT): 1,
    }
    assert failed(shop) == 0


def test_keys_that_were_not_made_are_made_and_the_form_opens(shop: Workshop) -> None:
    cycle_id = launched(shop, with_keys=False)
    run_due(shop, now=NOON + OFF)
    assert state(shop, cycle_id) is CycleState.OPEN
    assert mails(shop)["invitation", MailState.SENT] == 6


def test_a_missed_activation_day_sends_no_mail_that_comes_too_late(
    shop: Workshop,
) -> None:
    cycle_id = launched(shop, activates_at=NOON - DAY)
    run_due(shop, now=NOON + OFF)
    assert state(shop, cycle_id) is CycleState.OPEN
    assert mails(shop)["activation", MailState.SENT] == 0
    assert mails(shop)["invitation", MailState.SENT] == 6


def test_an_activation_day_that_is_not_over_is_made_up_for(shop: Workshop) -> None:
    launched(shop, activates_at=NOON - DAY)
    run_due(shop, now=NOON - DAY / 4)
    assert mails(shop) == {("activation", MailState.SENT): 6}


def test_of_the_reminders_that_were_missed_only_the_newest_is_sent(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSES)
    first, second, third = status_of(shop, cycle_id).reminders
    assert third - first > OFF
    run_due(shop, now=second + DAY / 4)
    found = mails(shop)
    assert found["remind_2", MailState.SENT] == 6
    assert found["remind_1", MailState.SENT] == 0
    run_due(shop, now=third)
    assert mails(shop)["remind_3", MailState.SENT] == 6


def test_reminders_missed_until_closing_are_not_sent(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 6}, closes_at=CLOSES)
    run_due(shop, now=CLOSES + OFF)
    assert not [kind for kind, _ in mails(shop) if kind.startswith("remind")]
    assert list(shop.mailer._folder.glob("remind*")) == []


def test_counts_are_refreshed_once_and_then_at_the_next_fixed_hour(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSES)
    run_due(shop, now=NOON + OFF)
    assert status_of(shop, cycle_id).refreshed_at == NOON + OFF
    with shop.sessions() as session:
        waiting = select(Job.due_at).where(
            Job.kind == JobKind.REFRESH_PROGRESS, Job.state == JobState.WAITING
        )
        (due,) = session.scalars(waiting)
    assert due == progress.next_fixed_hour(NOON + OFF, "Asia/Ho_Chi_Minh")


def test_a_form_that_closed_meanwhile_took_nothing_and_its_reports_are_computed(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSES)
    assert answer_all(shop, cycle_id, POINTS, 5) == 5
    run_due(shop, now=CLOSES + OFF)
    assert state(shop, cycle_id) is CycleState.CLOSED
    assert count(shop, Collected) == count(shop, InvitationSecret) == 0
    assert count(shop, ReportSnapshot) == 2
    assert status_of(shop, cycle_id, CLOSES + OFF).release_by == RELEASE_BY


def test_a_form_that_opened_and_closed_meanwhile_sends_no_invitation(
    shop: Workshop,
) -> None:
    cycle_id = launched(shop)
    run_due(shop, now=CLOSES + OFF)
    assert state(shop, cycle_id) is CycleState.CLOSED
    assert {state for _, state in mails(shop)} <= {MailState.UNDELIVERABLE}


@pytest.mark.parametrize("closed_in_time", [True, False])
def test_past_the_deadline_everything_is_destroyed_whenever_the_worker_comes(
    shop: Workshop, open_cycle: MakeCycle, closed_in_time: bool
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSES)
    answer_all(shop, cycle_id, POINTS)
    if closed_in_time:
        run_due(shop, now=CLOSES)
    run_due(shop, now=RELEASE_BY + OFF)
    assert state(shop, cycle_id) is CycleState.ABANDONED
    assert count(shop, SealedAnswer) == count(shop, ReportSnapshot) == 0
    with shop.sessions() as session:
        assert session.get_one(Cycle, cycle_id).destruction == Destruction.DONE
    assert failed(shop) == 0


def released(shop: Workshop, cycle_id: int, now: datetime) -> None:
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=now)


def test_keys_are_destroyed_and_leaders_told_when_the_worker_is_back(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSES)
    run_due(shop, now=CLOSES)
    released(shop, cycle_id, CLOSES)
    assert count(shop, SealedAnswer) == 0
    run_due(shop, now=CLOSES + OFF)
    assert mails(shop)["report_ready", MailState.SENT] == 1
    with shop.sessions() as session:
        assert session.get_one(Cycle, cycle_id).destruction == Destruction.DONE


def test_lists_of_people_go_three_days_after_the_purge_date_at_the_latest(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSES)
    run_due(shop, now=CLOSES)
    released(shop, cycle_id, CLOSES)
    run_due(shop, now=CLOSES)
    purge_at = status_of(shop, cycle_id).purge_at
    run_due(shop, now=purge_at - DAY)
    assert count(shop, RosterMember) == 6
    run_due(shop, now=purge_at + OFF)
    assert count(shop, RosterMember) == count(shop, Mail) == 0
    assert count(shop, ReportSnapshot) == 2
