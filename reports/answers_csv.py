"""An answers CSV, checked cell by cell: every problem is named, none guessed away."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import Form, Instrument, RaterGroup, ResponseScale
from reports.answers import Answers, Scope, as_column

MISSING = frozenset({"", "na", "nan"})
LISTED = 20
"""So many problems are spelled out; the rest is counted."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One fault of the file; row 0 and an empty column where none can be named."""

    row: int
    column: str
    found: str
    expected: str
    repair: str

    def __str__(self) -> str:
        """Say place, finding, expectation and repair in one line."""
        places = [f"row {self.row}"] if self.row else []
        places += [f"column {self.column!r}"] if self.column else []
        place = ", ".join(places) or "the file"
        return f"{place}: found {self.found}; expected {self.expected}. {self.repair}"


class AnswersError(ValueError):
    """An answers file that cannot be used, with every problem in it."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.listing()))

    def listing(self, limit: int = LISTED) -> list[str]:
        """Return one line a problem, at most ``limit``, and how many more there are."""
        lines = [str(problem) for problem in self.problems[:limit]]
        more = len(self.problems) - limit
        return [*lines, f"... and {more} more problems"] if more > 0 else lines


@dataclass(frozen=True, slots=True)
class CsvAnswers:
    """The answers of a file, and the columns of it that were not used."""

    answers: Answers
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """The cells of a file by column, with the line each row stands on."""

    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int]


def _not_a_table(row: int, found: str) -> AnswersError:
    expected = "a row of column names and one row a rater, separated by , ; or tab"
    repair = "Check that this is the right file, and save it as CSV (UTF-8)."
    return AnswersError([CellProblem(row, "", found, expected, repair)])


def _raggedness(
    header: Sequence[str], rows: Sequence[Sequence[str]], lines: Sequence[int]
) -> Iterator[CellProblem]:
    for name, times in Counter(header).items():
        if times > 1 and name:
            repair = "Rename or remove the others."
            yield CellProblem(
                lines[0], name, f"{times} columns of this name", "one", repair
            )
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(header):
            expected = f"{len(header)}, as many as column names"
            repair = "Check separators and quotation marks."
            yield CellProblem(line, "", f"{len(row)} cells", expected, repair)


def _read_table(text: str) -> _Table:
    """Cut the text into columns; ragged rows and double column names are refused."""
    text = text.removeprefix("\ufeff")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(row):
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise _not_a_table(reader.line_num, str(error)) from error
    if not rows[1:]:
        raise _not_a_table(0, f"{len(rows)} rows")
    header = [name.strip() for name in rows[0]]
    if problems := list(_raggedness(header, rows, lines)):
        raise AnswersError(problems)
    cells = zip(*rows[1:], strict=True)
    return _Table(dict(zip(header, cells, strict=True)), lines[1:])


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the cells of a column are understood; ``parse`` raises ``ValueError``."""

    parse: Callable[[str], Any]
    expected: str
    repair: str = "Correct the cell or leave it empty."


def _whole(cell: str) -> int:
    number = float(cell.replace(",", "."))
    if not number.is_integer():
        raise ValueError(cell)
    return int(number)


def _leader(cell: str) -> str:
    if not cell:
        raise ValueError(cell)
    return cell


def _invited(cell: str) -> int | None:
    if cell.lower() in MISSING:
        return None
    count = _whole(cell)
    if count < 0:
        raise ValueError(cell)
    return count


def _points_of(scale: ResponseScale) -> _Kind:
    def parse(cell: str) -> float:
        if cell.lower() in MISSING:
            return np.nan
        point = _whole(cell)
        if not scale.low <= point <= scale.high:
            raise ValueError(cell)
        return float(point)

    ends = f"from {scale.low} to {scale.high}"
    return _Kind(parse, f"a whole number {ends}, or an empty cell")


LEADER = _Kind(_leader, "a name or number of the leader", "Say whom this row rates.")
GROUP = _Kind(
    lambda cell: RaterGroup(cell.lower() or "team"),
    "self, team, peers, manager, or an empty cell for team",
    "Use one of these words.",
)
INVITED = _Kind(_invited, "how many of this group were asked, or an empty cell")


def _understand(
    table: _Table, name: str, kind: _Kind, problems: list[CellProblem]
) -> list[Any]:
    """Understand each distinct cell once; cells that cannot be become problems."""
    cells = table.columns[name]
    meaning: dict[str, Any] = {}
    bad: set[str] = set()
    for cell in set(cells):
        try:
            meaning[cell] = kind.parse(cell.strip())
        except (ValueError, OverflowError):
            meaning[cell] = None
            bad.add(cell)
    if bad:
        problems += [
            CellProblem(line, name, repr(cell[:40]), kind.expected, kind.repair)
            for line, cell in zip(table.lines, cells, strict=True)
            if cell in bad
        ]
    return [meaning[cell] for cell in cells]


def _missing_columns(
    table: _Table, leader_column: str, items: Mapping[str, ResponseScale]
) -> Iterator[CellProblem]:
    if leader_column not in table.columns:
        expected = "a column that says whom each row rates"
        repair = "Rename a column to `leader`, or name it with --leader-column."
        yield CellProblem(1, leader_column, "no such column", expected, repair)
    for code in items:
        if code not in table.columns:
            expected = "one column for each item"
            yield CellProblem(1, code, "no such column", expected, "Add or rename it.")


