"""A cycle is copied, and comes again by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.catalogue import Catalogue
from survey import plans
from survey.forecast_rules import PointKind
from survey.models.cycle import Cycle
from survey.models.job import Job, JobKind
from survey.models.mail import Mail, MailState
from survey.models.people import Person
from survey.recurrence import Recurrence
from survey.roles import Role
from survey.services import copying, cycles, release
from survey.services.accounts import create_account
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, PULSE, MakeCycle
from tests.survey.services.drafting import EARLY, draft, look, told
from tests.survey.services.test_drafts import OTHER

CLOSED = NOON + 8 * DAY
WEEK = timedelta(weeks=1)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Give the pulse in two later versions, the last of which is a stub."""
    folder = tmp_path / "files"
    folder.mkdir()
    for version in ("1.0", "1.1"):
        text = PULSE.replace('version = "1.0"', f'version = "{version}"')
        (folder / f"pulse-{version}.toml").write_text(text, encoding="utf-8")
    found = Catalogue(folder)
    assert not found.errors
    return found


def test_a_copy_takes_every_setting_and_moves_every_date(
    session: Session, catalogue: Catalogue
) -> None:
    made = draft(session, {"Lan": 9}, **{**OTHER, "recurrence": Recurrence.NEVER})
    copied = copying.copy_cycle(session, catalogue, made.id, now=NOON + 30 * DAY)
    weeks = 5  # opened two days after noon, hence in five weeks with a week's notice
    first, second = plans.plan_of(made), plans.plan_of(copied)
    moved = copying.moved(first, weeks, made.time_zone)
    assert second == replace(
        moved, name="Spring (2026-12)", texts=second.texts, leader_ids=first.leader_ids
    )
    assert second.opens_at == first.opens_at + weeks * WEEK
    assert second.talk_by == first.talk_by + weeks * WEEK
    assert second.reminders == tuple(at + weeks * WEEK for at in first.reminders)
    assert (copied.copied_from_id, copied.decisions) == (made.id, {})
    assert copied.fingerprint == copied.promise_hash == ""


def test_a_copy_asks_the_newest_wording_and_says_so(
    session: Session, catalogue: Catalogue
) -> None:
    made = draft(session, {"Lan": 9})
    copied = copying.copy_cycle(session, catalogue, made.id, now=EARLY)
    assert copied.instruments[0].version == "1.1"
    said = told(look(session, copied), PointKind.READ)
    assert "pulse changed from version 1.0 to 1.1" in said
    assert "“Autumn”" in said
    again = copying.copy_cycle(session, catalogue, copied.id, now=EARLY)
    assert "changed from" not in told(look(session, again), PointKind.READ)


def test_a_questionnaire_that_is_gone_keeps_its_text(session: Session) -> None:
    made = draft(session, {"Lan": 9})
    copied = copying.copy_cycle(session, Catalogue(), made.id, now=EARLY)
    assert copied.instruments[0].text == PULSE


def test_only_leaders_who_still_lead_are_copied(session: Session) -> None:
    made = draft(session, {"Lan": 9, "Minh": 9, "An": 9})
    gone = session.scalars(select(Person).where(Person.number == "Minh")).one()
    gone.is_active = False
    session.flush()
    copied = copying.copy_cycle(session, Catalogue(), made.id, now=EARLY)
    assert [leader.name for leader in copied.leaders] == ["An", "Lan"]
    assert "These leaders left: Minh." in told(look(session, made), PointKind.DECIDE)


def test_the_month_in_a_name_does_not_pile_up(session: Session) -> None:
    made = draft(session, {"Lan": 9}, name="Pulse (2026-08)")
    copied = copying.copy_cycle(session, Catalogue(), made.id, now=NOON)
    assert copied.name == "Pulse (2026-12)"
    made.name = "x" * 200
    assert len(copying.copy_cycle(session, Catalogue(), made.id, now=NOON).name) == 200


