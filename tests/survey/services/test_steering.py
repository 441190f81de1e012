"""Another closing date and a hold: nothing that HR times can be aimed at an answer."""

from __future__ import annotations

import email.policy
from dataclasses import replace
from datetime import datetime, timedelta
from email.parser import BytesParser
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from survey.errors import NotFoundError, StepRefusedError
from survey.fixed_hours import FIXED_HOURS
from survey.lifecycle import LONGEST_HOLD, CycleState
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle, CycleLeader
from survey.models.report import ReportSnapshot
from survey.services import reading, release, steering
from survey.services.steering import HoldReason
from survey.services.visiting import open_visit
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle, answer_all, codes_of, status_of

POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
CLOSES = NOON + 7 * DAY
LATER = NOON + 10 * DAY
RELEASE_BY = CLOSES + 30 * DAY
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def extend(shop: Workshop, cycle_id: int, to: datetime, *, now: datetime) -> None:
    with shop.sessions.begin() as session:
        steering.extend(session, cycle_id, to, now=now)


def close_early(shop: Workshop, cycle_id: int, *, now: datetime = NOON) -> datetime:
    """Return when the form closes now."""
    with shop.sessions.begin() as session:
        steering.close_early(session, cycle_id, now=now)
        return session.get_one(Cycle, cycle_id).closes_at


def leader_of(shop: Workshop, name: str) -> tuple[int, int]:
    """Return a leader's number in the cycle, and the person's."""
    with shop.sessions() as session:
        found = select(CycleLeader).where(CycleLeader.name == name)
        leader = session.scalars(found).one()
        return leader.id, leader.person_id


def hold(
    shop: Workshop, cycle_id: int, until: datetime, *, now: datetime = NOON
) -> None:
    leader_id, _ = leader_of(shop, "Lan")
    with shop.sessions.begin() as session:
        steering.hold(
            session, cycle_id, leader_id, until, HoldReason.TALK_LATER, now=now
        )


def letters(shop: Workshop, kind: str) -> list[object]:
    parse = BytesParser(policy=email.policy.default).parsebytes
    found = sorted(shop.mailer._folder.glob(f"{kind}*.eml"))
    return [parse(file.read_bytes()) for file in found]


