"""Bytes of a text file -> text, and what was guessed about them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_BOMS = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)
_VIETNAMESE_MARK = re.compile(r"([^\W\d_]?)([\u0300\u0301\u0303\u0309\u0323])")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text in whole letters (NFC), and its encoding if that is a guess."""

    text: str
    guess: str = ""


class UnreadableError(Exception):
    """The bytes fit no encoding we know; the line is the first that does not."""

    def __init__(self, line: int, encoding: str) -> None:
        self.line, self.encoding = line, encoding
        super().__init__(f"line {line} is not {encoding}")


def decode(content: bytes) -> Decoded:
    """Decode UTF-8 and UTF-16, or else guess what an old program in Windows wrote.

    Raises
    ------
    UnreadableError
        If it is neither.
    """
    encoding = next((e for bom, e in _BOMS if content.startswith(bom)), "utf-8")
    if content[1:2] == b"\0":
        encoding = "utf-16" if encoding == "utf-16" else "utf-16-le"
    try:
        return Decoded(_whole(content.decode(encoding)))
    except UnicodeDecodeError as error:
        guessed = _guess(content) if encoding == "utf-8" else None
        if guessed is None:
            line = content.count(b"\n", 0, error.start) + 1
            raise UnreadableError(line, encoding.upper()) from error
        return guessed


def _guess(content: bytes) -> Decoded | None:
    """Return the text as Windows writes Vietnamese, else as it writes the West."""
    for encoding, name in (("cp1258", "Windows-1258"), ("cp1252", "Windows-1252")):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1252" or _is_vietnamese(text):
            return Decoded(_whole(text), name)
    return None


def _is_vietnamese(text: str) -> bool:
    """Whether there are tone marks, and each makes one letter with the one before."""
    marks = _VIETNAMESE_MARK.findall(text)
    return bool(marks) and all(
        letter and len(_whole(letter + mark)) == 1 for letter, mark in marks
    )


def _whole(text: str) -> str:
    return unicodedata.normalize("NFC", text)
