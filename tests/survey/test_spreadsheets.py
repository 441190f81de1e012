from __future__ import annotations

import unicodedata

import pytest

from survey.spreadsheets import LARGEST, SpreadsheetError, read_csv

HEAD = "id,name\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_in_the_heading(separator: str) -> None:
    table = read_csv(f"id{separator}name\n1{separator}Lan\n".encode())
    assert table.rows[0].cells == {"id": "1", "name": "Lan"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_spreadsheet_programs_write_is_read(encoding: str) -> None:
    table = read_csv((HEAD + "1,Đỗ Văn Ngân\n").encode(encoding))
    assert table.columns == ("id", "name")
    assert table.rows[0].cells["name"] == "Đỗ Văn Ngân"


def test_letters_in_parts_become_whole_ones() -> None:
    apart = unicodedata.normalize("NFD", "Nguyễn")
    table = read_csv((HEAD + f"1,{apart}\n").encode())
    assert table.rows[0].cells["name"] == "Nguyễn"


def test_rows_keep_the_line_they_end_on_and_empty_ones_are_passed_over() -> None:
    table = read_csv((HEAD + '1,"Lan\nTran"\n\n2,Minh\n').encode())
    assert [row.line for row in table.rows] == [3, 5]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "first row"),
        (b"id,id\n1,2\n", "id"),
        (b"id,name\n1,Lan,more\n", "[Ll]ine 2"),
        (b"id,name\n1,L\xe1n\n", "[Ll]ine 2"),
        (b"id,name\n" + b"x" * LARGEST, "MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_saying_where(
    content: bytes, told: str
) -> None:
    with pytest.raises(SpreadsheetError, match=told):
        read_csv(content)