def test_an_extended_form_takes_answers_until_the_new_date_and_then_closes(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    extend(shop, cycle_id, LATER, now=NOON)
    run_due(shop, now=CLOSES)
    code = codes_of(shop, cycle_id)[0]
    with shop.sessions() as session:
        visit = open_visit(session, shop.vault, code, now=LATER - DAY)
        assert visit.closes_at == LATER
    assert status_of(shop, cycle_id, LATER - DAY).state is CycleState.OPEN
    run_due(shop, now=LATER)
    with shop.sessions() as session:
        assert session.get_one(Cycle, cycle_id).state == CycleState.CLOSED
        assert session.scalars(select(ReportSnapshot)).all()


def test_everybody_who_was_asked_is_told_once_whether_they_answered_or_not(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(shop, cycle_id, POINTS, 4)
    extend(shop, cycle_id, LATER, now=NOON)
    run_due(shop, now=NOON)
    told = letters(shop, "closes")
    assert sorted(str(letter["To"]).partition("<")[2] for letter in told) == [
        f"lan-{n}@example.org>" for n in range(6)
    ]
    english = next(mail for mail in told if mail["Content-Language"] == "en")
    text = " ".join(english.get_body(("plain",)).get_content().split())
    assert "4 December 2026, 19:00" in text
    assert "goes to everybody who was asked" in text


def test_of_two_moves_before_the_mails_went_out_only_the_last_is_told(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 3})
    extend(shop, cycle_id, LATER, now=NOON)
    extend(shop, cycle_id, LATER + DAY, now=NOON)
    run_due(shop, now=NOON)
    assert len(letters(shop, "closes")) == 3


@pytest.mark.parametrize(
    ("to", "now", "why"),
    [
        (CLOSES, NOON, steering.ONLY_LATER),
        (CLOSES - DAY, NOON, steering.ONLY_LATER),
        (RELEASE_BY - DAY + timedelta(minutes=1), NOON, steering.BEYOND_DEADLINE),
        (LATER, CLOSES, steering.CLOSED_FOR_GOOD),
        (LATER, NOON - DAY, steering.NOT_OPEN_YET),
    ],
)
def test_an_extension_goes_only_later_while_open_and_not_beyond_the_deadline(
    shop: Workshop, open_cycle: MakeCycle, to: datetime, now: datetime, why: str
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    if now < NOON:
        with shop.sessions.begin() as session:
            session.get_one(Cycle, cycle_id).state = CycleState.LAUNCHED
    with pytest.raises(StepRefusedError) as refused:
        extend(shop, cycle_id, to, now=now)
    assert refused.value.text == why
    assert status_of(shop, cycle_id).closes_at == CLOSES


def test_the_last_possible_extension_leaves_a_day_to_release(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    extend(shop, cycle_id, RELEASE_BY - DAY, now=NOON)
    seen = status_of(shop, cycle_id)
    assert (seen.closes_at, seen.release_by) == (RELEASE_BY - DAY, RELEASE_BY)


@pytest.mark.parametrize("minutes", range(0, 24 * 60, 97))
def test_whoever_closes_early_chooses_no_moment(
    shop: Workshop, open_cycle: MakeCycle, minutes: int
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    now = NOON + timedelta(minutes=minutes)
    closes_at = close_early(shop, cycle_id, now=now)
    assert closes_at.astimezone(ZONE).time() in FIXED_HOURS
    assert DAY < closes_at - now <= 1.5 * DAY


def test_just_at_k_an_early_closing_shows_no_more_than_the_bands(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    """HR sees that a group reached the minimum, closes, and others answer all the same.

    What HR saw when it decided is not what the report holds: its band may be another.
    """
    cycle_id = open_cycle(sizes={"Lan": 9})
    answer_all(shop, cycle_id, POINTS, 5)
    run_due(shop, now=NOON + 12 * timedelta(hours=1))
    before = status_of(shop, cycle_id)
    assert before.n_reach_k == 1
    closes_at = close_early(shop, cycle_id, now=NOON + DAY / 2)
    assert status_of(shop, cycle_id).progress == before.progress
    answer_all(shop, cycle_id, POINTS)
    run_due(shop, now=closes_at)
    with shop.sessions() as session:
        leader = select(ReportSnapshot).where(ReportSnapshot.leader_id.is_not(None))
        content = session.scalars(leader).one().content
    assert "'low': 8, 'high': 11" in str(content)


def test_after_an_early_closing_nothing_opens_the_form_again(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    closes_at = close_early(shop, cycle_id)
    run_due(shop, now=closes_at)
    with pytest.raises(StepRefusedError, match="closed for good"):
        extend(shop, cycle_id, LATER, now=closes_at)


def test_no_report_appears_before_the_day_that_raters_were_promised(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    closes_at = close_early(shop, cycle_id)
    run_due(shop, now=closes_at)
    with (
        pytest.raises(StepRefusedError) as refused,
        shop.sessions.begin() as session,
    ):
        release.release_cycle(session, shop.vault, cycle_id, now=closes_at)
    assert refused.value.text == release.TOO_EARLY
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSES)
        assert session.get_one(Cycle, cycle_id).state == CycleState.RELEASED


def test_a_form_that_closes_within_a_day_is_not_closed_early(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with pytest.raises(StepRefusedError) as refused:
        close_early(shop, cycle_id, now=CLOSES - DAY)
    assert refused.value.text == steering.CLOSES_SOON


def test_reminders_that_would_come_after_an_early_closing_are_dropped(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=NOON + 14 * DAY)
    assert status_of(shop, cycle_id).reminders
    closes_at = close_early(shop, cycle_id)
    assert status_of(shop, cycle_id).reminders == ()
    run_due(shop, now=closes_at - DAY / 24)
    assert letters(shop, "remind") == []


def test_the_log_says_who_moved_the_date_and_to_when(
    shop: Workshop, open_cycle: MakeCycle, hr: int
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with shop.sessions.begin() as session:
        steering.extend(session, cycle_id, LATER, now=NOON, account_id=hr)
    with shop.sessions() as session:
        found = select(AuditEvent).where(AuditEvent.act == "extended")
        event = session.scalars(found).one()
    assert (event.account_id, event.cycle_id) == (hr, cycle_id)
    assert event.details == {"closes_at": LATER.isoformat()}


def released(shop: Workshop, cycle_id: int, *, now: datetime = CLOSES) -> None:
    run_due(shop, now=now)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=now)
    run_due(shop, now=now)


def test_a_hold_delays_one_report_and_its_mail_and_ends_by_itself(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 6})
    until = CLOSES + 5 * DAY
    hold(shop, cycle_id, until)
    released(shop, cycle_id)
    _, lan = leader_of(shop, "Lan")
    _, minh = leader_of(shop, "Minh")
    with shop.sessions() as session:
        assert reading.own_report(session, cycle_id, minh, now=CLOSES)
        with pytest.raises(NotFoundError):
            reading.own_report(session, cycle_id, lan, now=until - DAY / 24)
        (own,) = reading.own_cycles(session, lan, now=CLOSES)
        assert not own.has_report
        assert reading.own_report(session, cycle_id, lan, now=until)
    assert ["Minh" in str(mail["To"]) for mail in letters(shop, "report_ready")] == [
        True
    ]
    run_due(shop, now=until)
    assert len(letters(shop, "report_ready")) == 2


def test_a_hold_changes_no_figure(shop: Workshop, open_cycle: MakeCycle) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(shop, cycle_id, POINTS)
    run_due(shop, now=CLOSES)
    with shop.sessions() as session:
        before = session.scalars(
            select(ReportSnapshot.content).order_by(ReportSnapshot.id)
        ).all()
    hold(shop, cycle_id, CLOSES + DAY, now=CLOSES)
    released(shop, cycle_id)
    with shop.sessions() as session:
        assert (
            session.scalars(
                select(ReportSnapshot.content).order_by(ReportSnapshot.id)
            ).all()
            == before
        )


def test_a_hold_lasts_fourteen_days_after_the_release_at_most(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    hold(shop, cycle_id, RELEASE_BY + LONGEST_HOLD)
    with pytest.raises(StepRefusedError) as refused:
        hold(shop, cycle_id, RELEASE_BY + LONGEST_HOLD + DAY)
    assert refused.value.text == steering.HOLD_TOO_LONG
    released(shop, cycle_id)
    _, lan = leader_of(shop, "Lan")
    with shop.sessions() as session:
        assert reading.own_report(session, cycle_id, lan, now=CLOSES + LONGEST_HOLD)


def test_after_the_release_no_hold_is_set_or_taken_back(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    hold(shop, cycle_id, CLOSES + DAY)
    released(shop, cycle_id)
    leader_id, _ = leader_of(shop, "Lan")
    with pytest.raises(StepRefusedError):
        hold(shop, cycle_id, CLOSES + 2 * DAY, now=CLOSES)
    with pytest.raises(StepRefusedError), shop.sessions.begin() as session:
        steering.end_hold(session, cycle_id, leader_id, now=CLOSES)


def test_a_hold_that_was_taken_back_delays_nothing_and_both_are_in_the_log(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    hold(shop, cycle_id, CLOSES + DAY)
    leader_id, lan = leader_of(shop, "Lan")
    with shop.sessions.begin() as session:
        steering.end_hold(session, cycle_id, leader_id, now=NOON)
    released(shop, cycle_id)
    with shop.sessions() as session:
        assert reading.own_report(session, cycle_id, lan, now=CLOSES)
    lines = status_of(shop, cycle_id).log
    found = {line.act: line for line in lines}
    assert (found["held"].leader, found["held"].reason) == ("Lan", "talk_later")
    assert "hold_ended" in found


def test_a_hold_names_a_leader_of_this_cycle(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with pytest.raises(NotFoundError), shop.sessions.begin() as session:
        steering.hold(session, cycle_id, 999, CLOSES, HoldReason.TALK_LATER, now=NOON)
    with pytest.raises(StepRefusedError):
        hold(shop, cycle_id, NOON)


def test_no_step_changes_the_minimum_or_the_promise(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    before = status_of(shop, cycle_id)
    extend(shop, cycle_id, LATER, now=NOON)
    hold(shop, cycle_id, LATER + DAY)
    close_early(shop, cycle_id)
    after = status_of(shop, cycle_id)
    moved = {"closes_at", "reminders", "holds", "log"}
    same = {name: getattr(before, name) for name in moved if name != "closes_at"} | {
        "closes_at": before.closes_at
    }
    assert replace(after, **same) == before
