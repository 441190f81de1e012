"""Tables that people upload -> rows with line numbers, whatever wrote the file."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass

from survey.errors import N_

LARGEST = 5 * 1024 * 1024
MOST_ROWS = 50_000
_BOMS = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)


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


def read_csv(content: bytes) -> Table:
    """Read a CSV file: comma, semicolon or tab; UTF-8 or UTF-16; texts become NFC.

    Raises
    ------
    SpreadsheetError
        If it is empty, too large, in another encoding, or its heading is unclear.
    """
    if len(content) > LARGEST:
        raise SpreadsheetError(
            N_("The file has %(size)s MB, at most %(most)s MB are read: split it."),
            size=round(len(content) / 1e6, 1),
            most=round(LARGEST / 1e6),
        )
    text = unicodedata.normalize("NFC", _decode(content))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        heading = _heading(next(reader, []))
        rows = tuple(
            Row(reader.line_num, _cells(heading, cells, reader.line_num))
            for cells in reader
            if any(cell.strip() for cell in cells)
        )
    except csv.Error as error:
        raise SpreadsheetError(
            N_("Line %(line)s cannot be read: %(why)s."),
            line=reader.line_num,
            why=error,
        ) from error
    if len(rows) > MOST_ROWS:
        raise SpreadsheetError(
            N_("The file has %(n)s rows, at most %(most)s are read: split it."),
            n=len(rows),
            most=MOST_ROWS,
        )
    return Table(heading, rows)


def _decode(content: bytes) -> str:
    encoding = next((e for bom, e in _BOMS if content.startswith(bom)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpreadsheetError(
            N_("Line %(line)s is not %(encoding)s: save the file as “CSV UTF-8”."),
            line=line,
            encoding=encoding.upper(),
        ) from error


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _heading(cells: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip().lower() for cell in cells)
    if not any(names):
        raise SpreadsheetError(
            N_("The file is empty: its first row must name the columns.")
        )
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise SpreadsheetError(
            N_("The column %(names)s stands twice in the first row."),
            names=", ".join(sorted(twice)),
        )
    return names


def _cells(heading: tuple[str, ...], cells: list[str], line: int) -> dict[str, str]:
    if len(cells) > len(heading):
        raise SpreadsheetError(
            N_(
                "Line %(line)s has %(n)s cells, the first row has %(most)s: put texts "
                "that hold the separator between quotation marks."
            ),
            line=line,
            n=len(cells),
            most=len(heading),
        )
    padded = [*cells, *[""] * (len(heading) - len(cells))]
    return {
        name: cell.strip() for name, cell in zip(heading, padded, strict=True) if name
    }
