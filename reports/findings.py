"""What a leader is told first: placements, three sentences, what to work on.

All of it is made from the shown figures of the tree, never from exact ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from statistics import median

from questionnaires.model import Suggestion, When
from reports.disclosure import stand_in
from reports.tree import (
    Band,
    DimensionResult,
    Focus,
    Mean,
    Placement,
    Quadrant,
    Sentence,
    SentenceKind,
    Spread,
    SuggestionText,
    Verdict,
)

OVER = frozenset({Verdict.CLEARLY_HIGHER, Verdict.PROBABLY_HIGHER})
UNDER = frozenset({Verdict.CLEARLY_LOWER, Verdict.PROBABLY_LOWER})
ALIKE = frozenset({Verdict.SEEN_ALIKE, Verdict.SLIGHTLY_HIGHER, Verdict.SLIGHTLY_LOWER})
STRENGTHS = frozenset({Quadrant.SHARED_STRENGTH, Quadrant.HIDDEN_STRENGTH})
LOW_BELOW = 0.625
"""A mean below this share of the scale is low: 3.5 on 1-5."""
LOWEST = 2
MOST_FOCUS = 2

Suggestions = Mapping[str, Sequence[Suggestion]]
"""The texts of each dimension, by its code."""


def _height(result: DimensionResult) -> float | None:
    """Return how high the others' shown mean lies, 0 to 1; ``None`` if hidden."""
    for view in result.views:
        if view.group == result.gap.against and isinstance(view.mean, Mean | Band):
            low, high = result.scale.low, result.scale.high
            return (stand_in(view.mean) - low) / (high - low)
    return None


def _sureness(result: DimensionResult) -> float:
    """Return the shown gap minus its margin: what is left when chance is taken off."""
    if result.gap.shown is None:
        return float("-inf")
    return abs(result.gap.shown.value) - (result.gap.margin or 0.0)


def _surest_first(dimensions: Sequence[DimensionResult]) -> list[DimensionResult]:
    """Order by sureness; ties stay in the order of the questionnaire."""
    return sorted(dimensions, key=_sureness, reverse=True)


def _placed(dimensions: Sequence[DimensionResult]) -> list[DimensionResult]:
    """Keep what is about the leader, of which more is better, and shown."""
    return [
        d
        for d in dimensions
        if d.high_is_good and not d.about_team and _height(d) is not None
    ]


def _quadrant(result: DimensionResult, middle: float) -> Placement:
    height, verdict = _height(result), result.gap.verdict
    is_high = height is not None and height >= middle
    strength, focus = Quadrant.SHARED_STRENGTH, Quadrant.SHARED_FOCUS
    if verdict in ALIKE:
        return Placement(result.code, strength if is_high else focus, False)
    if verdict in UNDER:
        return Placement(
            result.code, Quadrant.HIDDEN_STRENGTH if is_high else focus, not is_high
        )
    if verdict in OVER:
        return Placement(
            result.code, strength if is_high else Quadrant.BLIND_SPOT, is_high
        )
    return Placement(result.code, Quadrant.OPEN, False)


def placements(dimensions: Sequence[DimensionResult]) -> tuple[Placement, ...]:
    """Lay both views side by side; high is the leader's own median or above."""
    placed = _placed(dimensions)
    if not placed:
        return ()
    middle = median(height for d in placed if (height := _height(d)) is not None)
    return tuple(_quadrant(d, middle - 1e-9) for d in _surest_first(placed))


def _first(
    found: Sequence[str], kind: SentenceKind, otherwise: SentenceKind
) -> Sentence:
    return Sentence(kind, found[0]) if found else Sentence(otherwise)


