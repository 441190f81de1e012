from __future__ import annotations

import unicodedata

import pytest

from survey.spreadsheets import (
    LARGEST,
    MOST_ROWS,
    SpreadsheetError,
    read_csv,
    read_table,
    write_csv,
)

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
        (b"id,name\n1,L\x81n\n", "[Ll]ine 2"),
        (b"id,name\n" + b"x" * LARGEST, "MB"),
        (b"id,name\n" + b"1,A\n" * (MOST_ROWS + 1), "more than"),
        (",".join(f"c{n}" for n in range(101)).encode(), "101 columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_saying_where(
    content: bytes, told: str
) -> None:
    with pytest.raises(SpreadsheetError, match=told):
        read_table(content)


def test_a_line_for_excel_that_names_the_separator_is_no_heading() -> None:
    table = read_csv("sep=;\r\nid;name\r\n1;Lê, Lan\r\n".encode())
    assert table.columns == ("id", "name")
    assert table.rows[0].cells["name"] == "Lê, Lan"
    assert table.rows[0].line == 3


@pytest.mark.parametrize(
    ("encoding", "guess"), [("cp1258", "Windows-1258"), ("cp1252", "Windows-1252")]
)
def test_an_old_encoding_is_guessed_and_the_guess_is_told(
    encoding: str, guess: str
) -> None:
    name = {"cp1258": "Nguyễn Thị Đào", "cp1252": "José Müller"}[encoding]
    apart = name if encoding == "cp1252" else windows_1258(name)
    table = read_csv((HEAD + "1,").encode() + apart.encode(encoding) + b"\n")
    assert table.rows[0].cells["name"] == name
    assert table.guessed_encoding == guess


def windows_1258(text: str) -> str:
    """Take tone marks off their letters and leave all others on, as Windows does."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    return "".join(
        unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        + "".join(p for p in parts if p in tones)
        for parts in (unicodedata.normalize("NFD", letter) for letter in text)
    )


def test_utf_16_without_its_mark_is_read() -> None:
    table = read_csv((HEAD + "1,Đỗ Văn Ngân\n").encode("utf-16-le"))
    assert table.rows[0].cells["name"] == "Đỗ Văn Ngân"


@pytest.mark.parametrize("cell", ["=1+1", "+84 90", "-", "@SUM(A1)", "Lan", "a,b"])
def test_what_is_written_is_read_again_and_is_no_formula(cell: str) -> None:
    written = write_csv(["id", "name"], [["1", cell]])
    assert read_csv(written).rows[0].cells["name"] == cell
    assert not any(sign in written for sign in (b",=", b",+", b",-", b",@"))
