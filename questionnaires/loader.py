"""Questionnaire text -> instrument, or every problem at once with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from questionnaires.checks import broken_rules
from questionnaires.file_format import InstrumentFile
from questionnaires.model import Instrument
from questionnaires.problems import InstrumentError, Problem
from questionnaires.shape import UNKNOWN_KEY, shape_problems
from questionnaires.toml_text import LARGEST, decode, parse

__all__ = ["InstrumentError", "load", "load_bytes", "read_text"]


def load(text: str, *, name: str) -> Instrument:
    """Return the instrument in ``text``, or raise naming everything to mend."""
    document = parse(text, name=name)
    try:
        instrument = InstrumentFile.model_validate(document).to_instrument()
    except ValidationError as error:
        problems = shape_problems(error, document)
        problems += _problems_beside_unknown_keys(error, document)
        raise InstrumentError(name, problems) from error
    if problems := broken_rules(instrument):
        raise InstrumentError(name, problems)
    return instrument


def _problems_beside_unknown_keys(
    error: ValidationError, document: dict[str, Any]
) -> tuple[Problem, ...]:
    """Say which rules are broken too, if unknown keys are all that is out of shape.

    The keys are taken out of ``document``.
    """
    faults = error.errors(include_url=False)
    if any(fault["type"] != UNKNOWN_KEY for fault in faults):
        return ()
    for fault in faults:
        *way, key = fault["loc"]
        table: Any = document
        for step in way:
            table = table[step]
        del table[key]
    return broken_rules(InstrumentFile.model_validate(document).to_instrument())


def load_bytes(data: bytes, *, name: str) -> Instrument:
    """Return the instrument in a file's bytes, or raise naming everything to mend."""
    return load(decode(data, name=name), name=name)


def read_text(file: Path) -> str:
    """Return a file's text; raises ``InstrumentError`` if it cannot be read."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        problem = Problem("file", f"it cannot be read: {error.strerror}")
        raise InstrumentError(file.name, [problem]) from error
    return decode(data, name=file.name)
