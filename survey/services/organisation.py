"""Import people and their reporting lines: look first, then store all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import N_, ImportRefusedError, SettingsError
from survey.models.account import Account
from survey.models.people import Organisation, Person, Unit
from survey.people_rows import (
    KNOWN,
    REQUIRED,
    ImportProblem,
    PersonRow,
    cell_problems,
    row_problems,
    to_row,
    warnings,
)
from survey.spreadsheets import Table

ENDED = "@ended.invalid"
"""Address of accounts whose own address somebody else has now."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What the import would change about one person."""

    number: str
    name: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do; nothing is stored yet."""

    problems: tuple[ImportProblem, ...]
    warnings: tuple[ImportProblem, ...]
    new: tuple[str, ...]
    changes: tuple[PersonChange, ...]
    gone: tuple[str, ...]
    n_unchanged: int
    not_imported: tuple[str, ...]

    @property
    def n_changes(self) -> int:
        """People who would be added, changed or set inactive."""
        changed = {change.number for change in self.changes}
        return len(self.new) + len(changed) + len(self.gone)


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What pages name about the organisation."""

    name: str
    language: str
    time_zone: str
    contact: str
    representative: str
    is_made_up: bool
    n_people: int
    n_leaders: int


def set_up_organisation(
    session: Session,
    name: str,
    *,
    language: str = "en",
    time_zone: str = "UTC",
    contact: str = "",
    representative: str = "",
    is_made_up: bool = False,
) -> None:
    """Name the one organisation of this installation.

    Raises
    ------
    SettingsError
        If there is no such time zone.
    """
    if time_zone not in available_timezones():
        raise SettingsError(
            problem=f"There is no time zone “{time_zone}”. Example: Asia/Ho_Chi_Minh"
        )
    organisation = session.scalar(select(Organisation)) or Organisation()
    organisation.name = name
    organisation.language = language
    organisation.time_zone = time_zone
    organisation.contact = contact
    organisation.representative = representative
    organisation.is_made_up = is_made_up
    session.add(organisation)
    session.flush()


def organisation_facts(session: Session) -> OrganisationFacts | None:
    """Return the organisation, or ``None`` before it is set up."""
    kept = session.scalar(select(Organisation))
    if kept is None:
        return None
    active = select(func.count()).where(Person.is_active)
    leaders = select(func.count(Person.manager_id.distinct())).where(Person.is_active)
    return OrganisationFacts(
        name=kept.name,
        language=kept.language,
        time_zone=kept.time_zone,
        contact=kept.contact,
        representative=kept.representative,
        is_made_up=kept.is_made_up,
        n_people=session.scalar(active) or 0,
        n_leaders=session.scalar(leaders) or 0,
    )


def check_people(session: Session, table: Table, *, k: int = 5) -> ImportPreview:
    """Return every problem of a table, and what importing it would change."""
    missing = [name for name in REQUIRED if name not in table.columns]
    problems = [
        ImportProblem(None, name, N_("the column is missing: add it to the first row"))
        for name in missing
    ]
    rows = [] if missing else [to_row(row) for row in table.rows]
    if not missing:
        problems += [p for row in table.rows for p in cell_problems(row)]
        problems += row_problems(rows)
    old = {p.number: p for p in session.scalars(select(Person))}
    changes = [
        c for row in rows if row.number in old for c in _diff(old[row.number], row)
    ]
    numbers = {row.number for row in rows}
    changed = {change.number for change in changes}
    return ImportPreview(
        problems=tuple(sorted(problems, key=lambda p: (p.line or 0, p.column))),
        warnings=tuple(warnings(rows, k)),
        new=tuple(row.name for row in rows if row.number not in old),
        changes=tuple(changes),
        gone=tuple(
            p.name for p in old.values() if p.is_active and p.number not in numbers
        ),
        n_unchanged=len(numbers & set(old)) - len(changed),
        not_imported=tuple(c for c in table.columns if c and c not in KNOWN),
    )


def _diff(old: Person, new: PersonRow) -> Iterator[PersonChange]:
    pairs = (
        ("name", old.name, new.name),
        ("email", old.email or "", new.email or ""),
        ("manager_id", old.manager.number if old.manager else "", new.manager or ""),
        ("unit", old.unit.name if old.unit else "", new.unit),
        ("language", old.language, new.language),
        ("channel", str(old.channel), str(new.channel)),
        ("active", "yes" if old.is_active else "no", "yes"),
    )
    for name, before, after in pairs:
        if before != after:
            yield PersonChange(new.number, new.name, name, before, after)


def import_people(
    session: Session, table: Table, *, now: datetime, account_id: int | None = None
) -> ImportPreview:
    """Store a table of people: all of it or nothing; a running cycle is not touched.

    Raises
    ------
    ImportRefusedError
        If the table has a problem.
    """
    preview = check_people(session, table)
    if preview.problems:
        raise ImportRefusedError(count=len(preview.problems))
    rows = [to_row(row) for row in table.rows]
    _store(session, rows)
    record(
        session,
        "people_imported",
        now=now,
        account_id=account_id,
        new=len(preview.new),
        changed=preview.n_changes - len(preview.new) - len(preview.gone),
        gone=len(preview.gone),
    )
    return preview


def _store(session: Session, rows: list[PersonRow]) -> None:
    people = {p.number: p for p in session.scalars(select(Person))}
    units = {u.name: u for u in session.scalars(select(Unit))}
    for name in dict.fromkeys(row.unit for row in rows if row.unit):
        units.setdefault(name, Unit(name=name))
    session.add_all(units.values())
    for person in people.values():
        person.email = None  # addresses may change hands within one import
        person.is_active = False
    session.flush()
    for row in rows:
        person = people.setdefault(row.number, Person(number=row.number))
        person.name, person.email, person.is_active = row.name, row.email, True
        person.language, person.channel = row.language, row.channel
        person.unit = units.get(row.unit)
        person.manager_id = None
        session.add(person)
    session.flush()
    for row in rows:
        if row.manager:
            people[row.number].manager_id = people[row.manager].id
    session.flush()
    _move_accounts(session)


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
