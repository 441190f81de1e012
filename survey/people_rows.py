"""Rows of an uploaded table of people: read them, and name what is wrong in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter

from survey.errors import N_
from survey.import_problems import ImportProblem
from survey.languages import LANGUAGES
from survey.mail import is_address
from survey.models.people import Channel
from survey.people_columns import PeopleTable, fold
from survey.spreadsheets import Row

REQUIRED = ("id", "name")
LONGEST = {"id": 64, "email": 254}
LONGEST_TEXT = 200
_LANGUAGE_WORDS = {
    "": LANGUAGES[0],
    "english": "en",
    "tieng anh": "en",
    "vietnamese": "vi",
    "tieng viet": "vi",
    "vn": "vi",
    **{language: language for language in LANGUAGES},
}
_CHANNEL_WORDS = {
    "": Channel.EMAIL,
    "e mail": Channel.EMAIL,
    "mail": Channel.EMAIL,
    "thu dien tu": Channel.EMAIL,
    "phieu": Channel.SLIP,
    "phieu in": Channel.SLIP,
    "giay": Channel.SLIP,
    **{str(channel): channel for channel in Channel},
}
_SHORTENED = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
"""What spreadsheets make of a long number: its last digits are lost."""

_SPREADSHEET_FAULT = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)")


@dataclass(frozen=True, slots=True)
class PersonState:
    """What is stored about a person, as far as an import says it."""

    number: str
    name: str
    email: str | None
    manager: str | None
    unit: str
    language: str
    channel: Channel
    is_active: bool = True


cells_of = attrgetter(*(field.name for field in fields(PersonState)))
"""A person's cells as a tuple; ``astuple`` would copy each, which takes its time."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row as a person; ``line`` is where it stands in the file."""

    line: int
    person: PersonState


def to_row(row: Row) -> PersonRow:
    """Return a row as a person; what is wrong in it is told apart."""
    cells = row.cells
    person = PersonState(
        number=cells["id"],
        name=cells["name"],
        email=cells.get("email", "").lower() or None,
        manager=cells.get("manager_id") or None,
        unit=cells.get("unit", ""),
        language=_LANGUAGE_WORDS.get(fold(cells.get("language", "")), LANGUAGES[0]),
        channel=_CHANNEL_WORDS.get(fold(cells.get("channel", "")), Channel.EMAIL),
    )
    return PersonRow(row.line, person)


def column_problems(table: PeopleTable) -> Iterator[ImportProblem]:
    """Name required columns that are missing, and two columns that mean the same."""
    there = ", ".join((*table.called.values(), *table.not_imported))
    for name in REQUIRED:
        if name not in table.columns:
            yield ImportProblem(
                None,
                name,
                N_(
                    "the column is missing: add it to the first row, "
                    "which has %(there)s"
                ),
                {"there": there},
            )
    for name, written in table.twice.items():
        yield ImportProblem(
            None,
            name,
            N_("the columns %(written)s mean the same: keep one of them"),
            {"written": ", ".join(written)},
        )


def cell_problems(row: Row) -> Iterator[ImportProblem]:
    """Name what is wrong in single cells."""
    for name in REQUIRED:
        if not row.cells[name]:
            yield ImportProblem(row.line, name, N_("the cell is empty: fill it in"))
    for name, cell in row.cells.items():
        yield from _text_problems(row.line, name, cell)
    yield from _email_problems(row)
    yield from _choice_problems(row, "language", _LANGUAGE_WORDS, LANGUAGES)
    yield from _choice_problems(row, "channel", _CHANNEL_WORDS, tuple(Channel))


