"""Undoing an import brings back what was there, or says what depends on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import UndoRefusedError
from survey.models.audit import AuditEvent
from survey.models.cycle import RosterMember
from survey.models.job import Job, JobKind
from survey.models.people import Person, Unit
from survey.models.people_import import PeopleImport
from survey.people_store import kept_people, write_people
from survey.roles import Role
from survey.services.accounts import create_account
from survey.services.import_undo import forget_import, last_import, undo_import
from survey.services.importing import import_people
from survey.spreadsheets import read_csv
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle

OLD = (
    "1,Lan,lan@f.vn,,Plant,vi,",
    "2,Minh,minh@f.vn,1,Plant,en,email",
    "3,Hoa,,1,Plant,vi,slip",
)
NEW = (
    "1,Lan,minh@f.vn,4,Office,en,",  # an address changes hands, a new one is above
    "2,Minh Lý,lan@f.vn,1,Plant,en,email",
    "4,An,an@f.vn,,Lab,vi,",
)


def bring_in(session: Session, *rows: str, days: int = 0) -> None:
    content = "\n".join(("id,name,email,manager_id,unit,language,channel", *rows))
    import_people(session, read_csv(content.encode()), now=NOON + days * DAY)


def units(session: Session) -> set[str]:
    return set(session.scalars(select(Unit.name)))


def test_everybody_is_again_what_they_were(session: Session) -> None:
    bring_in(session, *OLD)
    before = kept_people(session)
    bring_in(session, *NEW)
    assert kept_people(session) != before
    undone = undo_import(session, now=NOON + DAY)
    assert (undone.n_new, undone.n_changed, undone.n_gone) == (1, 2, 1)
    assert kept_people(session) == before
    assert units(session) == {"Plant"}


def test_the_first_import_can_be_undone_to_nothing(session: Session) -> None:
    bring_in(session, *OLD)
    undo_import(session, now=NOON)
    assert kept_people(session) == {}
    assert units(session) == set()


def test_people_keep_their_rows_and_what_no_import_says(session: Session) -> None:
    bring_in(session, *OLD)
    hoa = session.scalars(select(Person).where(Person.number == "3")).one()
    hoa.wants_reminders, row = False, hoa.id
    session.flush()
    bring_in(session, *NEW)
    undo_import(session, now=NOON)
    again = session.scalars(select(Person).where(Person.number == "3")).one()
    assert (again.id, again.wants_reminders, again.is_active) == (row, False, True)


def test_accounts_go_back_with_the_addresses(session: Session) -> None:
    bring_in(session, *OLD)
    account = create_account(
        session, "lan@f.vn", "Lan", frozenset({Role.LEADER}), now=NOON
    )
    lan = session.scalars(select(Person).where(Person.number == "1")).one()
    account.person_id = lan.id
    session.flush()
    bring_in(session, "4,An,lan@f.vn,,,vi,")
    assert not account.is_active
    undo_import(session, now=NOON)
    assert (account.email, account.is_active) == ("lan@f.vn", True)


def test_only_the_last_import_is_kept_and_undone_once(session: Session) -> None:
    bring_in(session, *OLD)
    bring_in(session, *NEW, days=1)
    assert len(session.scalars(select(PeopleImport)).all()) == 1
    undo_import(session, now=NOON + DAY)
    with pytest.raises(UndoRefusedError, match="no import of the last 14 days"):
        undo_import(session, now=NOON + DAY)


def test_an_import_that_changed_nothing_leaves_the_one_before(
    session: Session,
) -> None:
    bring_in(session, *OLD)
    bring_in(session, *OLD, days=1)
    assert last_import(session, now=NOON + DAY).at == NOON


def test_somebody_new_who_has_an_account_is_not_erased(session: Session) -> None:
    bring_in(session, *OLD)
    bring_in(session, *NEW)
    account = create_account(
        session, "an@f.vn", "An", frozenset({Role.LEADER}), now=NOON
    )
    account.person_id = session.scalars(
        select(Person.id).where(Person.number == "4")
    ).one()
    session.flush()
    before = kept_people(session)
    with pytest.raises(
        UndoRefusedError, match="take part in a cycle or have an account"
    ):
        undo_import(session, now=NOON)
    assert kept_people(session) == before
    assert last_import(session, now=NOON).obstacle


def test_what_was_changed_since_is_not_overwritten(session: Session) -> None:
    bring_in(session, *OLD)
    bring_in(session, *NEW)
    lan = kept_people(session)["1"]
    write_people(session, [replace(lan, name="Lan Anh")])
    with pytest.raises(UndoRefusedError, match="changed after it"):
        undo_import(session, now=NOON)
    assert kept_people(session)["1"].name == "Lan Anh"


def test_after_two_weeks_former_names_are_erased(session: Session) -> None:
    bring_in(session, *OLD)
    late = NOON + 14 * DAY
    assert last_import(session, now=late - timedelta(seconds=1)) is not None
    forget_import(session, now=late - timedelta(seconds=1))
    assert last_import(session, now=late) is None
    job = session.scalars(select(Job).where(Job.kind == JobKind.FORGET_IMPORT)).one()
    assert job.due_at == late
    forget_import(session, now=late)
    assert session.scalars(select(PeopleImport)).all() == []


def test_the_log_holds_counts_and_no_name(session: Session) -> None:
    bring_in(session, *OLD)
    undo_import(session, now=NOON)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.act == "import_undone"
    assert event.details == {"new": 3, "changed": 0, "gone": 0}


def test_people_of_a_launched_cycle_are_not_erased(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    team = [f"{n},P{n},p{n}@f.vn,1,,," for n in range(2, 8)]
    with shop.sessions.begin() as session:
        bring_in(session, "1,Lan,lan@f.vn,,,,", *team)
    open_cycle(sizes={})
    with (
        shop.sessions.begin() as session,
        pytest.raises(UndoRefusedError, match="take part in a cycle"),
    ):
        undo_import(session, now=NOON)


def test_a_launched_cycle_keeps_its_people_whatever_is_undone(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 5})
    with shop.sessions.begin() as session:
        before, roster = kept_people(session), rosters(session)
        bring_in(session, "Lan,Lan Anh,lan@example.org,,,,", "9,New,n@f.vn,Lan,,,")
        assert rosters(session) == roster
        undo_import(session, now=NOON)
        assert kept_people(session) == before
        assert rosters(session) == roster


def rosters(session: Session) -> set[tuple[int, str]]:
    found = session.execute(select(RosterMember.person_id, RosterMember.name))
    return {(person, name) for person, name in found}