def _stem(code: str) -> str:
    """Return what codes of one kind share: all before the number at the end."""
    return code.rstrip("0123456789")


def _unknown_items(
    table: _Table, items: Mapping[str, ResponseScale], known: Iterable[str]
) -> Iterator[CellProblem]:
    """Name columns that look like statements of the questionnaires and are none."""
    known = set(known)
    stems = {_stem(code) for code in items if _stem(code) != code}
    for name in table.columns:
        if name not in known and _stem(name) in stems and _stem(name) != name:
            expected = "only statements of the questionnaires under codes like theirs"
            repair = "Correct the code, or rename the column if it is no statement."
            yield CellProblem(1, name, "an unknown statement", expected, repair)


def _silent_leaders(
    leaders: Sequence[str], points: NDArray[np.float64], lines: Sequence[int]
) -> Iterator[CellProblem]:
    """Name leaders about whom no row holds any answer."""
    given = np.asarray(np.isfinite(points).any(axis=1))
    heard = {leader for leader, any_of in zip(leaders, given, strict=True) if any_of}
    first = dict(zip(reversed(leaders), reversed(lines), strict=True))
    for leader, line in first.items():
        if leader and leader not in heard:
            found = f"no answer in any row of {leader!r}"
            expected = "one answer at least about every leader"
            repair = "Add the answers or remove these rows."
            yield CellProblem(line, "", found, expected, repair)


def _second_selves(
    scopes: Sequence[Scope], lines: Sequence[int]
) -> Iterator[CellProblem]:
    seen: set[Scope] = set()
    for scope, line in zip(scopes, lines, strict=True):
        if scope in seen:
            found = f"another self rating of {scope[0]!r}"
            expected = "one self rating at most for each leader"
            yield CellProblem(line, "group", found, expected, "Remove all but one.")
        if scope[1] is RaterGroup.SELF:
            seen.add(scope)


def _invited_by_scope(
    scopes: Sequence[Scope],
    stated: Sequence[int | None],
    table: _Table,
    problems: list[CellProblem],
) -> dict[Scope, int]:
    """Collect what the rows of a scope agree on, not less than there are rows."""
    sizes = Counter(scopes)
    invited: dict[Scope, int] = {}
    for scope, count, line in zip(scopes, stated, table.lines, strict=True):
        if count is None:
            continue
        if invited.setdefault(scope, count) != count or count < sizes[scope]:
            found = f"{count} for {scope[1]} of {scope[0]!r}"
            expected = (
                f"one number in all rows of this group, {sizes[scope]} at least: "
                "as many rows there are"
            )
            repair = "Correct the number or remove rows that do not belong here."
            problems.append(CellProblem(line, "invited", found, expected, repair))
    return invited


def _asked_items(
    instruments: Sequence[Instrument], form: Form
) -> dict[str, ResponseScale]:
    return {
        item.code: instrument.response_scale
        for instrument in instruments
        for dimension in instrument.dimensions
        for item in dimension.asked(form)
    }


def read_csv(
    text: str,
    instruments: Sequence[Instrument],
    *,
    form: Form = Form.FULL,
    leader_column: str = "leader",
) -> CsvAnswers:
    """Read one row a rater: leader, group, optionally invited, then item codes.

    Separators are comma, semicolon or tab, found in the first line; "4,0" is 4.
    Empty cells and NA are "not answered"; a missing group is the team. Other columns
    are left out and named in the answer.

    Raises
    ------
    AnswersError
        Naming every cell that cannot be understood, with row, column and repair.
    """
    table = _read_table(text)
    items = _asked_items(instruments, form)
    known = [item.code for instrument in instruments for item in instrument.items]
    problems = list(_missing_columns(table, leader_column, items))
    problems += _unknown_items(table, items, known)
    if problems:
        raise AnswersError(problems)
    n_raters = len(table.lines)
    leaders = _understand(table, leader_column, LEADER, problems)
    groups: list[Any] = [RaterGroup.TEAM] * n_raters
    if "group" in table.columns:
        groups = _understand(table, "group", GROUP, problems)
    points = np.empty((n_raters, len(items)))
    for column, (code, scale) in enumerate(items.items()):
        cells = _understand(table, code, _points_of(scale), problems)
        points[:, column] = np.array(cells, dtype=np.float64)
    scopes = list(zip(leaders, groups, strict=True))
    invited: dict[Scope, int] = {}
    if "invited" in table.columns:
        stated = _understand(table, "invited", INVITED, problems)
        invited = _invited_by_scope(scopes, stated, table, problems)
    problems += _second_selves(scopes, table.lines)
    if not problems:
        problems += _silent_leaders(leaders, points, table.lines)
    if problems:
        raise AnswersError(sorted(problems, key=lambda problem: problem.row))
    used = {leader_column, "group", "invited", *items}
    answers = Answers(
        leaders=as_column(leaders),
        groups=as_column(groups),
        item_codes=tuple(items),
        points=points,
        cannot_say=np.zeros(points.shape, dtype=np.bool_),
        comments=((),) * n_raters,
        confidential=np.zeros(n_raters, dtype=np.bool_),
        invited=invited,
    )
    return CsvAnswers(answers, tuple(c for c in table.columns if c not in used))
