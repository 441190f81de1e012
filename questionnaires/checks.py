"""Rules of a questionnaire: one function each, naming every problem and its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from questionnaires.model import Instrument


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a questionnaire file."""

    where: str
    message: str


def check_item_codes_unique(instrument: Instrument) -> Iterator[Problem]:
    """Answers are stored under item codes, so a code names one item."""
    for code, n in Counter(item.code for item in instrument.items).items():
        if n > 1:
            yield Problem(f"item {code!r}", f"the code is used {n} times")


RULES: tuple[Callable[[Instrument], Iterator[Problem]], ...] = (
    check_item_codes_unique,
)


def launch_problems(instruments: Iterable[Instrument]) -> list[Problem]:
    """Return what forbids launching a cycle with these instruments."""
    return [
        Problem(instrument.code, "stub: texts are empty; the wording needs permission")
        for instrument in instruments
        if not instrument.is_ready
    ]
