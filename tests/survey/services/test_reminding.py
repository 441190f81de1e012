"""Reminders go to people whose link was not used, and leave no trace at closing."""

from __future__ import annotations

import email.policy
from datetime import datetime, timedelta
from email.parser import BytesParser

import pytest
from sqlalchemy import select, text

from survey.errors import LinkExpiredError, ReminderRefusedError, WrongStateError
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle
from survey.models.job import Job
from survey.models.mail import Mail
from survey.models.people import Person
from survey.services import opting_out, reminding
from survey.services.confidential import PlainAnswer, keep_confidential_answer
from survey.services.visiting import open_visit
from survey.tokens import opt_out_token
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle, codes_of

POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
CLOSED = NOON + 14 * DAY


def planned(shop: Workshop, cycle_id: int) -> list[datetime]:
    with shop.sessions() as session:
        return session.get_one(Cycle, cycle_id).reminds_at


def answer(shop: Workshop, cycle_id: int, n: int) -> set[int]:
    """Let ``n`` people answer about all their leaders; return the others."""
    for code in codes_of(shop, cycle_id)[:n]:
        with shop.sessions.begin() as session:
            visit = open_visit(session, shop.vault, code, now=NOON)
            for sheet in visit.sheets:
                keep_confidential_answer(
                    session,
                    shop.vault,
                    code,
                    sheet.scope_id,
                    PlainAnswer(POINTS),
                    now=NOON,
                )
    with shop.sessions() as session:
        rows = session.execute(
            text(
                "SELECT DISTINCT i.person_id FROM invitation i JOIN collected c "
                "ON c.invitation_id = i.id WHERE NOT c.is_collected"
            )
        )
        return {person for (person,) in rows}


def reminded(shop: Workshop, wave: int) -> set[int]:
    with shop.sessions() as session:
        kind = Mail.kind == f"remind_{wave}"
        return set(session.scalars(select(Mail.person_id).where(kind)))


def test_reminders_go_to_whoever_did_not_use_a_link_and_to_nobody_else(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSED)
    missing = answer(shop, cycle_id, 2)
    assert len(missing) == 4
    first, second, *_ = planned(shop, cycle_id)
    run_due(shop, now=first)
    assert reminded(shop, 1) == missing
    left = answer(shop, cycle_id, 5)
    run_due(shop, now=second)
    assert reminded(shop, 2) == left
    assert len(left) == 1


def test_a_reminder_says_how_we_know_and_never_that_somebody_did_not_answer(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSED)
    run_due(shop, now=planned(shop, cycle_id)[0])
    letters = sorted(shop.mailer._folder.glob("remind_1*.eml"))
    assert len(letters) == 6
    letter = BytesParser(policy=email.policy.default).parsebytes(
        letters[0].read_bytes()
    )
    content = letter.get_body(("plain",)).get_content()
    assert "has not been used yet" in content
    assert "you have not answered" not in content
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = letter["List-Unsubscribe"].strip(" <>")
    assert f"No more reminders: {stop}" in content


def test_who_answered_after_the_job_ran_is_not_written_to(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSED)
    first = planned(shop, cycle_id)[0]
    with shop.sessions.begin() as session:
        assert reminding.remind(session, cycle_id, now=first) == 6
    answer(shop, cycle_id, 6)
    run_due(shop, now=first)
    assert list(shop.mailer._folder.glob("remind*.eml")) == []


def test_a_worker_that_was_off_sends_one_reminder_not_three(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSED)
    last = planned(shop, cycle_id)[-1]
    run_due(shop, now=last + timedelta(hours=3))
    n = len(planned(shop, cycle_id))
    assert [len(reminded(shop, wave)) for wave in range(1, n + 1)] == [0] * (n - 1) + [
        6
    ]


def test_nobody_is_reminded_after_closing_and_no_row_tells_who_was(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSED)
    run_due(shop, now=planned(shop, cycle_id)[0])
    run_due(shop, now=CLOSED)
    with shop.sessions() as session:
        kinds = set(session.scalars(select(Mail.kind)))
        mails = set(session.scalars(select(Mail.id)))
        subjects = session.scalars(
            select(Job.subject_id).where(Job.kind == "send_mail")
        )
        assert not [kind for kind in kinds if kind.startswith("remind")]
        assert set(subjects) <= mails
        acts = " ".join(str(e.details) for e in session.scalars(select(AuditEvent)))
        assert "remind" not in acts


def test_with_an_activation_day_the_second_wave_asks_everybody_of_an_open_group(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(
        sizes={"Lan": 6, "Minh": 5},
        activates_at=NOON - timedelta(hours=2),
        closes_at=CLOSED,
    )
    first, second, *_ = planned(shop, cycle_id)
    with shop.sessions.begin() as session:
        session.execute(text("UPDATE collected SET is_collected = TRUE"))
    run_due(shop, now=first)
    assert reminded(shop, 1) == set()
    with shop.sessions() as session:
        everybody = set(
            session.scalars(
                text("SELECT person_id FROM invitation WHERE kind='personal'")
            )
        )
    run_due(shop, now=second)
    assert reminded(shop, 2) == everybody


def test_hr_may_add_a_reminder_up_to_three(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, n_reminders=0)
    assert planned(shop, cycle_id) == []
    with shop.sessions.begin() as session:
        for n in (2, 4, 6):
            reminding.add_reminder(session, cycle_id, NOON + n * DAY, now=NOON)
        with pytest.raises(ReminderRefusedError):
            reminding.add_reminder(session, cycle_id, NOON + 5 * DAY, now=NOON)
    run_due(shop, now=NOON + 2 * DAY)
    assert len(reminded(shop, 1)) == 6


@pytest.mark.parametrize("hours", [-1, 3, 7 * 24, 2 * 24 + 5])
def test_a_reminder_at_a_bad_moment_is_refused(
    shop: Workshop, open_cycle: MakeCycle, hours: int
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, n_reminders=0)
    with shop.sessions.begin() as session:
        reminding.add_reminder(session, cycle_id, NOON + 2 * DAY, now=NOON)
        with pytest.raises(ReminderRefusedError):
            at = NOON + timedelta(hours=hours)
            reminding.add_reminder(session, cycle_id, at, now=NOON)


def test_no_reminder_is_planned_for_a_cycle_that_is_over(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, n_reminders=0)
    with shop.sessions.begin() as session, pytest.raises(WrongStateError):
        reminding.add_reminder(session, cycle_id, CLOSED + DAY, now=CLOSED)


def test_whoever_wants_no_reminder_gets_none(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=CLOSED)
    with shop.sessions.begin() as session:
        person = session.scalars(
            select(Person.id).where(Person.number == "Lan-0")
        ).one()
        token = opt_out_token(shop.vault.pepper.hide, person)
        opting_out.stop_reminders(session, shop.vault.pepper, token)
    run_due(shop, now=planned(shop, cycle_id)[0])
    assert len(reminded(shop, 1)) == 5
    assert person not in reminded(shop, 1)


@pytest.mark.parametrize("token", ["", "1", "1.0123456789abcdef0123", "x.y", "²." * 3])
def test_a_link_that_is_not_ours_stops_nothing(shop: Workshop, token: str) -> None:
    with shop.sessions.begin() as session, pytest.raises(LinkExpiredError):
        opting_out.stop_reminders(session, shop.vault.pepper, token)
