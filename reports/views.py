"""How each rater group sees one dimension: exact inside, told through the gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import RaterGroup
from reports.agreement import average_deviation
from reports.disclosure import (
    Cell,
    Gate,
    floored_sd,
    mean_together,
    named_mean,
    shown_half_width,
    shown_interval,
)
from reports.errors import NotEstimableError
from reports.means import MeanWithInterval, PooledSd, mean_with_interval
from reports.pooled import ANONYMOUS, Scored
from reports.tree import (
    Because,
    CountBand,
    GroupView,
    Hidden,
    NoData,
    Spread,
    Third,
)

FAVOURABLE_SHARE = 0.75
"""A score this far up the scale is favourable: 4 on 1-5."""

Source = Literal["pooled", "own", "none"]
Sds = Mapping[tuple[str, RaterGroup | None], PooledSd | None]
"""Spread inside teams by dimension and rater group; ``None``: all raters."""


@dataclass(frozen=True, slots=True, eq=False)
class LeaderRows:
    """Where one leader's answers stand, and how many more there are.

    ``rows`` holds only those who answered something.
    """

    name: str
    rows: Mapping[RaterGroup, NDArray[np.intp]]
    unread: Mapping[RaterGroup, int]
    invited: Mapping[RaterGroup, int]

    def of(self, group: RaterGroup) -> NDArray[np.intp]:
        """Return the places of this group's answers."""
        return self.rows.get(group, np.empty(0, dtype=np.intp))

    def n_answered(self, group: RaterGroup) -> int:
        """Count the answers of this group, sealed ones included."""
        return int(self.of(group).size) + self.unread.get(group, 0)

    def has(self, group: RaterGroup) -> bool:
        """Whether anybody of this group was asked or answered."""
        return bool(self.n_answered(group) or self.invited.get(group))


@dataclass(frozen=True, slots=True, eq=False)
class RaterSet:
    """A rater group of one leader, or all anonymous ones (``group`` ``None``)."""

    group: RaterGroup | None
    members: tuple[RaterGroup, ...]
    leader: LeaderRows

    @property
    def rows(self) -> NDArray[np.intp]:
        """Where the answers of the set stand."""
        return np.concatenate([self.leader.of(member) for member in self.members])

    def counts(self, given: NDArray[np.bool_]) -> list[int]:
        """Count each member's answers to one variable, sealed ones included."""
        return [
            int(given[self.leader.of(member)].sum()) + self.leader.unread.get(member, 0)
            for member in self.members
        ]

    @property
    def has_unread(self) -> bool:
        """Whether answers of the set stay sealed."""
        return any(self.leader.unread.get(member) for member in self.members)

    def invited(self, n: int) -> int | None:
        """How many were asked, at least ``n``: a lost key may have been replaced."""
        asked = [self.leader.invited.get(member) for member in self.members]
        known = [count for count in asked if count is not None]
        return max(sum(known), n) if len(known) == len(asked) else None


