"""Small questionnaires and answers, made in one line a case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from questionnaires.model import (
    Dimension,
    Form,
    Instrument,
    Item,
    Question,
    RaterGroup,
    Referent,
    ResponseScale,
    Suggestion,
    When,
)
from reports.analysis import Analysis, analyse
from reports.answers import AnswerRow, from_rows
from reports.policy import Policy
from reports.tree import CycleFacts, LeaderReport

TEAM, PEERS, SELF = RaterGroup.TEAM, RaterGroup.PEERS, RaterGroup.SELF


def both(text: str) -> dict[str, str]:
    return {"en": text, "vi": text}


def dimension(code: str, n_items: int, *, high_is_good: bool = True) -> Dimension:
    items = tuple(
        Item(f"{code}.{n}", both(f"I do {n}."), both("{leader} does it."))
        for n in range(n_items)
    )
    suggestions = tuple(
        Suggestion(f"{code}.{when}.{n}", when, both("Try it."))
        for when in When
        for n in (1, 2, 3)
    )
    return Dimension(
        code, both(code), both(code), items, suggestions, high_is_good=high_is_good
    )


def instrument(*dimensions: Dimension, high: int = 5, **changes: Any) -> Instrument:
    points = tuple(str(point) for point in range(1, high + 1))
    fields = {
        "code": "test",
        "version": "1",
        "is_ready": True,
        "licence": "",
        "languages": ("en", "vi"),
        "referent": Referent.LEADER,
        "asked_groups": tuple(RaterGroup),
        "title": both("Test"),
        "credit": "",
        "citation": "",
        "permission": "",
        "forms": (Form.FULL,),
        "response_scale": ResponseScale(
            "s", 1, high, {"en": points, "vi": points}, both("?")
        ),
        "self_instruction": {},
        "other_instruction": {},
        "min_share": 0.5,
        "overall_min_dimensions": 1,
        "dimensions": dimensions,
        "questions": (Question("q", both("What about {leader}?")),),
    }
    return Instrument(**(fields | changes))


@dataclass
class Company:
    """Answers to one questionnaire, and what is made of them."""

    instrument: Instrument
    rows: list[AnswerRow] = field(default_factory=list)
    invited: dict[tuple[str, RaterGroup], int] = field(default_factory=dict)
    unread: dict[tuple[str, RaterGroup], int] = field(default_factory=dict)

    def answer(
        self, leader: str, group: RaterGroup, *scores: Any, **more: Any
    ) -> "Company":
        """Add raters who answer all items alike, or as a tuple says; None: skipped."""
        codes = [item.code for item in self.instrument.items]
        for score in scores:
            points = score if isinstance(score, tuple) else (score,) * len(codes)
            given = dict(zip(codes, points, strict=True))
            given = {code: point for code, point in given.items() if point is not None}
            self.rows.append(AnswerRow(leader, group, given, **more))
        return self

    def analyse(self, policy: Policy | None = None, **more: Any) -> Analysis:
        codes = [item.code for item in self.instrument.items]
        answers = from_rows(self.rows, codes, self.invited, self.unread)
        fields = {
            "form": Form.FULL,
            "policy": policy or Policy(),
            "cycle": CycleFacts("Autumn", "Made-up", 5, "full"),
            "code_version": "0",
            "seed": 1,
        }
        return analyse(answers, [self.instrument], **(fields | more))

    def report(self, leader: str = "An", **more: Any) -> LeaderReport:
        return self.analyse(**more).leaders[leader]


@pytest.fixture
def company() -> Callable[..., Company]:
    """Give a company whose questionnaire has these dimensions: code=number of items."""

    def make(*, high: int = 5, referent: Referent = Referent.LEADER, **sizes: int):
        dimensions = [dimension(code, n) for code, n in sizes.items()]
        return Company(instrument(*dimensions, high=high, referent=referent))

    return make
