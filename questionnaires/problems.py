"""What is wrong with a questionnaire file, and the refusal that says all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
"""What a code looks like; answers are stored and exported under it."""

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a questionnaire file."""

    where: str
    message: str


class InstrumentError(Exception):
    """A questionnaire file breaks one or more rules."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = "\n".join(f"  {p.where}: {p.message}" for p in problems)
        super().__init__(f"{name}: {len(problems)} problem(s)\n{lines}")
        self.name = name
        self.problems = tuple(problems)


def quoted(text: str) -> str:
    """Show a text from a file on one line, shortened, nothing invisible in it."""
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    visible = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short)
    return f"“{visible}”"


def named(code: str) -> str:
    """Return a code as it is if it is one, else quoted."""
    return code if CODE.fullmatch(code) and len(code) <= _SHOWN else quoted(code)
