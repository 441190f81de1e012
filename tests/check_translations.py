"""Every sentence in every language: compare the catalogues with the source.

Run: python -m tests.check_translations            fails on a missing or stale text
     python -m tests.check_translations --update   writes what is missing, empty
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("survey", "reports/render")
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("templates/**.html", "jinja2"),
]
_PLACE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def problems(folder: str) -> Iterator[str]:
    """Name every text of ``folder`` whose Vietnamese is missing, doubtful or stale."""
    template, catalogue = _template(folder), _catalogue(folder)
    texts = {m.id for m in template if m.id}
    for message in catalogue:
        if message.id and message.id not in texts:
            yield f"{folder}: no longer used: {message.id!r}"
    for text in sorted(texts, key=str):
        message = catalogue.get(text)
        if message is None or not all(_forms(message.string)):
            yield f"{folder}: not translated: {text!r}"
        else:
            yield from _doubts(folder, message)


def _doubts(folder: str, message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield f"{folder}: marked as doubtful: {message.id!r}"
    for text in _forms(message.string):
        if unicodedata.normalize("NFC", text) != text:
            yield f"{folder}: not NFC: {text!r}"
        wanted = {p for form in _forms(message.id) for p in _PLACE.findall(form)}
        if not set(_PLACE.findall(text)) <= wanted:
            yield f"{folder}: names a place the source does not fill: {text!r}"


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _template(folder: str) -> Catalog:
    """Return every text that is marked for translation in the source."""
    template = Catalog()
    keywords = {**DEFAULT_KEYWORDS, "N_": None, "_l": None}
    for found in extract_from_dir(ROOT / folder, METHODS, keywords=keywords):
        template.add(found[2], context=found[4])
    return template


def _file(folder: str) -> Path:
    return ROOT / folder / "translations/vi/LC_MESSAGES/messages.po"


def _catalogue(folder: str) -> Catalog:
    with _file(folder).open("rb") as file:
        return read_po(file, locale="vi")


def _update(folder: str) -> None:
    catalogue = _catalogue(folder)
    catalogue.update(
        _template(folder), no_fuzzy_matching=True, update_creation_date=False
    )
    catalogue.obsolete.clear()
    with _file(folder).open("wb") as file:
        write_po(file, catalogue, width=88, no_location=True, sort_output=True)


def main() -> None:
    """Check both catalogues, or bring them up to the source first."""
    if "--update" in sys.argv:
        for folder in FOLDERS:
            _update(folder)
    found = [problem for folder in FOLDERS for problem in problems(folder)]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"translations: {len(found)} problems")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
