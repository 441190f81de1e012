"""Workbooks are read as tables, and hostile ones harm nobody."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from survey import workbooks
from survey.spreadsheets import SpreadsheetError, read_table
from tests.survey.workbooks import bomb, ods, xlsx

ROWS = [["id", "Name"], [], ["007", "Nguyễn Thị Đào"], ["8", "Minh"]]
XLS = Path(__file__).parents[1] / "data" / "people.xls"


@pytest.mark.parametrize("write", [xlsx, ods])
def test_texts_are_read_with_their_lines(write) -> None:
    table = read_table(write(ROWS))
    assert table.columns == ("id", "name")
    assert [row.line for row in table.rows] == [3, 4]
    assert table.rows[0].cells == {"id": "007", "name": "Nguyễn Thị Đào"}


def test_the_old_format_of_excel_is_read() -> None:
    table = read_table(XLS.read_bytes())
    assert table.columns == ("id", "name", "email", "manager_id")
    assert [row.cells["id"] for row in table.rows] == ["1", "002"]
    assert table.rows[0].cells["name"] == "Nguyễn Thị Đào"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (7, "7"),
        (1.5, "1.5"),
        (date(2026, 4, 3), "2026-04-03"),
        (123456789012345678, "1.234568E+17"),
        ("=1+1", "0"),
        (True, "True"),
    ],
)
def test_a_cell_becomes_the_text_it_stands_for(cell: object, text: str) -> None:
    assert read_table(xlsx([["id"], [cell]])).rows[0].cells["id"] == text


def test_letters_in_parts_become_whole_ones() -> None:
    table = read_table(xlsx([["id", "name"], ["1", "Nguye\u0302\u0303n"]]))
    assert table.rows[0].cells["name"] == "Nguyễn"


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1junk", xlsx(ROWS)[:900]],
)
def test_a_damaged_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(SpreadsheetError, match="damaged"):
        read_table(content)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as folder:
        folder.writestr("readme.txt", "hello")
    with pytest.raises(SpreadsheetError, match="no workbook"):
        read_table(file.getvalue())


@pytest.mark.parametrize("n_cells", [2_000, 40_000])
def test_a_small_file_that_unfolds_into_a_huge_one_takes_only_its_own_process(
    n_cells: int,
) -> None:
    hostile = bomb(n_cells)  # the smaller fits into the reader, and not into the server
    assert len(hostile) < 2 * 1024 * 1024
    with pytest.raises(SpreadsheetError, match="too much time or memory"):
        read_table(hostile)


def test_a_file_that_takes_for_ever_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbooks, "MOST_SECONDS", 0.01)
    began = time.monotonic()
    with pytest.raises(SpreadsheetError, match="too much time or memory"):
        read_table(xlsx(ROWS))
    assert time.monotonic() - began < 5


def test_the_reader_is_given_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text("import json, os, sys; json.dump([sorted(os.environ)], sys.stdout)")
    monkeypatch.setattr(workbooks, "_READER", spy)
    monkeypatch.setenv("HANSEI_SECRET_KEY", "x" * 40)
    (names,) = workbooks.read_first_sheet(b"", most_rows=1)
    assert "HANSEI_SECRET_KEY" not in names
    assert "DATABASE_URL" not in names


def test_the_reader_is_stopped_before_it_has_unfolded_everything() -> None:
    reader = [sys.executable, "-I", str(workbooks._READER), "100"]
    done = subprocess.run(reader, input=bomb(40_000), capture_output=True, check=False)
    assert done.returncode < 0, "the system ends it, not its own count of the text"
