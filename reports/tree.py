"""The tree of a report: what may be shown, and nothing else.

Only `reports.disclosure` makes the cells; every renderer and export reads them. A
figure that must not be shown is not in the tree, so no renderer can show it. Texts
are kept in every language; numbers are rounded, clipped or banded already.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from questionnaires.model import RaterGroup, Texts, When

FORMAT = 1


class Because(StrEnum):
    """Why a figure is hidden. Reasons depend on sets and counts, never on values."""

    TOO_FEW = "too_few"
    FEW_ITEMS = "few_items"
    WOULD_REVEAL = "would_reveal"


class WhyMissing(StrEnum):
    """Why a pooled figure of the organisation is missing; empty: none is."""

    NONE = ""
    TOO_FEW = "too_few"
    NOT_ESTIMABLE = "not_estimable"


class Verdict(StrEnum):
    """What may be concluded about one gap; "higher": the leader rates higher."""

    NOT_ENOUGH_ANSWERS = "not_enough_answers"
    SEEN_ALIKE = "seen_alike"
    CLEARLY_HIGHER = "clearly_higher"
    CLEARLY_LOWER = "clearly_lower"
    PROBABLY_HIGHER = "probably_higher"
    PROBABLY_LOWER = "probably_lower"
    SLIGHTLY_HIGHER = "slightly_higher"
    SLIGHTLY_LOWER = "slightly_lower"
    MAY_BE_HIGHER = "may_be_higher"
    MAY_BE_LOWER = "may_be_lower"
    CANNOT_TELL = "cannot_tell"


class End(StrEnum):
    """Whether a shown mean stands for the zone at one end of the scale."""

    NONE = ""
    OR_ABOVE = "or_above"
    OR_BELOW = "or_below"


class Third(StrEnum):
    """How large a share is, told coarsely."""

    UNDER = "under_a_third"
    MIDDLE = "a_third_to_two_thirds"
    OVER = "two_thirds_or_more"


class Spread(StrEnum):
    """How far raters agree, told in a word and only from eight answers on."""

    ALIKE = "alike"
    SOMEWHAT = "somewhat"
    SPLIT = "split"


class Standing(StrEnum):
    """Where a team's rating lies among all teams; never a rank."""

    LOWER_QUARTER = "lower_quarter"
    MIDDLE_HALF = "middle_half"
    UPPER_QUARTER = "upper_quarter"


class Quadrant(StrEnum):
    """Where a dimension stands when both views are laid side by side."""

    SHARED_STRENGTH = "shared_strength"
    SHARED_FOCUS = "shared_focus"
    HIDDEN_STRENGTH = "hidden_strength"
    BLIND_SPOT = "blind_spot"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Hidden:
    """Answers exist and are not shown, to protect the people who gave them."""

    because: Because
    kind: Literal["hidden"] = "hidden"


@dataclass(frozen=True, slots=True)
class NoData:
    """Nobody answered."""

    kind: Literal["no_data"] = "no_data"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean as it may be shown: one decimal, or the zone at an end of the scale."""

    value: float
    end: End = End.NONE
    kind: Literal["mean"] = "mean"


@dataclass(frozen=True, slots=True)
class Band:
    """An item's mean as a half-point band; ``None`` marks the open end."""

    low: float | None
    high: float | None
    kind: Literal["band"] = "band"


@dataclass(frozen=True, slots=True)
class CountBand:
    """How many answered, in bands; ``high`` is ``None`` for "12 or more"."""

    low: int
    high: int | None
    kind: Literal["count"] = "count"