def sentences(
    dimensions: Sequence[DimensionResult],
    placed: Sequence[Placement],
    chosen: Sequence[Focus],
) -> tuple[Sentence, ...]:
    """Choose one strength, one difference and one dimension to work on, or say none."""
    strengths = [p.dimension for p in placed if p.quadrant in STRENGTHS]
    differences = [
        d.code for d in _surest_first(dimensions) if d.gap.verdict in OVER | UNDER
    ]
    return (
        _first(strengths, SentenceKind.STRENGTH, SentenceKind.NO_STRENGTH),
        _first(differences, SentenceKind.DIFFERENCE, SentenceKind.NO_DIFFERENCE),
        _first(
            [f.dimension for f in chosen],
            SentenceKind.WORK_ON,
            SentenceKind.NO_WORK_ON,
        ),
    )


def _is_low(result: DimensionResult) -> bool:
    height = _height(result)
    return height is not None and height < LOW_BELOW - 1e-9


def _reasons(result: DimensionResult, lowest: Sequence[str]) -> tuple[When, ...]:
    """Say what makes the dimension worth working on, over before low."""
    found = []
    if result.gap.verdict in OVER:
        found.append(When.OVER)
    if result.code in lowest and _is_low(result):
        found.append(When.LOW)
    if result.gap.verdict in UNDER:
        found.append(When.UNDER)
    return tuple(found)


HOW_MANY: Mapping[tuple[When, ...], Mapping[When, int]] = {
    (When.OVER, When.LOW): {When.OVER: 1, When.LOW: 2},
    (When.OVER,): {When.OVER: 2},
    (When.LOW,): {When.LOW: 3},
    (When.LOW, When.UNDER): {When.LOW: 3},
    (When.UNDER,): {When.UNDER: 2},
}
"""Candidates in order of urgency, and how many texts of each kind they get."""


def _texts(
    known: Sequence[Suggestion], wanted: Mapping[When, int]
) -> tuple[SuggestionText, ...]:
    return tuple(
        SuggestionText(s.code, dict(s.texts))
        for when, number in wanted.items()
        for s in islice((s for s in known if s.when is when), number)
    )


def _rank(
    reasons: Mapping[str, tuple[When, ...]],
) -> Callable[[DimensionResult], tuple[int, float]]:
    """Order candidates: by urgency, then the lowest mean or the surest gap first."""
    order = list(HOW_MANY)

    def rank(result: DimensionResult) -> tuple[int, float]:
        found = reasons[result.code]
        within = _height(result) if found[0] is When.LOW else -_sureness(result)
        return order.index(found), within or 0.0

    return rank


def _on_leader(
    dimensions: Sequence[DimensionResult], suggestions: Suggestions
) -> list[Focus]:
    placed = _placed(dimensions)
    by_height = sorted(placed, key=lambda d: _height(d) or 0.0)
    lowest = [d.code for d in by_height[:LOWEST]]
    reasons = {d.code: _reasons(d, lowest) for d in placed}
    candidates = sorted((d for d in placed if reasons[d.code]), key=_rank(reasons))
    return [
        Focus(
            d.code,
            reasons[d.code],
            _texts(suggestions.get(d.code, ()), HOW_MANY[reasons[d.code]]),
        )
        for d in candidates[:MOST_FOCUS]
    ]


def _is_split(result: DimensionResult) -> bool:
    against = result.gap.against
    return any(v.spread is Spread.SPLIT for v in result.views if v.group == against)


def _on_team(result: DimensionResult, suggestions: Suggestions) -> Focus | None:
    """Return what to try where the team itself is described; all kinds that apply."""
    wanted: dict[When, int] = {}
    if _is_low(result):
        wanted[When.LOW] = 3
    if result.gap.verdict in OVER:
        wanted[When.OVER] = 1
    if _is_split(result):
        wanted[When.SPLIT] = 1
    if not wanted:
        return None
    texts = _texts(suggestions.get(result.code, ()), wanted)
    return Focus(result.code, tuple(wanted), texts)


def focus(
    dimensions: Sequence[DimensionResult], suggestions: Suggestions
) -> tuple[Focus, ...]:
    """Choose at most two dimensions about the leader; those about the team besides."""
    team = [
        _on_team(d, suggestions) for d in dimensions if d.about_team and d.high_is_good
    ]
    return (*_on_leader(dimensions, suggestions), *(f for f in team if f))
