"""The questionnaires at hand: the shipped files and those of an operator's folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from questionnaires.loader import load, read_text
from questionnaires.model import Instrument
from questionnaires.problems import InstrumentError, Problem

SHIPPED = Path(__file__).with_name("files")


class UnknownInstrumentError(LookupError):
    """No questionnaire has this code and version."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An instrument and the text it was read from."""

    instrument: Instrument
    text: str


class Catalogue:
    """Instruments by code and version, each with the text of its file.

    A file that cannot be used stands in ``errors`` and hides no other. A version is
    never changed: a second file with the same code and version is refused, and the
    shipped files come first.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._entries: dict[tuple[str, str], _Entry] = {}
        errors = []
        for file in _files([SHIPPED, folder] if folder else [SHIPPED]):
            try:
                self._add(file)
            except InstrumentError as error:
                errors.append(error)
        if folder and not folder.is_dir():
            problem = Problem("file", "there is no such folder of questionnaires")
            errors.append(InstrumentError(str(folder), [problem]))
        self.errors = tuple(errors)

    def _add(self, file: Path) -> None:
        text = read_text(file)
        instrument = load(text, name=file.name)
        key = (instrument.code, instrument.version)
        if key in self._entries and self._entries[key].text != text:
            message = (
                f"another file is {instrument.code} {instrument.version} already; a "
                "changed text needs a new version"
            )
            raise InstrumentError(file.name, [Problem("version", message)])
        self._entries[key] = _Entry(instrument, text)

    def instruments(self) -> tuple[Instrument, ...]:
        """Return all instruments by code, the newest version of each last."""
        found = (entry.instrument for entry in self._entries.values())
        return tuple(sorted(found, key=lambda i: (i.code, _numbers(i.version))))

    def get(self, code: str, version: str) -> Instrument:
        """Return one instrument; raises ``UnknownInstrumentError``."""
        return self._entry(code, version).instrument

    def text_of(self, code: str, version: str) -> str:
        """Return the text of its file, as a cycle keeps it."""
        return self._entry(code, version).text

    def _entry(self, code: str, version: str) -> _Entry:
        try:
            return self._entries[code, version]
        except KeyError as error:
            raise UnknownInstrumentError(f"{code} {version}") from error


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.glob("*.toml"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
