"""Rules of a questionnaire: one function each, naming every problem and its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from questionnaires.model import Dimension, Form, Instrument, minutes
from questionnaires.problems import CODE, Problem, named, quoted
from questionnaires.texts import TEXT_RULES, blank_texts, warn_double_barrelled

Rule = Callable[[Instrument], Iterator[Problem]]

LONGEST_CODE = 64
LONGEST_VERSION = 32
MOST_POINTS = 11
FEWEST_SHORT = 2
LONGEST_MINUTES = 10

PS_8, EDMONDSON = "ps-8", "edmondson-1999"
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*", re.ASCII)


def _codes(instrument: Instrument) -> Iterator[Problem]:
    """Give every code of the file as a place without a message."""
    yield Problem("", instrument.code)
    yield Problem("response_scale", instrument.response_scale.code)
