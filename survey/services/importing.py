"""Import people and their reporting lines: look first, then store all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import ImportChangedError, ImportRefusedError
from survey.import_problems import ImportProblem, ProblemGroup, grouped
from survey.import_record import PersonChange, keep_import
from survey.people_columns import PeopleTable, understand
from survey.people_rows import (
    PersonRow,
    PersonState,
    cell_problems,
    cells_of,
    column_problems,
    row_problems,
    to_row,
)
from survey.people_store import kept_people, unit_ids, write_people
from survey.people_warnings import warnings
from survey.spreadsheets import Table


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One cell that an import would change."""

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
    changed: tuple[ChangedCell, ...]
    gone: tuple[str, ...]
    n_unchanged: int
    not_imported: tuple[str, ...]
    people: tuple[PersonChange, ...]

    @property
    def n_changed(self) -> int:
        """People of whom a cell would change."""
        return len(self.people) - len(self.new) - len(self.gone)

    @property
    def problem_groups(self) -> tuple[ProblemGroup, ...]:
        """Problems of the same kind told as one."""
        return grouped(self.problems)

    @property
    def warning_groups(self) -> tuple[ProblemGroup, ...]:
        """Warnings of the same kind told as one."""
        return grouped(self.warnings)

    @property
    def mark(self) -> str:
        """Stands for exactly these changes: other ones have another mark."""
        states = [(_flat(one.before), _flat(one.after)) for one in self.people]
        return sha256(repr(sorted(states, key=repr)).encode()).hexdigest()


def _flat(person: PersonState | None) -> tuple[object, ...]:
    return tuple(map(str, cells_of(person))) if person else ()


def check_people(session: Session, table: Table, *, k: int = 5) -> ImportPreview:
    """Return every problem of a table, and what importing it would change."""
    people = understand(table)
    rows, problems = _read(people)
    old = kept_people(session)
    changes = tuple(_changes(old, rows))
    gone = tuple(
        one.before.name for one in changes if one.before and not one.after.is_active
    )
    cells = tuple(
        replace(cell, field=people.called.get(cell.field, cell.field))
        for one in changes
        for cell in _cells(one)
    )
    noted = warnings(rows, old, k, table.guessed_encoding)
    return ImportPreview(
        problems=tuple(_as_called(p, people) for p in sorted(problems, key=_place)),
        warnings=tuple(_as_called(w, people) for w in noted),
        new=tuple(one.after.name for one in changes if one.before is None),
        changed=cells,
        gone=gone,
        n_unchanged=len(rows) - (len(changes) - len(gone)),
        not_imported=people.not_imported,
        people=changes,
    )


def _read(table: PeopleTable) -> tuple[list[PersonRow], list[ImportProblem]]:
    problems = list(column_problems(table))
    if problems:
        return [], problems
    rows = [to_row(row) for row in table.rows]
    problems += [p for row in table.rows for p in cell_problems(row)]
    return rows, problems + row_problems(rows)


def _place(problem: ImportProblem) -> tuple[int, str]:
    return problem.line or 0, problem.column


def _as_called(problem: ImportProblem, table: PeopleTable) -> ImportProblem:
    """Name the column as the file does."""
    return replace(problem, column=table.called.get(problem.column, problem.column))


def _changes(
    old: Mapping[str, PersonState], rows: list[PersonRow]
) -> Iterator[PersonChange]:
    new = {row.person.number: row.person for row in rows}
    for number, person in new.items():
        if old.get(number) != person:
            yield PersonChange(old.get(number), person)
    for number, person in old.items():
        if person.is_active and number not in new:
            yield PersonChange(person, replace(person, is_active=False, email=None))


def _cells(change: PersonChange) -> Iterator[ChangedCell]:
    """Name the cells of somebody who stays; who is new or gone is named as such."""
    old, new = change.before, change.after
    if old is None or not new.is_active:
        return
    pairs = (
        ("name", old.name, new.name),
        ("email", old.email or "", new.email or ""),
        ("manager_id", old.manager or "", new.manager or ""),
        ("unit", old.unit, new.unit),
        ("language", old.language, new.language),
        ("channel", str(old.channel), str(new.channel)),
        ("active", "yes" if old.is_active else "no", "yes"),
    )
    for name, before, after in pairs:
        if before != after:
            yield ChangedCell(new.number, new.name, name, before, after)


def import_people(
    session: Session,
    table: Table,
    *,
    now: datetime,
    account_id: int | None = None,
    mark: str = "",
) -> ImportPreview:
    """Store a table of people: all of it or nothing; a running cycle is not touched.

    ``mark``: of the changes somebody agreed to; no others are stored then.

    Raises
    ------
    ImportRefusedError
        If the table has a problem.
    ImportChangedError
        If it would change something else than what was agreed to.
    """
    preview = check_people(session, table)
    if preview.problems:
        raise ImportRefusedError(count=len(preview.problems))
    if mark and preview.mark != mark:
        raise ImportChangedError
    if not preview.people:
        return preview
    units = set(unit_ids(session))
    write_people(session, [change.after for change in preview.people])
    new_units = set(unit_ids(session)) - units
    keep_import(session, preview.people, new_units, now=now)
    record(
        session,
        "people_imported",
        now=now,
        account_id=account_id,
        new=len(preview.new),
        changed=preview.n_changed,
        gone=len(preview.gone),
    )
    return preview
