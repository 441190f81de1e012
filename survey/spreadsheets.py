"""Tables that people upload -> rows with line numbers, whatever wrote the file."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from survey.encodings import UnreadableError, decode
from survey.errors import N_
from survey.workbooks import WorkbookError, is_workbook, read_first_sheet

LARGEST = 5 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100
_FORMULA = ("=", "+", "-", "@")


class SpreadsheetError(Exception):
    """The file cannot be read as a table; an English text for translation says why."""

    def __init__(self, text: str, **fields: object) -> None:
        self.text, self.fields = text, fields
        super().__init__(text % fields)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, and its cells by column name."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns as named in its first row, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    guessed_encoding: str = ""


def read_table(content: bytes) -> Table:
    """Read CSV, or the first sheet of XLSX, XLS or ODS: the content says which.

    Raises
    ------
    SpreadsheetError
        If it is empty, too large, cannot be read, or its heading is unclear.
    """
    if len(content) > LARGEST:
        raise SpreadsheetError(
            N_(
                "The file has %(size)s MB, at most %(most)s MB are read: take out "
                "columns that are not needed."
            ),
            size=round(len(content) / 1e6, 1),
            most=round(LARGEST / 1e6),
        )
    return _read_workbook(content) if is_workbook(content) else read_csv(content)


def _read_workbook(content: bytes) -> Table:
    try:
        rows = read_first_sheet(content, most_rows=MOST_ROWS + 2)
    except WorkbookError as error:
        raise SpreadsheetError(error.text) from error
    return _table(
        (line, [unicodedata.normalize("NFC", cell) for cell in cells])
        for line, cells in enumerate(rows, start=1)
    )


def read_csv(content: bytes) -> Table:
    """Read a CSV file: comma, semicolon or tab; texts become NFC.

    Raises
    ------
    SpreadsheetError
        If it is empty, in an unknown encoding, or its heading is unclear.
    """
    try:
        decoded = decode(content)
    except UnreadableError as error:
        raise SpreadsheetError(
            N_("Line %(line)s is not %(encoding)s: save the file as “CSV UTF-8”."),
            line=error.line,
            encoding=error.encoding,
        ) from error
    return _table(_csv_rows(decoded.text), decoded.guess)


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0].strip()
    told = first.removeprefix("sep=") if first.startswith("sep=") else ""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=told[:1] or _delimiter(first)
    )
    if told:  # a line for Excel alone
        next(reader)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise SpreadsheetError(
            N_("Line %(line)s cannot be read: %(why)s."),
            line=reader.line_num,
            why=error,
        ) from error


def _table(lines: Iterable[tuple[int, list[str]]], guess: str = "") -> Table:
    filled = ((n, cells) for n, cells in lines if any(map(str.strip, cells)))
    heading = _heading(next(filled, (1, []))[1])
    rows = tuple(Row(line, _cells(heading, cells, line)) for line, cells in filled)
    if len(rows) > MOST_ROWS:
        raise SpreadsheetError(
            N_("The file has more than %(most)s rows, which is all that is read."),
            most=MOST_ROWS,
        )
    return Table(heading, rows, guess)


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)


def write_csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return a CSV file that spreadsheet programs read, and run nothing of."""
    file = io.StringIO()
    writer = csv.writer(file)
    for cells in (columns, *rows):
        writer.writerow([_harmless(cell) for cell in cells])
    return file.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """Put an apostrophe before what would be a formula; reading takes it away."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _heading(cells: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip().lower() for cell in cells)
    if not any(names):
        raise SpreadsheetError(
            N_("The file is empty: its first row must name the columns.")
        )
    if len(names) > MOST_COLUMNS:
        raise SpreadsheetError(
            N_("The file has %(n)s columns, at most %(most)s are read: take some out."),
            n=len(names),
            most=MOST_COLUMNS,
        )
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise SpreadsheetError(
            N_("The column %(names)s stands twice in the first row."),
            names=", ".join(sorted(twice)),
        )
    return names


def _cells(heading: tuple[str, ...], cells: list[str], line: int) -> dict[str, str]:
    if any(cells[len(heading) :]):
        raise SpreadsheetError(
            N_(
                "Line %(line)s has %(n)s cells, the first row has %(most)s: put texts "
                "that hold the separator between quotation marks."
            ),
            line=line,
            n=len(cells),
            most=len(heading),
        )
    padded = [*cells[: len(heading)], *[""] * (len(heading) - len(cells))]
    return {
        name: _plain(cell) for name, cell in zip(heading, padded, strict=True) if name
    }


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell
