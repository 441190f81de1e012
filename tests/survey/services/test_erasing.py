"""Somebody asks to be erased: afterwards no table holds the name."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from survey import audit
from survey.errors import NotFoundError, SignInError, StepRefusedError
from survey.forecast import dry_run
from survey.models.account import Account
from survey.models.audit import AuditEvent
from survey.models.base import Base
from survey.models.cycle import Cycle, CycleLeader, RosterMember, Scope
from survey.models.job import Job, JobKind
from survey.models.mail import Mail, MailState
from survey.models.people import Person
from survey.models.people_import import PeopleImport
from survey.models.report import ReportSnapshot
from survey.roles import Role
from survey.services import cycles, erasing, release, steering
from survey.services.accounts import create_account
from survey.services.signing_in import sign_in
from survey.services.steering import HoldReason
from survey.services.visiting import open_visit
from survey.worker import Workshop, run_due
from tests.conftest import (
    CHEAP,
    DAY,
    NOON,
    MakeCycle,
    add_team,
    answer_all,
    codes_of,
    pulse_plan,
    set_up,
    status_of,
)
from tests.survey.services.anew import ask, waiting

POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
CLOSED = NOON + 7 * DAY
RATER, RATER_EMAIL = "Quỳnh Hoa Đặng", "quynh.dang@example.org"
LEADER, LEADER_EMAIL = "Thảo Vy Trịnh", "thao.trinh@example.org"


def erase(shop: Workshop, person_id: int, by: int, *, now: object = NOON) -> None:
    with shop.sessions.begin() as session:
        erasing.erase(session, person_id, now=now, account_id=by)


def tables_with(shop: Workshop, *words: str) -> set[str]:
    """Return every table in which a cell of any column holds one of the words."""
    found = set()
    with shop.sessions() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(text(f"SELECT * FROM {table.name}")):
                cells = " ".join(str(cell) for cell in row)
                plain = cells.encode().decode("unicode_escape", errors="ignore")
                if any(word in cells or word in plain for word in words):
                    found.add(table.name)
    return found


@pytest.fixture
def running(shop: Workshop, open_cycle: MakeCycle, hr: int) -> tuple[int, int]:
    """Give a cycle that is open, and a person who was asked."""
    del hr
    cycle_id = open_cycle(sizes={"Lan": 6})
    with shop.sessions.begin() as session:
        person = session.scalars(select(Person).where(Person.number == "Lan-0")).one()
        person.name, person.email = RATER, RATER_EMAIL
        member = RosterMember.person_id == person.id
        session.execute(update(RosterMember).where(member).values(name=RATER))
        return cycle_id, person.id


def leader_of(shop: Workshop, cycle_id: int, name: str = "Lan") -> int:
    """Rename a leader everywhere as if the cycle had been launched so."""
    with shop.sessions.begin() as session:
        found = select(CycleLeader).where(CycleLeader.name == name)
        leader = session.scalars(found).one()
        person = session.get_one(Person, leader.person_id)
        leader.name = person.name = LEADER
        person.email = LEADER_EMAIL
        mine = Account.person_id == person.id
        session.execute(
            update(Account).where(mine).values(name=LEADER, email=LEADER_EMAIL)
        )
        assert leader.cycle_id == cycle_id
        return person.id


def finish(shop: Workshop, cycle_id: int) -> None:
    run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    run_due(shop, now=CLOSED)


def test_no_table_holds_the_name_or_address_of_a_rater_who_was_erased(
    shop: Workshop, running: tuple[int, int], hr: int
) -> None:
    _, person_id = running
    with shop.sessions.begin() as session:
        create_account(
            session, RATER_EMAIL, RATER, frozenset({Role.HR}), now=NOON, cost=CHEAP
        )
        mails = Mail.person_id == person_id
        said = f"550 no such user {RATER_EMAIL}"
        session.execute(
            update(Mail).where(mails).values(state=MailState.FAILED, last_error=said)
        )
        job = Job.kind == JobKind.SEND_MAIL
        session.execute(update(Job).where(job).values(last_error=said))
        erasing.note_bounce(session, person_id, bounces=True, now=NOON)
        row = [{"name": RATER, "email": RATER_EMAIL}]
        session.add(PeopleImport(at=NOON, changes=[row], new_units=[]))
    before = tables_with(shop, RATER, RATER_EMAIL)
    named = {"person", "roster_member", "account", "mail", "job", "people_import"}
    assert before == named
    with shop.sessions.begin() as session:
        others = Job.subject_id.not_in(select(Mail.id).where(mails))
        session.execute(update(Job).where(others).values(last_error=""))
    erase(shop, person_id, hr)
    assert tables_with(shop, RATER, RATER_EMAIL, "Lan-0") == set()


def test_a_running_cycle_goes_on_as_if_nobody_had_been_erased(
    shop: Workshop, running: tuple[int, int], hr: int
) -> None:
    cycle_id, person_id = running
    before = status_of(shop, cycle_id)
    erase(shop, person_id, hr)
    after = status_of(shop, cycle_id)
    assert (after.fingerprint, after.progress) == (before.fingerprint, before.progress)
    with shop.sessions() as session:
        for code in codes_of(shop, cycle_id):
            assert open_visit(session, shop.vault, code, now=NOON).sheets
    assert answer_all(shop, cycle_id, POINTS) == 6
    finish(shop, cycle_id)
    with shop.sessions() as session:
        team = session.scalars(select(Scope).where(Scope.n_invited == 6)).one()
        assert (team.n_credentials, team.n_sealed) == (6, 6)


def test_whoever_was_erased_gets_no_mail_any_more(
    shop: Workshop, open_cycle: MakeCycle, hr: int
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=NOON + 14 * DAY)
    with shop.sessions() as session:
        person_id = session.scalars(
            select(Person.id).where(Person.number == "Lan-0")
        ).one()
    erase(shop, person_id, hr)
    run_due(shop, now=status_of(shop, cycle_id).reminders[0])
    told = "".join(f.name for f in shop.mailer._folder.glob("remind*"))
    assert f".{person_id}." not in told
    assert told


def test_a_request_for_a_new_key_goes_with_the_person(
    shop: Workshop, running: tuple[int, int], hr: int
) -> None:
    _, person_id = running
    ask(shop, hr, at=0)
    with shop.sessions() as session:
        ids = session.scalars(select(Person.id).where(Person.number.like("Lan-%")))
        people = list(ids)
    for one in people:
        erase(shop, one, hr)
    assert person_id in people
    assert waiting(shop) == []


def test_a_leader_is_not_erased_while_raters_read_the_name(
    shop: Workshop, open_cycle: MakeCycle, hr: int
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    person_id = leader_of(shop, cycle_id)
    for now in (NOON, CLOSED):
        with pytest.raises(StepRefusedError) as refused:
            erase(shop, person_id, hr, now=now)
        assert refused.value.text == erasing.STILL_RATED
    finish(shop, cycle_id)
    erase(shop, person_id, hr, now=CLOSED)


def test_an_erased_leaders_own_report_goes_and_those_of_others_stay_without_the_name(
    shop: Workshop, open_cycle: MakeCycle, hr: int
) -> None:
    cycle_id = open_cycle(
        sizes={"Lan": 3, "Minh": 3, "Chi": 6}, merge_small=True, keep_small=False
    )
    person_id = leader_of(shop, cycle_id)
    with shop.sessions.begin() as session:
        leader = session.scalars(
            select(CycleLeader).where(CycleLeader.name == LEADER)
        ).one()
        steering.hold(
            session,
            cycle_id,
            leader.id,
            CLOSED + DAY,
            HoldReason.LEADER_ABSENT,
            now=NOON,
            account_id=hr,
        )
    answer_all(shop, cycle_id, POINTS)
    finish(shop, cycle_id)
    assert "report_snapshot" in tables_with(shop, LEADER)
    erase(shop, person_id, hr, now=CLOSED)
    assert tables_with(shop, LEADER, LEADER_EMAIL) == set()
    with shop.sessions() as session:
        kept = session.execute(
            select(CycleLeader.name, ReportSnapshot.content)
            .outerjoin(ReportSnapshot, ReportSnapshot.leader_id == CycleLeader.id)
            .order_by(CycleLeader.name)
        ).all()
    assert [(name, content is not None) for name, content in kept] == [
        ("Chi", True),
        ("Minh", True),
        (erasing.ERASED, False),
    ]
    assert erasing.ERASED in kept[1].content["together"]


def test_the_chain_of_the_log_stays_whole_and_says_that_somebody_was_erased(
    shop: Workshop, running: tuple[int, int], hr: int
) -> None:
    _, person_id = running
    erase(shop, person_id, hr)
    with shop.sessions() as session:
        assert audit.check(session).broken_at is None
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()))
        event = last.first()
        assert (event.act, event.account_id, event.details) == (
            "person_erased",
            hr,
            {},
        )


def test_nobody_signs_in_with_an_account_that_was_erased_and_nobody_erases_themselves(
    shop: Workshop, running: tuple[int, int], hr: int
) -> None:
    _, person_id = running
    with shop.sessions.begin() as session:
        own = create_account(
            session,
            RATER_EMAIL,
            RATER,
            frozenset({Role.HR}),
            now=NOON,
            password="correct horse battery",
            cost=CHEAP,
        ).id
    with pytest.raises(StepRefusedError) as refused:
        erase(shop, person_id, own)
    assert refused.value.text == erasing.YOURSELF
    erase(shop, person_id, hr)
    with shop.sessions.begin() as session:
        assert not session.get_one(Account, own).roles
        with pytest.raises(SignInError):
            sign_in(session, RATER_EMAIL, "correct horse battery", now=NOON)


def test_a_draft_loses_an_erased_leader(
    shop: Workshop, open_cycle: MakeCycle, hr: int
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 6})
    with shop.sessions.begin() as session:
        release.abandon_cycle(session, cycle_id, now=NOON)
        draft = cycles.create_cycle(
            session, pulse_plan(opens_at=CLOSED, closes_at=CLOSED + DAY), now=NOON
        ).id
        lan = session.scalars(select(Person.id).where(Person.number == "Lan")).one()
    erase(shop, lan, hr)
    with shop.sessions() as session:
        names = [leader.name for leader in session.get_one(Cycle, draft).leaders]
    assert names == ["Minh"]


UNREACHABLE = "neither an e-mail address"


def said(session: Session, cycle_id: int) -> str:
    """Return what the dry run says, in one text."""
    return " ".join(p.text for p in dry_run(session, cycle_id, now=NOON).points)


def test_an_address_that_bounces_gets_no_mail_until_it_is_another_one(
    shop: Workshop, hr: int
) -> None:
    with shop.sessions.begin() as session:
        set_up(session)
        team = add_team(session, "Lan", 6)
        erasing.note_bounce(session, team.member_ids[0], bounces=True, now=NOON)
        plan = pulse_plan(opens_at=NOON + DAY)
        cycle_id = cycles.create_cycle(session, plan, now=NOON).id
    with shop.sessions() as session:
        assert UNREACHABLE in said(session, cycle_id)
    with shop.sessions.begin() as session:
        session.get_one(Person, team.member_ids[0]).email = "new@example.org"
        assert UNREACHABLE not in said(session, cycle_id)


def test_to_an_address_that_bounces_nothing_is_sent(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, closes_at=NOON + 14 * DAY)
    with shop.sessions.begin() as session:
        number = select(Person.id).where(Person.number == "Lan-0")
        person_id = session.scalars(number).one()
        erasing.note_bounce(session, person_id, bounces=True, now=NOON)
    run_due(shop, now=status_of(shop, cycle_id).reminders[0])
    told = [f.name for f in shop.mailer._folder.glob("remind*")]
    assert len(told) == 5
    assert not [name for name in told if f".{person_id}." in name]


def test_people_are_found_by_parts_of_name_number_or_address(
    shop: Workshop, running: tuple[int, int], hr: int
) -> None:
    _, person_id = running
    with shop.sessions() as session:
        for words in ("Hoa Đặng", "QUYNH.dang", "lan-0"):
            found = [p.id for p in erasing.find_people(session, words)]
            assert found == [person_id], words
        assert erasing.find_people(session, "%") == []
        assert erasing.find_people(session, " ") == []
    erase(shop, person_id, hr)
    with shop.sessions() as session:
        assert erasing.find_people(session, "erased") == []
        with pytest.raises(NotFoundError):
            erasing.person(session, person_id)
