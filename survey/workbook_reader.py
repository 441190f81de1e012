"""Read the first sheet of a workbook, in a process of its own that may die.

`survey/workbooks.py` starts this file by its path. It knows nothing of Hansei, gets no
setting and no file but the workbook, and is stopped by the system at its limits.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO

import python_calamine

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 20
LONGEST = 32_767
"""Characters that a spreadsheet program itself lets into a cell."""
MOST_TEXT = 48 * 1024 * 1024
CELL = 16
"""Characters of a whole table, and what a cell counts besides: the server holds it."""
SAFE_DIGITS = 10**15
"""Above it spreadsheets round whole numbers: they are told as such, like 1.2E+17."""


def limit_myself() -> None:
    """Ask the system to stop this process where it takes too much."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # not everywhere

    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_CORE: 0,  # a dump would hold people's names
        resource.RLIMIT_FSIZE: 0,
    }
    for kind, most in wanted.items():
        with suppress(ValueError, OSError):  # macOS knows no limit of memory
            resource.setrlimit(kind, (most, most))


def as_text(value: object) -> str:
    """Return a cell as the text it stands for."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < SAFE_DIGITS else f"{value:E}"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[:LONGEST]


def first_rows(
    sheet: python_calamine.CalamineSheet, most: int
) -> list[list[str]] | None:
    """Return the rows as texts, ``None`` if they are too large to be a table."""
    rows: list[list[str]] = []
    size = 0
    for cells in sheet.iter_rows():
        rows.append([as_text(cell) for cell in cells])
        size += sum(map(len, rows[-1])) + CELL * len(cells)
        if size > MOST_TEXT:
            return None
        if len(rows) >= most:
            break
    return rows


def main() -> int:
    """Read a workbook from the standard input; write its rows as JSON, or why not."""
    limit_myself()
    most_rows = int(sys.argv[1])
    try:
        book = python_calamine.load_workbook(BytesIO(sys.stdin.buffer.read()))
        sheet = book.get_sheet_by_index(0)
        rows = first_rows(sheet, most_rows)
    except python_calamine.PasswordError:
        return 3
    except (python_calamine.CalamineError, python_calamine.ZipError, IndexError):
        return 4
    if rows is None:
        return 5
    sys.stdout.buffer.write(json.dumps(rows, ensure_ascii=False).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
