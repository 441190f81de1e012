"""People as an import sees them <-> the tables, thousands in a few statements."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session, aliased

from survey.models.account import Account
from survey.models.base import Base
from survey.models.people import Channel, Person, Unit
from survey.people_rows import PersonState

_PERSON, _UNIT = Base.metadata.tables["person"], Base.metadata.tables["unit"]
ENDED = "@ended.invalid"
"""Address of accounts whose own address somebody else has now."""


def kept_people(session: Session) -> dict[str, PersonState]:
    """Return everybody who is stored, by personnel number."""
    manager = aliased(Person)
    rows = session.execute(
        select(
            Person.number,
            Person.name,
            Person.email,
            manager.number,
            Unit.name,
            Person.language,
            Person.channel,
            Person.is_active,
        )
        .outerjoin(manager, Person.manager_id == manager.id)
        .outerjoin(Unit, Person.unit_id == Unit.id)
    )
    return {
        number: PersonState(
            number, name, email, above, unit or "", language, Channel(channel), active
        )
        for number, name, email, above, unit, language, channel, active in rows
    }


def unit_ids(session: Session) -> dict[str, int]:
    """Return the units by name."""
    return dict(session.execute(select(Unit.name, Unit.id)).all())


def write_people(session: Session, people: Iterable[PersonState]) -> None:
    """Store people who are new or changed; all others stay as they are.

    Addresses may change hands between them, and managers may stand anywhere.
    """
    people = list(people)
    _write_units(session, people)
    units, ids = unit_ids(session), _person_ids(session)
    known = [person for person in people if person.number in ids]
    fresh = [person for person in people if person.number not in ids]
    _update(session, [{"id": ids[p.number], "email": None} for p in known])
    if fresh:
        session.execute(insert(Person), [_values(p, units) for p in fresh])
        ids = _person_ids(session)
    above = {p.number: ids[p.manager] if p.manager else None for p in people}
    _update(
        session,
        [
            {"id": ids[p.number], "manager_id": above[p.number], **_values(p, units)}
            for p in known
        ],
    )
    _update(
        session,
        [
            {"id": ids[p.number], "manager_id": above[p.number]}
            for p in fresh
            if p.manager
        ],
    )
    session.expire_all()
    _move_accounts(session)


def _update(session: Session, rows: list[dict[str, object]]) -> None:
    if rows:
        session.execute(update(Person), rows)


def _write_units(session: Session, people: list[PersonState]) -> None:
    known = unit_ids(session)
    names = dict.fromkeys(p.unit for p in people if p.unit and p.unit not in known)
    if names:
        session.execute(insert(Unit), [{"name": name} for name in names])


def _person_ids(session: Session) -> dict[str, int]:
    return dict(session.execute(select(Person.number, Person.id)).all())


def _values(person: PersonState, units: dict[str, int]) -> dict[str, object]:
    return {
        "number": person.number,
        "name": person.name,
        "email": person.email,
        "unit_id": units.get(person.unit),
        "language": person.language,
        "channel": person.channel,
        "is_active": person.is_active,
    }


def used_elsewhere(session: Session, numbers: set[str]) -> set[str]:
    """Return those of ``numbers`` whom a cycle, an account or a mail refers to."""
    ids = _person_ids(session)
    used = _referred(session, _PERSON)
    return {number for number in numbers if ids.get(number) in used}


def _referred(session: Session, table: Table) -> set[int]:
    """Return the ids that other tables refer to, also tables that are made later."""
    columns = [
        column
        for other in Base.metadata.sorted_tables
        if other is not table
        for column in other.columns
        if column.references(table.c.id)
    ]
    return {key for c in columns for key in session.scalars(select(c).distinct())}


def erase_people(session: Session, numbers: set[str], units: set[str]) -> None:
    """Erase people nobody refers to, and of ``units`` those that are empty then."""
    ids = _person_ids(session)
    people = [{"gone": ids[number]} for number in numbers]
    if people:
        one = update(_PERSON).where(_PERSON.c.id == bindparam("gone"))
        session.connection().execute(one.values(manager_id=None), people)
        _erase(session, _PERSON, people)
    taken = _referred(session, _UNIT)
    known = unit_ids(session)
    empty = [{"gone": known[u]} for u in units if u in known and known[u] not in taken]
    if empty:
        _erase(session, _UNIT, empty)
    session.expire_all()


def _erase(session: Session, table: Table, gone: list[dict[str, int]]) -> None:
    one = delete(table).where(table.c.id == bindparam("gone"))
    session.connection().execute(one, gone)


def _move_accounts(session: Session) -> None:
    """Let accounts follow the addresses of their people.

    Who takes over an address must not come into the account, and so the report, of
    whoever had it before: that one moves along, or ends.
    """
    given = set(session.scalars(select(Person.email).where(Person.email.is_not(None))))
    found = session.execute(
        select(Account, Person)
        .join(Person, Person.id == Account.person_id)
        .where(Person.email.is_distinct_from(Account.email))
    ).all()
    moving = [(a, p) for a, p in found if p.email or a.email in given]
    for account, _ in moving:
        account.is_active |= account.email.endswith(ENDED)
        account.email = f"{account.id}{ENDED}"
    session.flush()
    others = set(session.scalars(select(Account.email)))
    for account, person in moving:
        if person.email and person.email not in others:
            account.email = person.email
        else:
            account.is_active = False
    session.flush()
