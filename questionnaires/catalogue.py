"""The questionnaires at hand: the shipped files and an operator's folder."""

from __future__ import annotations

from pathlib import Path

from questionnaires.loader import load
from questionnaires.model import Instrument

SHIPPED = Path(__file__).with_name("files")


class Catalogue:
    """Instruments by code and version, with the text of their files."""

    def __init__(self, folder: Path | None = None) -> None:
        folders = [SHIPPED, folder] if folder else [SHIPPED]
        self._texts = {}
        self._instruments: dict[tuple[str, str], Instrument] = {}
        for file in [f for place in folders for f in sorted(place.glob("*.toml"))]:
            text = file.read_text(encoding="utf-8")
            instrument = load(text, name=file.name)
            key = (instrument.code, instrument.version)
            self._texts[key], self._instruments[key] = text, instrument

    def instruments(self) -> list[Instrument]:
        """Return all instruments."""
        return list(self._instruments.values())

    def text_of(self, code: str, version: str) -> str:
        """Return the file's text."""
        return self._texts[(code, version)]
