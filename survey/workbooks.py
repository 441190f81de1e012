"""XLSX, XLS, ODS -> rows of texts, read by a process that a hostile file may kill."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from survey.errors import N_

MOST_SECONDS = 30.0
_READER = Path(__file__).with_name("workbook_reader.py")
_SIGNS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_LOCKED, _BROKEN = 3, 4


class WorkbookError(Exception):
    """A workbook cannot be read; an English text for translation says why."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


def is_workbook(content: bytes) -> bool:
    """Whether a file begins as XLSX, ODS or XLS do, whatever its name says."""
    return content.startswith(_SIGNS)


def read_first_sheet(content: bytes, *, most_rows: int) -> list[list[str]]:
    """Return the rows of the first sheet, empty ones too.

    Values only: no formula is computed. The reader gets no environment, so that a file
    which takes it over finds no secret there.

    Raises
    ------
    WorkbookError
        If it is locked, broken, or takes more memory or time than a table needs.
    """
    try:
        done = subprocess.run(  # noqa: S603  # our own file, fixed arguments
            [sys.executable, "-I", str(_READER), str(most_rows)],
            input=content,
            capture_output=True,
            timeout=MOST_SECONDS,
            env=None if sys.platform == "win32" else {},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WorkbookError(_TOO_MUCH) from error
    if done.returncode == _LOCKED:
        raise WorkbookError(
            N_("The file is locked with a password: save it without one.")
        )
    if done.returncode == _BROKEN:
        raise WorkbookError(
            N_("The file is damaged, or no workbook: save it anew as .xlsx or CSV.")
        )
    if done.returncode:
        raise WorkbookError(_TOO_MUCH)
    rows: list[list[str]] = json.loads(done.stdout)
    return rows


_TOO_MUCH = N_(
    "Reading the file takes too much time or memory: copy the table into a new, empty "
    "file and save that."
)