def _single_sets(leader: LeaderRows, scored: Scored) -> list[RaterSet]:
    asked = [g for g in ANONYMOUS if g in scored.instrument.asked_groups]
    groups = [g for g in asked if leader.has(g)] or asked[:1]
    return [RaterSet(group, (group,), leader) for group in groups]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """What all views of one analysis share; ``reliability`` by dimension."""

    gate: Gate
    sds: Sds
    reliability: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One view with the exact figures behind it, which stay inside.

    ``exact`` and ``margin`` (its half-width as shown) are ``None`` where there is no
    interval; ``cell`` is ``None`` where no mean is shown.
    """

    view: GroupView
    rater_set: RaterSet
    n: int
    cell: Cell | None = None
    mean: float = np.nan
    exact: MeanWithInterval | None = None
    margin: float | None = None
    source: Source = "none"


def refusal(
    gate: Gate, rater_set: RaterSet, given: NDArray[np.bool_], floor: int
) -> Hidden | NoData | None:
    """Ask the gate about one variable; a set with sealed answers cannot be told."""
    refused = gate.refusal(rater_set.counts(given), floor)
    if refused is None and rater_set.has_unread:
        return Hidden(Because.WOULD_REVEAL)
    return refused


@dataclass(frozen=True, slots=True)
class _Spread:
    """The standard deviation an interval rests on."""

    sd: float
    df: int
    source: Source


def _spread_behind(
    rules: Rules, scored: Scored, rater_set: RaterSet, scores: NDArray[np.float64]
) -> _Spread | None:
    """Choose the spread: of all teams, else the own one where it may be told."""
    pooled = rules.sds.get((scored.dimension.code, rater_set.group))
    if pooled is not None:
        return _Spread(pooled.sd, pooled.df, "pooled")
    if not rules.gate.rests_on_itself(scores.size, len(scored.items)):
        return None
    own = floored_sd(float(scores.std(ddof=1)), scored.ends)
    return _Spread(own, scores.size - 1, "own")


def _spread_word(gate: Gate, scored: Scored, rows: NDArray[np.intp]) -> Spread | None:
    try:
        deviation = average_deviation(scored.ratings[rows])
    except NotEstimableError:
        return None
    return gate.spread(deviation, rows.size, scored.ends, len(scored.items))


def _favourable(
    gate: Gate, scored: Scored, scores: NDArray[np.float64]
) -> Third | None:
    ends = scored.ends
    up = scores - ends.low if scored.dimension.high_is_good else ends.high - scores
    part = int((up >= FAVOURABLE_SHARE * ends.reach - 1e-9).sum())
    return gate.third(part, scores.size)


def _hidden(
    gate: Gate, rater_set: RaterSet, n: int, refused: Hidden | NoData
) -> Measured:
    reveals = refused == Hidden(Because.WOULD_REVEAL)
    answered = refused if reveals else gate.count(n)
    view = GroupView(rater_set.group, refused, answered, None, None, None)
    return Measured(view, rater_set, n)


def _with_interval(
    rules: Rules, scored: Scored, told: Measured, scores: NDArray[np.float64]
) -> Measured:
    """Add how sure the mean is, where a spread is known."""
    rater_set, cell = told.rater_set, told.cell
    spread = _spread_behind(rules, scored, rater_set, scores)
    if spread is None or cell is None:
        return told
    reliability = rules.reliability[scored.dimension.code]
    invited = rater_set.invited(told.n)
    exact = mean_with_interval(scores, invited, reliability, spread.sd, spread.df)
    margin = shown_half_width(exact.interval.half_width)
    view = replace(told.view, interval=shown_interval(cell, margin, scored.ends))
    return replace(told, view=view, exact=exact, margin=margin, source=spread.source)


def _measure(rules: Rules, scored: Scored, rater_set: RaterSet) -> Measured:
    """Measure how one set of raters sees the dimension, and what may be told of it."""
    gate, given = rules.gate, scored.has_score
    n_items, n = len(scored.items), sum(rater_set.counts(given))
    refused = refusal(gate, rater_set, given, gate.floor(n_items))
    if refused is not None:
        return _hidden(gate, rater_set, n, refused)
    rows = rater_set.rows[given[rater_set.rows]]
    scores = scored.scores[rows]
    mean = float(scores.mean())
    cell = gate.dimension_mean(mean, n, scored.ends, n_items)
    view = GroupView(
        group=rater_set.group,
        mean=cell,
        answered=gate.count(n),
        interval=None,
        spread=_spread_word(gate, scored, rows),
        favourable=_favourable(gate, scored, scores),
    )
    told = Measured(view, rater_set, n, cell, mean)
    return _with_interval(rules, scored, told, scores)


def _measure_together(
    rules: Rules, scored: Scored, singles: Sequence[Measured], leader: LeaderRows
) -> Measured:
    """Measure all raters; what their groups show already is not told a second time.

    A mean of its own beside those of the groups would undo their clipping. So it is
    made from theirs; and where one group is shown and another is not, there is none.
    """
    rater_set = RaterSet(None, tuple(m.rater_set.members[0] for m in singles), leader)
    cells = [m.cell for m in singles if m.cell is not None]
    n = sum(m.n for m in singles)
    if not cells or rules.gate.policy.open_analysis:
        return _measure(rules, scored, rater_set)
    if len(cells) < len(singles):
        return _hidden(rules.gate, rater_set, n, Hidden(Because.WOULD_REVEAL))
    cell = mean_together(cells, [m.n for m in singles], scored.ends)
    scores = scored.scores[rater_set.rows]
    scores = scores[~np.isnan(scores)]
    view = GroupView(None, cell, rules.gate.count(n), None, None, None)
    told = Measured(view, rater_set, n, cell, float(scores.mean()))
    return _with_interval(rules, scored, told, scores)


def measure(rules: Rules, scored: Scored, leader: LeaderRows) -> tuple[Measured, ...]:
    """Measure every view: all raters first where two groups answered, then each."""
    singles = [_measure(rules, scored, s) for s in _single_sets(leader, scored)]
    if len(singles) > 1 and all(m.n for m in singles):
        return (_measure_together(rules, scored, singles, leader), *singles)
    return tuple(singles)


def named_view(leader: LeaderRows, scored: Scored) -> Iterator[GroupView]:
    """Yield how the leader's own manager sees it, whose form said that it is named."""
    group = RaterGroup.MANAGER
    if group not in scored.instrument.asked_groups or not leader.has(group):
        return
    scores = scored.scores[leader.of(group)]
    scores = scores[~np.isnan(scores)]
    if not scores.size:
        yield GroupView(group, NoData(), NoData(), None, None, None)
        return
    mean, n = named_mean(float(scores.mean())), scores.size
    yield GroupView(group, mean, CountBand(n, n), None, None, None)


def self_score(leader: LeaderRows, scored: Scored) -> float | None:
    """Return the leader's own score, ``None`` if too few items were answered."""
    scores = scored.scores[leader.of(RaterGroup.SELF)]
    return float(scores[0]) if scores.size and not np.isnan(scores[0]) else None
