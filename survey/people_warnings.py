"""What looks wrong in a table of people, and does not forbid its import."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from survey.errors import N_
from survey.garbled import Garbling, garbling
from survey.import_problems import ImportProblem
from survey.people_rows import PersonRow, PersonState

_DATE = re.compile(
    r"\d{4}-\d\d?-\d\d?( 00:00:00)?|\d{1,2}[/.]\d{1,2}([/.]\d{2,4})?|"
    r"\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(-\d{2,4})?|"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*-\d{2,4}",
    re.IGNORECASE,
)
_GARBLED = {
    Garbling.MOJIBAKE: N_("“%(found)s” looks wrongly encoded: save the file as UTF-8"),
    Garbling.LOST: N_("“%(found)s” has lost letters: save the file as “CSV UTF-8”"),
    Garbling.TCVN3: N_(
        "“%(found)s” looks like TCVN3 (a .Vn font): turn the file into Unicode first"
    ),
    Garbling.VNI: N_(
        "“%(found)s” looks like VNI (a VNI font): turn the file into Unicode first"
    ),
}
_MANY_GONE = 0.2
_FEW = 20


def warnings(
    rows: list[PersonRow],
    old: Mapping[str, PersonState],
    k: int,
    guessed_encoding: str = "",
) -> Iterator[ImportProblem]:
    """Name what HR should look at before the import."""
    if guessed_encoding:
        yield ImportProblem(
            None,
            "",
            N_(
                "The file is not UTF-8 and was read as %(encoding)s: look at some "
                "names, or save it as “CSV UTF-8”"
            ),
            {"encoding": guessed_encoding},
        )
    yield from _about_the_tree(rows, k)
    yield from _about_who_is_gone(rows, old)
    for row in rows:
        yield from _about_texts(row)
        yield from _about_zeros(row, old)


def _about_the_tree(rows: list[PersonRow], k: int) -> Iterator[ImportProblem]:
    team_sizes = Counter(row.person.manager for row in rows if row.person.manager)
    small = [r for r in rows if 0 < team_sizes[r.person.number] < k]
    for row in small:
        yield ImportProblem(
            row.line,
            "manager_id",
            N_(
                "“%(found)s”: fewer than %(k)s people in the team, so no report of "
                "their own"
            ),
            {"found": row.person.name, "k": k},
        )
    roots = [row for row in rows if not row.person.manager]
    if len(roots) > 1 and team_sizes:
        for row in roots:
            yield ImportProblem(
                row.line,
                "manager_id",
                N_("“%(found)s”: no manager, and not the only one without"),
                {"found": row.person.name},
            )


def _about_who_is_gone(
    rows: list[PersonRow], old: Mapping[str, PersonState]
) -> Iterator[ImportProblem]:
    active = {number for number, person in old.items() if person.is_active}
    gone = active - {row.person.number for row in rows}
    if len(active) >= _FEW and len(gone) > _MANY_GONE * len(active):
        yield ImportProblem(
            None,
            "",
            N_("%(n)s of %(all)s people are not in the file: does it hold everybody?"),
            {"n": len(gone), "all": len(active)},
        )


def _about_texts(row: PersonRow) -> Iterator[ImportProblem]:
    person = row.person
    for column, cell in (("name", person.name), ("unit", person.unit)):
        if kind := garbling(cell):
            yield ImportProblem(row.line, column, _GARBLED[kind], {"found": cell})
    cells = (("id", person.number), ("manager_id", person.manager or ""))
    for column, cell in (*cells, ("name", person.name), ("unit", person.unit)):
        if _DATE.fullmatch(cell):
            yield ImportProblem(
                row.line,
                column,
                N_(
                    "“%(found)s” looks like a date that a spreadsheet made: format the "
                    "column as text"
                ),
                {"found": cell},
            )


def _about_zeros(
    row: PersonRow, old: Mapping[str, PersonState]
) -> Iterator[ImportProblem]:
    """Warn where a new number is a known one but for leading zeros."""
    number = row.person.number
    if not old or number in old or not number.isdigit():
        return
    known = next((z for n in range(1, 9) if (z := "0" * n + number) in old), None)
    if known:
        yield ImportProblem(
            row.line,
            "id",
            N_(
                "“%(found)s” is new, but “%(known)s” is known: if leading zeros were "
                "lost, format the column as text"
            ),
            {"found": number, "known": known},
        )