@pytest.fixture
def released(shop: Workshop, open_cycle: MakeCycle) -> int:
    """Give a quarterly cycle that has just been released, and two people in HR."""
    cycle_id = open_cycle(sizes={"Lan": 6}, recurrence=Recurrence.QUARTERLY)
    run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        for name, language in (("bich", "vi"), ("hr", "en")):
            create_account(
                session,
                f"{name}@example.org",
                name.title(),
                frozenset({Role.HR}),
                now=NOON,
                language=language,
            )
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    return cycle_id


def _drafts(shop: Workshop) -> list[Cycle]:
    with shop.sessions() as session:
        found = select(Cycle).where(Cycle.state == "draft")
        return list(session.scalars(found))


DUE = NOON + 9 * WEEK
"""Four weeks before the next quarter opens."""


def test_the_next_draft_comes_four_weeks_before_it_opens_and_once(
    shop: Workshop, released: int
) -> None:
    run_due(shop, now=DUE - DAY)
    assert _drafts(shop) == []
    run_due(shop, now=DUE)
    run_due(shop, now=DUE)
    (made,) = _drafts(shop)
    assert (made.opens_at, made.copied_from_id) == (NOON + 13 * WEEK, released)
    assert made.recurrence == Recurrence.QUARTERLY
    with shop.sessions.begin() as session:
        again = copying.make_next_draft(session, Catalogue(), released, now=DUE)
        assert again is None
        drafts = copying.next_drafts(session)
        assert drafts == (copying.NextDraft(made.id, "Autumn"),)


def test_hr_is_told_by_one_mail_each_in_their_language(
    shop: Workshop, released: int
) -> None:
    run_due(shop, now=DUE)
    with shop.sessions() as session:
        mails = session.scalars(select(Mail).where(Mail.kind == "next_draft")).all()
        assert [mail.state for mail in mails] == [MailState.SENT] * 2
        assert {mail.person_id for mail in mails} == {None}
    texts = [
        file.read_text(encoding="utf-8")
        for file in sorted(shop.mailer._folder.glob("next_draft*.eml"))
    ]
    assert len(texts) == 2
    assert any("A draft waits for you" in text for text in texts)


def test_a_worker_that_was_off_makes_the_draft_when_it_comes_back(
    shop: Workshop, released: int
) -> None:
    run_due(shop, now=NOON + 12 * WEEK)
    (made,) = _drafts(shop)
    assert made.opens_at == NOON + 13 * WEEK


def test_a_worker_that_was_off_for_long_skips_what_it_missed(
    shop: Workshop, released: int
) -> None:
    run_due(shop, now=NOON + 14 * WEEK)
    (made,) = _drafts(shop)
    assert made.opens_at == NOON + 26 * WEEK


def test_where_hr_was_faster_no_second_draft_is_made(
    shop: Workshop, released: int
) -> None:
    with shop.sessions.begin() as session:
        mine = copying.copy_cycle(session, Catalogue(), released, now=CLOSED).id
    run_due(shop, now=DUE)
    assert [made.id for made in _drafts(shop)] == [mine]


def test_a_next_draft_that_was_deleted_stays_away_and_sends_no_mail(
    shop: Workshop, released: int
) -> None:
    with shop.sessions.begin() as session:
        made = copying.make_next_draft(session, Catalogue(), released, now=DUE)
        cycles.delete_draft(session, made.id, now=DUE)
    run_due(shop, now=DUE - DAY)
    assert list(shop.mailer._folder.glob("next_draft*.eml")) == []
    with shop.sessions() as session:
        assert copying.next_drafts(session) == ()


@pytest.mark.parametrize("how", ["never", "abandoned"])
def test_without_recurrence_or_without_release_nothing_follows(
    shop: Workshop, open_cycle: MakeCycle, how: str
) -> None:
    repeat = Recurrence.NEVER if how == "never" else Recurrence.YEARLY
    cycle_id = open_cycle(sizes={"Lan": 6}, recurrence=repeat)
    run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        if how == "abandoned":
            release.abandon_cycle(session, cycle_id, now=CLOSED)
        else:
            release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    with shop.sessions() as session:
        asked = select(Job).where(Job.kind == JobKind.MAKE_NEXT_DRAFT)
        assert session.scalar(asked) is None
