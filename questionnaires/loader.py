"""Questionnaire text -> instrument, or every problem at once with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

from pydantic import ValidationError

from questionnaires.checks import RULES, Problem
from questionnaires.file_format import InstrumentFile
from questionnaires.model import Instrument

LARGEST = 1024 * 1024


class InstrumentError(Exception):
    """A questionnaire file breaks one or more rules."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = "\n".join(f"  {p.where}: {p.message}" for p in problems)
        super().__init__(f"{name}: {len(problems)} problem(s)\n{lines}")
        self.problems = tuple(problems)


def load(text: str, *, name: str) -> Instrument:
    """Return the instrument in ``text``, or raise naming everything to mend."""
    try:
        instrument = InstrumentFile.model_validate(tomllib.loads(text)).to_instrument()
    except tomllib.TOMLDecodeError as error:
        raise InstrumentError(name, [Problem("file", str(error))]) from error
    except ValidationError as error:
        problems = [
            Problem(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()
        ]
        raise InstrumentError(name, problems) from error
    if problems := [p for rule in RULES for p in rule(instrument)]:
        raise InstrumentError(name, problems)
    return instrument
