"""What is wrong in an uploaded table, and many alike told as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from survey.spreadsheets import Table, write_csv

SHOWN = 3
"""Found values that a group quotes."""
_VARYING = ("found", "meant", "known")
"""Fields that differ between cells with the same fault."""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One cell to mend: an English text for translation, and its fields."""

    line: int | None
    column: str
    text: str
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Cells of one column with one kind of fault, and so one repair."""

    column: str
    text: str
    fields: dict[str, object]
    lines: tuple[int, ...]


def grouped(problems: Iterable[ImportProblem]) -> tuple[ProblemGroup, ...]:
    """Put faults with the same column and repair together, in the order of the file.

    A group quotes the first values that were found: “a”, “b”, “c”, …
    """
    groups: dict[tuple[object, ...], list[ImportProblem]] = {}
    for problem in problems:
        fixed = {k: v for k, v in problem.fields.items() if k not in _VARYING}
        key = (problem.column, problem.text, *sorted(fixed.items()))
        groups.setdefault(key, []).append(problem)
    return tuple(_as_one(alike) for alike in groups.values())


def _as_one(alike: list[ImportProblem]) -> ProblemGroup:
    first = alike[0]
    fields = dict(first.fields)
    for name in fields.keys() & set(_VARYING):
        found = list(dict.fromkeys(str(problem.fields[name]) for problem in alike))
        more = ["…"] if len(found) > SHOWN else []
        fields[name] = "”, “".join([*found[:SHOWN], *more])
    lines = tuple(problem.line for problem in alike if problem.line is not None)
    return ProblemGroup(first.column, first.text, fields, lines)


def rejected_rows(
    table: Table,
    problems: Iterable[ImportProblem],
    heading: str,
    tell: Callable[[ImportProblem], str],
) -> bytes:
    """Return the rows with problems as CSV, with one more column that says why."""
    why: dict[int | None, list[str]] = {}
    for problem in problems:
        why.setdefault(problem.line, []).append(tell(problem))
    columns = [name for name in table.columns if name]
    return write_csv(
        [*columns, heading],
        (
            [*(row.cells[name] for name in columns), "; ".join(why[row.line])]
            for row in table.rows
            if row.line in why
        ),
    )