@dataclass(frozen=True, slots=True)
class ShownInterval:
    """Ends built from the shown mean, half-width rounded up; ``None``: open end."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ShownGap:
    """Self minus shown mean; ``at_least`` where the mean stands for an end zone.

    ``value`` 0 together with ``at_least`` says: the self rating lies inside the zone,
    "about the same".
    """

    value: float
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """One leader's gap on one dimension, as it may be told.

    ``verdict`` is ``None`` without an interval ("too few answers to say how sure") and
    without a self rating. ``margin``: differences below it can be chance. ``direction``
    says that the sign holds whatever the silent ones would have answered.
    """

    against: RaterGroup | None
    verdict: Verdict | None
    shown: ShownGap | None
    interval: ShownInterval | None
    margin: float | None
    direction_holds: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """How one rater group sees one dimension; ``group`` ``None``: all raters.

    Where groups are shown, all raters' mean is made from their shown means: a band if
    one of them is a zone.
    """

    group: RaterGroup | None
    mean: Mean | Band | Hidden | NoData
    answered: CountBand | Hidden | NoData
    interval: ShownInterval | None
    spread: Spread | None
    favourable: Third | None


@dataclass(frozen=True, slots=True)
class ItemResult:
    """How one item was answered by the group the gap is measured against."""

    code: str
    texts: Texts
    reverse_keyed: bool
    mean: Mean | Band | Hidden | NoData
    self_points: int | None
    thirds: tuple[Third, Third, Third] | None
    many_cannot_say: bool


@dataclass(frozen=True, slots=True)
class ScaleFacts:
    """The response scale: ends, and the label of each point in each language."""

    low: int
    high: int
    anchors: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AllTeams:
    """What all teams together give as a background: their mean, and the team's place.

    ``standing`` is ``None`` where too few teams, or too little difference between them,
    would make it a guess.
    """

    mean: float
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """All that may be said about one dimension."""

    code: str
    instrument: str
    title: Texts
    description: Texts
    scale: ScaleFacts
    n_items: int
    about_team: bool
    high_is_good: bool
    self_score: float | None
    views: tuple[GroupView, ...]
    gap: Gap
    items: tuple[ItemResult, ...]
    items_hidden: Because | None
    at_end: bool
    all_teams: AllTeams | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one dimension stands when both views are laid side by side."""

    dimension: str
    quadrant: Quadrant
    stricter_or_prouder: bool


class SentenceKind(StrEnum):
    """The three sentences that open a report, and what is said where none fits."""

    STRENGTH = "strength"
    NO_STRENGTH = "no_strength"
    DIFFERENCE = "difference"
    NO_DIFFERENCE = "no_difference"
    WORK_ON = "work_on"
    NO_WORK_ON = "no_work_on"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One opening sentence; ``dimension`` is its code, empty where none fits."""

    kind: SentenceKind
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionText:
    """A suggested step in every language."""

    code: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class Focus:
    """A dimension worth working on, why, and what to try."""

    dimension: str
    because: tuple[When, ...]
    suggestions: tuple[SuggestionText, ...]


@dataclass(frozen=True, slots=True)
class QuestionComments:
    """What was written to one open question, shuffled once."""

    code: str
    texts: Texts
    comments: tuple[str, ...]
    hidden: Because | None


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """Who was asked and how many answered, in bands."""

    group: RaterGroup
    invited: int | None
    answered: CountBand | Hidden | NoData


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """Which questionnaire was used, so that a report stays explainable."""

    code: str
    version: str
    title: Texts
    credit: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """The frozen circumstances of a report; empty texts where there is no cycle."""

    name: str
    organisation: str
    k: int
    form: str
    opened_on: str = ""
    closed_on: str = ""
    promise_hash: str = ""
    fingerprint: str = ""
    made_up: bool = False
    open_analysis: bool = False


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """What the figures rest on; ``reliability`` by dimension code."""

    code_version: str
    seed: int
    reliability: dict[str, float]
    interval_from: dict[str, Literal["pooled", "own", "none"]]


@dataclass(frozen=True, slots=True)
class LeaderReport:
    """What one leader reads.

    ``placements`` are ordered by gap minus margin, largest first, as every list made
    from them is. ``confidential``: answers sealed by the server; no data: none.
    ``together``: the leaders about whom the report is, where it is about several.
    Without figures there are no dimensions and nothing is said about any.
    """

    leader: str
    cycle: CycleFacts
    instruments: tuple[InstrumentFacts, ...]
    groups: tuple[GroupFacts, ...]
    confidential: CountBand | Hidden | NoData
    reissued: int
    has_figures: bool
    dimensions: tuple[DimensionResult, ...]
    sentences: tuple[Sentence, ...]
    placements: tuple[Placement, ...]
    focus: tuple[Focus, ...]
    comments: tuple[QuestionComments, ...]
    method: MethodFacts
    together: tuple[str, ...] = ()
    format: int = FORMAT

    def dimension(self, code: str) -> DimensionResult:
        """Return the dimension of this code; raises ``KeyError`` if there is none."""
        for result in self.dimensions:
            if result.code == code:
                return result
        raise KeyError(code)