def _text_problems(line: int, name: str, cell: str) -> Iterator[ImportProblem]:
    most = LONGEST.get(name, LONGEST_TEXT)
    if len(cell) > most:
        yield ImportProblem(
            line,
            name,
            N_("the cell has %(n)s characters: shorten it to %(most)s"),
            {"n": len(cell), "most": most},
        )
    if not cell.isprintable():
        yield ImportProblem(
            line,
            name,
            N_("the cell holds a line break or an invisible sign: type it anew"),
        )
    if name in {"id", "manager_id"} and _SHORTENED.fullmatch(cell):
        yield ImportProblem(
            line,
            name,
            N_(
                "found “%(found)s”, a long number that the spreadsheet shortened: "
                "format the column as text and type the numbers anew"
            ),
            {"found": cell},
        )
    if _SPREADSHEET_FAULT.fullmatch(cell):
        yield ImportProblem(
            line,
            name,
            N_("found “%(found)s”, a formula that failed: type the value"),
            {"found": cell},
        )


def _email_problems(row: Row) -> Iterator[ImportProblem]:
    email = row.cells.get("email", "")
    if email and not is_address(email):
        yield ImportProblem(
            row.line,
            "email",
            N_("found “%(found)s”: expected an address like name@firm.vn"),
            {"found": email},
        )
    channel = _CHANNEL_WORDS.get(fold(row.cells.get("channel", "")))
    if not email and channel != Channel.SLIP:
        yield ImportProblem(
            row.line,
            "email",
            N_("no address: add one, or write “slip” in the column channel"),
        )


def _choice_problems(
    row: Row, column: str, words: Mapping[str, str], allowed: tuple[str, ...]
) -> Iterator[ImportProblem]:
    found = row.cells.get(column, "")
    if fold(found) not in words:
        yield ImportProblem(
            row.line,
            column,
            N_("found “%(found)s”: expected one of %(allowed)s"),
            {"found": found, "allowed": ", ".join(allowed)},
        )


def row_problems(rows: list[PersonRow]) -> list[ImportProblem]:
    """Name what is wrong between rows: doubles, unknown managers, circles."""
    return [
        *_doubles(rows, "id"),
        *_doubles(rows, "email"),
        *_unknown_managers(rows),
        *_circles(rows),
    ]


def _doubles(rows: list[PersonRow], column: str) -> Iterator[ImportProblem]:
    values = [r.person.number if column == "id" else r.person.email for r in rows]
    counts = Counter(value for value in values if value)
    for row, value in zip(rows, values, strict=True):
        if value and counts[value] > 1:
            yield ImportProblem(
                row.line,
                column,
                N_("“%(found)s” stands in %(n)s rows: each person has their own"),
                {"found": value, "n": counts[value]},
            )


def _unknown_managers(rows: list[PersonRow]) -> Iterator[ImportProblem]:
    """Name managers who are in no row, and those who are but for leading zeros."""
    numbers = {row.person.number for row in rows}
    bare = {number.lstrip("0"): number for number in numbers}
    for row in rows:
        found = row.person.manager
        if not found or found in numbers:
            continue
        if meant := bare.get(found.lstrip("0")):
            text = N_(
                "found “%(found)s”, but the file has “%(meant)s”: leading zeros were "
                "lost, format the column as text"
            )
            fields: dict[str, object] = {"found": found, "meant": meant}
        else:
            text = N_("found “%(found)s”, who is not in the file: add that person")
            fields = {"found": found}
        yield ImportProblem(row.line, "manager_id", text, fields)


def _circles(rows: list[PersonRow]) -> Iterator[ImportProblem]:
    """Name each circle of managers once, at its first row."""
    manager = {row.person.number: row.person.manager for row in rows}
    lines = {row.person.number: row.line for row in rows}
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
            yield _circle(lines[at], circle)
        settled.update(way)


def _circle(line: int, circle: list[str]) -> ImportProblem:
    if len(circle) == 2:  # noqa: PLR2004  # somebody, and the same person again
        return ImportProblem(
            line,
            "manager_id",
            N_("found “%(found)s”, the person's own number: leave it empty at the top"),
            {"found": circle[0]},
        )
    return ImportProblem(
        line,
        "manager_id",
        N_("managers form a circle: %(circle)s"),
        {"circle": " → ".join(circle)},
    )
