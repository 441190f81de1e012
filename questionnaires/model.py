"""Instruments as the program sees them: frozen, checked, in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Texts = Mapping[str, str]
"""One text in every declared language, by language code."""

LEADER = "{leader}"
"""Stands in an item or question where the rated leader is named."""

SECONDS_PER_STATEMENT = 10
"""What a stand-alone statement takes on average (Pew Research Center)."""

SECONDS_PER_QUESTION = 15
"""Reading an open question and deciding whether to write."""


class RaterGroup(StrEnum):
    """Who answers, seen from the leader who is rated."""

    SELF = "self"
    TEAM = "team"
    PEERS = "peers"
    MANAGER = "manager"

    @property
    def is_anonymous(self) -> bool:
        """Whether answers of this group are sealed and never carry a name."""
        return self in {RaterGroup.TEAM, RaterGroup.PEERS}


class Form(StrEnum):
    """Which items of an instrument a cycle asks."""

    FULL = "full"
    SHORT = "short"


class Referent(StrEnum):
    """Whom the items of an instrument describe."""

    LEADER = "leader"
    TEAM = "team"


class When(StrEnum):
    """The finding that a suggestion answers."""

    LOW = "low"
    OVER = "over"
    UNDER = "under"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class ResponseScale:
    """The answer options: whole points from ``low`` to ``high``, each labelled."""

    code: str
    low: int
    high: int
    anchors: Mapping[str, tuple[str, ...]]
    cannot_say: Texts

    @property
    def n_points(self) -> int:
        """How many points there are."""
        return self.high - self.low + 1

    def choices(self, language: str) -> tuple[tuple[int, str], ...]:
        """Points with their labels, from ``low`` to ``high``."""
        points = range(self.low, self.high + 1)
        return tuple(zip(points, self.anchors[language], strict=True))


@dataclass(frozen=True, slots=True)
class Item:
    """One statement to rate, as the leader and as others read it."""

    code: str
    self_wording: Texts
    other_wording: Texts
    reverse_keyed: bool = False
    short: bool = False
    source: tuple[str, ...] = ()
    facet: str = ""
    hint: str = ""

    def wording(self, group: RaterGroup, language: str, leader: str) -> str:
        """Return the text this group reads, with ``leader`` named in it."""
        if group is RaterGroup.SELF:
            return self.self_wording[language]
        return name_leader(self.other_wording[language], leader)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A step a leader can take after a finding."""

    code: str
    when: When
    texts: Texts
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """The scored construct: a set of items."""

    code: str
    title: Texts
    description: Texts
    items: tuple[Item, ...]
    suggestions: tuple[Suggestion, ...] = ()
    high_is_good: bool = True
    source: tuple[str, ...] = ()

    def asked(self, form: Form) -> tuple[Item, ...]:
        """Items of this form in the order of display: a reverse item third.

        The order is one for everybody, so that self and other stay comparable. Of
        several reverse items none comes first: the first straight item precedes them.
        Without a short form every item is asked.
        """
        short = [i for i in self.items if i.short] if form is Form.SHORT else []
        items = short or list(self.items)
        reverse = [i for i in items if i.reverse_keyed]
        straight = [i for i in items if not i.reverse_keyed]
        if len(reverse) == 1:
            return (*straight[:2], reverse[0], *straight[2:])
        first = straight[:1]
        return (*first, *(i for i in items if i not in first))


@dataclass(frozen=True, slots=True)
class Question:
    """An open question, always optional, never scored."""

    code: str
    texts: Texts
    help: Texts = field(default_factory=dict)

    def wording(self, language: str, leader: str) -> str:
        """Return the text with ``leader`` named in it."""
        return name_leader(self.texts[language], leader)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A versioned questionnaire as a measuring device."""

    code: str
    version: str
    is_ready: bool
    licence: str
    languages: tuple[str, ...]
    referent: Referent
    asked_groups: tuple[RaterGroup, ...]
    title: Texts
    credit: str
    citation: str
    permission: str
    forms: tuple[Form, ...]
    response_scale: ResponseScale
    self_instruction: Texts
    other_instruction: Texts
    min_share: float
    overall_min_dimensions: int
    dimensions: tuple[Dimension, ...]
    questions: tuple[Question, ...] = ()

    @property
    def items(self) -> Iterator[Item]:
        """All items in file order."""
        return (item for dimension in self.dimensions for item in dimension.items)

    def instruction(self, group: RaterGroup, language: str) -> str:
        """Return what stands above the items for this group."""
        if group is RaterGroup.SELF:
            return self.self_instruction.get(language, "")
        return self.other_instruction.get(language, "")


def minutes(instruments: Iterable[Instrument], form: Form) -> int:
    """Estimate how long the page takes that asks these instruments about one leader.

    Rounded to whole minutes: 43 statements and two questions come to 8.
    """
    seconds = 0
    for instrument in instruments:
        asked = sum(len(dimension.asked(form)) for dimension in instrument.dimensions)
        seconds += asked * SECONDS_PER_STATEMENT
        seconds += len(instrument.questions) * SECONDS_PER_QUESTION
    return max(1, (seconds + 30) // 60)


def name_leader(text: str, leader: str) -> str:
    """Fill in the leader's name; at the start of a sentence it is capitalised."""
    filled = text.replace(LEADER, leader)
    if text.startswith(LEADER):
        return filled[:1].upper() + filled[1:]
    return filled
