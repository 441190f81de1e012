"""Rows of an uploaded table of people: read them, and name what is wrong in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey.errors import N_
from survey.languages import LANGUAGES
from survey.mail import is_address
from survey.models.people import Channel
from survey.spreadsheets import Row

REQUIRED = ("id", "name")
KNOWN = ("id", "name", "email", "manager_id", "unit", "language", "channel")
LONGEST = {"id": 64, "email": 254}
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One cell to mend: an English text for translation, and its fields."""

    line: int | None
    column: str
    text: str
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One checked row."""

    line: int
    number: str
    name: str
    email: str | None
    manager: str | None
    unit: str
    language: str
    channel: Channel


def to_row(row: Row) -> PersonRow:
    """Return a row as a person; what is wrong in it is told apart."""
    cells = row.cells
    channel = cells.get("channel", "").lower()
    email = cells.get("email", "").lower() or None
    return PersonRow(
        line=row.line,
        number=cells["id"],
        name=cells["name"],
        email=email,
        manager=cells.get("manager_id") or None,
        unit=cells.get("unit", ""),
        language=cells.get("language", "").lower() or LANGUAGES[0],
        channel=Channel.SLIP if channel == Channel.SLIP else Channel.EMAIL,
    )


def cell_problems(row: Row) -> Iterator[ImportProblem]:
    """Name what is wrong in single cells."""
    for name in REQUIRED:
        if not row.cells[name]:
            yield ImportProblem(row.line, name, N_("the cell is empty: fill it in"))
    for name, cell in row.cells.items():
        most = LONGEST.get(name, LONGEST_TEXT)
        if name in KNOWN and len(cell) > most:
            yield ImportProblem(
                row.line,
                name,
                N_("the cell has %(n)s characters: shorten it to %(most)s"),
                {"n": len(cell), "most": most},
            )
        if name in KNOWN and not cell.isprintable():
            yield ImportProblem(
                row.line,
                name,
                N_("the cell holds a line break or an invisible sign: type it anew"),
            )
    yield from _email_problems(row)
    yield from _choice_problems(row, "language", LANGUAGES)
    yield from _choice_problems(row, "channel", tuple(Channel))


def _email_problems(row: Row) -> Iterator[ImportProblem]:
    email = row.cells.get("email", "")
    if email and not is_address(email):
        yield ImportProblem(
            row.line,
            "email",
            N_("found “%(found)s”: expected an address like name@firm.vn"),
            {"found": email},
        )
    if not email and row.cells.get("channel", "").lower() != Channel.SLIP:
        yield ImportProblem(
            row.line,
            "email",
            N_("no address: add one, or write “slip” in the column channel"),
        )


def _choice_problems(
    row: Row, column: str, allowed: tuple[str, ...]
) -> Iterator[ImportProblem]:
    found = row.cells.get(column, "")
    if found and found.lower() not in allowed:
        yield ImportProblem(
            row.line,
            column,
            N_("found “%(found)s”: expected one of %(allowed)s"),
            {"found": found, "allowed": ", ".join(allowed)},
        )


def row_problems(rows: list[PersonRow]) -> list[ImportProblem]:
    """Name what is wrong between rows: doubles, unknown managers, circles."""
    problems = [*_doubles(rows, "id"), *_doubles(rows, "email")]
    numbers = {row.number for row in rows}
    problems += [
        ImportProblem(
            row.line,
            "manager_id",
            N_("found “%(found)s”, who is not in the file: add that person"),
            {"found": row.manager},
        )
        for row in rows
        if row.manager and row.manager not in numbers
    ]
    return [*problems, *_circles(rows)]


def _doubles(rows: list[PersonRow], column: str) -> Iterator[ImportProblem]:
    values = [row.number if column == "id" else row.email for row in rows]
    counts = Counter(value for value in values if value)
    for row, value in zip(rows, values, strict=True):
        if value and counts[value] > 1:
            yield ImportProblem(
                row.line,
                column,
                N_("“%(found)s” stands in %(n)s rows: each person has their own"),
                {"found": value, "n": counts[value]},
            )


def _circles(rows: list[PersonRow]) -> Iterator[ImportProblem]:
    """Name each circle of managers once, at its first row."""
    manager = {row.number: row.manager for row in rows}
    lines = {row.number: row.line for row in rows}
    settled: set[str] = set()
    for start in manager:
        way: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in settled and at not in way:
            way[at] = None
            at = manager.get(at)
        if at is not None and at in way:
            steps = list(way)
            circle = [*steps[steps.index(at) :], at]
            yield ImportProblem(
                lines[at],
                "manager_id",
                N_("managers form a circle: %(circle)s"),
                {"circle": " → ".join(circle)},
            )
        settled.update(way)


def warnings(rows: list[PersonRow], k: int) -> Iterator[ImportProblem]:
    """Name what looks wrong and does not forbid the import."""
    team_sizes = Counter(row.manager for row in rows if row.manager)
    small = [row.name for row in rows if 0 < team_sizes[row.number] < k]
    if small:
        yield ImportProblem(
            None,
            "manager_id",
            N_("%(n)s leaders have fewer than %(k)s people: no report of their own"),
            {"n": len(small), "k": k},
        )
    garbled = [
        row for row in rows if any(sign in row.name for sign in ("Ã", "á»", "�"))
    ]
    for row in garbled[:10]:
        yield ImportProblem(
            row.line,
            "name",
            N_("“%(found)s” looks wrongly encoded: save the file as UTF-8"),
            {"found": row.name},
        )
