"""Files that cannot be read at all: each fault is told with its place."""

from __future__ import annotations

import pytest

from questionnaires.loader import InstrumentError, load, load_bytes, read_text
from questionnaires.toml_text import LARGEST


def only_problem(data: bytes) -> str:
    with pytest.raises(InstrumentError) as caught:
        load_bytes(data, name="mine.toml")
    (problem,) = caught.value.problems
    return f"{problem.where}: {problem.message}"


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (
            "a = 1\na = 2\nb = 3",
            "line 2, column 6",
            "a second time; keep one; found “a = 2”",
        ),
        ("a = 1\na = 2", "end of the file", "a second time; keep one; found “a = 2”"),
        ("[a]\n[a]\n", "line 2, column 3", "opened a second time"),
        ("a = {b = 1}\na.c = 2\n", "line 2, column 8", "opened a second time"),
        ('a = "x\nb = 1\n', "line 1, column 7", "no closing quotation mark"),
        ("a = 'x", "end of the file", "no closing quotation mark"),
        ('a = """x', "end of the file", "no closing quotation mark"),
        ("a = “x”\n", "line 1, column 5", "straight quotation marks"),
        ("# x\r\na = tru\r\n", "line 2, column 5", "true and false stand without"),
        ("colour red\n", "line 1, column 8", "there is no “=” behind the key"),
        ('a = "x" y"\n', "line 1, column 9", "the line goes on behind the value"),
        ("a = [1,\n2", "end of the file", "a bracket is not closed"),
        ('a = "\\q"\n', "line 1, column 8", "this is not TOML (Unescaped"),
        ("= 1\n", "line 1, column 1", "this is not TOML (Invalid statement)"),
    ],
)
def test_a_syntax_error_is_told_with_line_and_column(text, where, message):
    problem = only_problem(text.encode())
    assert problem.startswith(f"{where}: ")
    assert message in problem


def test_a_byte_that_is_not_utf_8_is_told_with_its_line():
    problem = only_problem(
        'a = "é"\nb = "Größe"'.encode("latin-1").replace(b"\xe9", b"e")
    )
    assert problem == (
        "line 2, byte 8: the byte 0xf6 is not UTF-8; save the file as UTF-8"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_another_encoding_is_told_by_its_name(encoding):
    data = "\ufeffcode = 1".encode(encoding)
    assert only_problem(data) == (
        "file: the file is UTF-16, expected UTF-8; save it as UTF-8"
    )


def test_a_byte_order_mark_does_no_harm(read):
    data = b"\xef\xbb\xbf" + read("smallest").encode()
    assert load_bytes(data, name="mine").code == "smallest"


def test_windows_line_ends_do_no_harm(read):
    data = read("complete").replace("\n", "\r\n").encode()
    assert load_bytes(data, name="mine").code == "complete"


def test_every_line_with_a_control_character_is_named():
    with pytest.raises(InstrumentError) as caught:
        load("a = 1\nb = '\x1b[31m'\n\tc = 2\nd\x85 = 3\re\n", name="mine")
    assert [(p.where, p.message) for p in caught.value.problems] == [
        ("line 2", "holds the control character U+001B; delete it"),
        ("line 4", "holds the control character U+0085; delete it"),
    ]


def test_of_many_such_lines_twenty_are_named_and_the_rest_is_counted():
    with pytest.raises(InstrumentError) as caught:
        load("\x00\n" * 25, name="mine")
    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1].message == "5 more lines hold control characters"


def test_half_a_surrogate_pair_is_a_control_character():
    with pytest.raises(InstrumentError, match=r"U\+D800"):
        load("a = '\ud800'", name="mine")


def test_a_huge_file_is_refused_and_the_largest_is_read(read):
    small = read("smallest").encode()
    padded = small + b"#" * (LARGEST - len(small))
    assert load_bytes(padded, name="mine").code == "smallest"
    assert only_problem(padded + b"#") == (
        "file: the file is larger than 1,048,576 bytes; is it a questionnaire file?"
    )
    with pytest.raises(InstrumentError, match="larger than"):
        load("#" * (LARGEST + 1), name="mine")


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "{a=" * 100_000])
def test_deep_nesting_is_a_problem_not_a_crash(text):
    assert "stand too deep in each other" in only_problem(text.encode())


@pytest.mark.parametrize(
    "text", ["a" + ".a" * 400_000 + " = 1", "\n[" + '"a" . ' * 101 + "a]"]
)
def test_a_key_of_endless_parts_is_refused_before_it_is_read(text):
    assert "the key has too many dotted parts" in only_problem(text.encode())


def test_a_number_python_will_not_read_is_a_problem():
    assert "too large to be read" in only_problem(b"a = " + b"9" * 5000)


def test_a_path_that_cannot_be_read_is_a_problem(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.toml"):
        with pytest.raises(InstrumentError, match="it cannot be read: ") as caught:
            read_text(path)
        assert caught.value.name == path.name


def test_a_huge_file_is_not_read_to_its_end(tmp_path):
    file = tmp_path / "huge.toml"
    with file.open("wb") as stream:
        stream.truncate(10**12)
    with pytest.raises(InstrumentError, match="larger than"):
        read_text(file)
