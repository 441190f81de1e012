"""From a file's bytes to its tables, or the problems that keep it from being read."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from typing import Any

from questionnaires.problems import InstrumentError, Problem, quoted

LARGEST = 1024 * 1024
"""More bytes than any questionnaire has; LL-35 in two languages has 37,000."""

LISTED = 20
"""So many lines with control characters are named, the rest is counted."""

_OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_BYTE_ORDER_MARK = "\ufeff"
_AT = re.compile(r"(?P<fault>.*) \(at (?:line (\d+), column (\d+)|end of document)\)")
_KEY_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DEEP_KEY = re.compile(rf"(?:\.[ \t]*{_KEY_PART}[ \t]*){{100}}")
"""Keys of many parts take tomllib time that grows with their square."""

_SYNTAX = {
    r"Cannot overwrite a value": "the key or table stands here a second time; keep one",
    r"Cannot (declare|mutate)": (
        "the table is opened a second time; write all its keys under one heading"
    ),
    r"Unterminated string|Expected \"'\"|(Illegal|invalid) character '\\n'": (
        "a text has no closing quotation mark; close it on the same line"
    ),
    r"Invalid value": (
        'this is no value; texts stand in straight quotation marks, as in "Often", '
        "and numbers, true and false stand without"
    ),
    r"Expected '=' after a key": "there is no “=” behind the key; write key = value",
    r"Expected newline or end of document": (
        "the line goes on behind the value; write one key = value on each line, and "
        "put a backslash before a quotation mark inside a text"
    ),
    r"Unclosed": "a bracket is not closed; add the missing ] or }",
}


def decode(data: bytes, *, name: str) -> str:
    """Return the text of a file; raises ``InstrumentError`` if it is none."""
    _check_size(len(data), name)
    encoding = _OTHER_ENCODINGS.get(data[:2])
    if encoding is not None:
        message = f"the file is {encoding}, expected UTF-8; save it as UTF-8"
        raise InstrumentError(name, [Problem("file", message)])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line_start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        where = f"line {line}, byte {error.start - line_start + 1}"
        message = (
            f"the byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        )
        raise InstrumentError(name, [Problem(where, message)]) from error


def parse(text: str, *, name: str) -> dict[str, Any]:
    """Return the tables of a TOML text; raises ``InstrumentError`` if it is none."""
    _check_size(len(text), name)
    text = text.removeprefix(_BYTE_ORDER_MARK)
    if problems := [*_control_characters(text), *_deep_keys(text)]:
        raise InstrumentError(name, problems)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InstrumentError(name, [_syntax_problem(str(error), text)]) from error
    except RecursionError as error:
        message = "lists or tables stand too deep in each other; write them flat"
        raise InstrumentError(name, [Problem("file", message)]) from error
    except ValueError as error:  # tomllib hands Python's own limits on as they are
        message = "a number or date is too large to be read; write it shorter"
        raise InstrumentError(name, [Problem("file", message)]) from error


def is_control(character: str) -> bool:
    """Whether a character does something instead of showing something."""
    return unicodedata.category(character) in {"Cc", "Cs"}


def _check_size(size: int, name: str) -> None:
    if size > LARGEST:
        message = (
            f"the file is larger than {LARGEST:,} bytes; is it a questionnaire file?"
        )
        raise InstrumentError(name, [Problem("file", message)])


def _control_characters(text: str) -> Iterator[Problem]:
    n_lines = 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        found = [c for c in line if c != "\t" and is_control(c)]
        n_lines += bool(found)
        if found and n_lines <= LISTED:
            message = f"holds the control character U+{ord(found[0]):04X}; delete it"
            yield Problem(f"line {number}", message)
    if n_lines > LISTED:
        message = f"{n_lines - LISTED} more lines hold control characters"
        yield Problem("file", message)


def _deep_keys(text: str) -> Iterator[Problem]:
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        yield Problem(
            f"line {line}", "the key has too many dotted parts; write it flat"
        )


def _syntax_problem(fault: str, text: str) -> Problem:
    """Say tomllib's refusal in our words, with line and column."""
    at = _AT.fullmatch(fault)
    plain = at["fault"] if at else fault
    if at and at[2]:
        where = f"line {at[2]}, column {at[3]}"
        line = text.split("\n")[int(at[2]) - 1]
    else:
        where, line = "end of the file", text.rstrip().split("\n")[-1]
    said = (words for fault, words in _SYNTAX.items() if re.search(fault, plain))
    message = next(said, f"this is not TOML ({plain})")
    return Problem(where, f"{message}; found {quoted(line.strip())}")
