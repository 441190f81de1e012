"""The only gate: which figures may leave, and how coarsely, from sets and counts alone.

Exact values come in, cells of `reports.tree` go out. Whether a figure is hidden never
depends on a value; a value only decides which cell it falls in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reports.answers import Scope
from reports.policy import Policy
from reports.tree import (
    Band,
    Because,
    CountBand,
    End,
    Hidden,
    Mean,
    NoData,
    ShownGap,
    ShownInterval,
    Spread,
    Third,
)

WORDS_FROM = 8
"""From so many answers on: thirds, own spreads, items of short dimensions."""
SPREAD_WORDS_FROM = 20
"""From so many answers on one rater alone cannot use up what a spread word allows."""
MANY_ITEMS = 5
"""A dimension that asks so many items may show them from k answers on."""
DECIMALS_FROM = 12
"""From so many answers on an item may have a decimal; later on scales above 1-6."""
END_ZONE = 0.5
"""A mean nearer to an end of the scale than this is never told."""
SMALLEST_HALF_WIDTH = 0.2
LOWEST_SD_SHARE = 0.075
"""A standard deviation below this share of the scale is raised to it."""
COUNT_BANDS = ((1, 2), (3, 4), (5, 7), (8, 11), (12, None))
_SLACK = 1e-9
"""Sums of points are whole, means are not: what float division adds is less."""

Cell = Mean | Band
"""A shown mean."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The lowest and the highest point of a response scale."""

    low: int
    high: int

    @property
    def reach(self) -> int:
        """The distance between the ends."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Frontier:
    """Means at or beyond these two points are told as the zone up to the end."""

    low: float
    high: float


def to_tenth(value: float) -> float:
    """Round to one decimal, halves up; 3.45 from a sum of points is a half."""
    return math.floor(value * 10 + 0.5 + _SLACK) / 10


def _up_to_tenth(value: float) -> float:
    return math.ceil(value * 10 - _SLACK) / 10


def clip_points(ends: Ends, n: int, n_items: int) -> Frontier:
    """Return from where on the mean of a dimension is clipped.

    Somebody who stands alone at one end of the scale knows all the other answers when
    the mean comes as near to the other end as reach / n. So the ends are cut there, at
    least half a point wide; a tenth more where few items make each step of the mean
    large, and at n = 4, where the frontier falls on a rounding tie.
    """
    tenths = ((ends.high * n - ends.reach) * 10) // n
    tenths -= n == 4  # noqa: PLR2004 - the one size with the tie
    tenths = min(tenths, round((ends.high - END_ZONE) * 10))
    tenths -= n_items < MANY_ITEMS
    sum_of_ends = (ends.low + ends.high) * 10
    tenths = max(tenths, (sum_of_ends + 1) // 2)
    return Frontier((sum_of_ends - tenths) / 10, tenths / 10)


def _clipped(mean: float, frontier: Frontier) -> Mean:
    value = to_tenth(mean)
    if value >= frontier.high - _SLACK:
        return Mean(frontier.high, End.OR_ABOVE)
    if value <= frontier.low + _SLACK:
        return Mean(frontier.low, End.OR_BELOW)
    return Mean(value)


def _half_point_band(mean: float, ends: Ends) -> Band:
    """Return the band: ends one point wide, half a point between, lower bound in."""
    if mean <= ends.low + 1 + _SLACK:
        return Band(None, float(ends.low + 1))
    if mean >= ends.high - 1 - _SLACK:
        return Band(float(ends.high - 1), None)
    low = math.floor(mean * 2 + _SLACK) / 2
    return Band(low, low + 0.5)


@dataclass(frozen=True, slots=True)
class Gate:
    """What one policy lets out."""

    policy: Policy

    @property
    def words_from(self) -> int:
        """From how many answers on words about a distribution are told."""
        return 1 if self.policy.open_analysis else WORDS_FROM

    def pool_floor(self, n_items: int, *, single_item: bool = False) -> int:
        """Return how many answers of a team may enter a figure of all teams.

        As many as the team needs for a mean of its own: so no pool hides a few people
        that other figures leave over.
        """
        is_open = self.policy.open_analysis
        return 1 if is_open else self.floor(n_items, single_item=single_item)

    def rests_on_itself(self, n: int, n_items: int) -> bool:
        """Whether an interval may rest on the n scores' own standard deviation.

        That of one item told as a band, would tell that all the others agree.
        """
        return n >= WORDS_FROM and (n_items > 1 or self.policy.open_analysis)

    def floor(self, n_items: int, *, single_item: bool = False) -> int:
        """Return how many answers a mean needs; one item alone is a single item."""
        few = n_items < MANY_ITEMS and (single_item or n_items == 1)
        return max(self.policy.k, WORDS_FROM if few else 0)

    def refusal(self, counts: Sequence[int], floor: int) -> Hidden | NoData | None:
        """Say why a set of rater groups is not shown, ``None`` if it is.

        ``counts``: answers of each group in the set. What a set shows must not differ
        from what its shown groups show by 1 to k - 1 people.
        """
        n = sum(counts)
        if n == 0:
            return NoData()
        if self.policy.open_analysis:
            return None
        if n < floor:
            few = n < self.policy.k
            return Hidden(Because.TOO_FEW if few else Because.FEW_ITEMS)
        hidden = sum(count for count in counts if count < floor)
        return Hidden(Because.WOULD_REVEAL) if 0 < hidden < self.policy.k else None

    def count(self, n: int) -> CountBand | Hidden | NoData:
        """Tell a number of answers as a band."""
        if n == 0:
            return NoData()
        if self.policy.open_analysis:
            return CountBand(n, n)
        if n < self.policy.k:
            return Hidden(Because.TOO_FEW)
        return next(CountBand(*b) for b in COUNT_BANDS if b[1] is None or n <= b[1])

    def dimension_mean(self, mean: float, n: int, ends: Ends, n_items: int) -> Cell:
        """Tell the mean of a dimension; one item alone follows the rule of items."""
        if self.policy.open_analysis:
            return Mean(to_tenth(mean))
        if n_items == 1:
            return self.item_mean(mean, n, ends)
        return _clipped(mean, clip_points(ends, n, n_items))

    def item_mean(self, mean: float, n: int, ends: Ends) -> Cell:
        """Tell the mean of an item: a band, from 12 answers on a clipped decimal."""
        if self.policy.open_analysis:
            return Mean(to_tenth(mean))
        if n < max(DECIMALS_FROM, 2 * ends.reach + 1):
            return _half_point_band(mean, ends)
        return _clipped(mean, Frontier(ends.low + END_ZONE, ends.high - END_ZONE))

    def spread(
        self, deviation: float, n: int, ends: Ends, n_items: int
    ) -> Spread | None:
        """Tell an average deviation, in points, as a word; of one item never."""
        is_told = n >= SPREAD_WORDS_FROM and n_items > 1
        if not (is_told or self.policy.open_analysis):
            return None
        if deviation <= 0.125 * ends.reach + _SLACK:
            return Spread.ALIKE
        split = deviation > (ends.reach + 1) / 6 + _SLACK
        return Spread.SPLIT if split else Spread.SOMEWHAT

    def tells_thirds(self, n_items: int) -> bool:
        """Whether items have thirds: of few items the means tell the rest."""
        return n_items >= MANY_ITEMS or self.policy.open_analysis

    def third(self, part: int, n: int) -> Third | None:
        """Tell the share of ``part`` in ``n`` answers coarsely."""
        if n < self.words_from:
            return None
        if 3 * part < n:
            return Third.UNDER
        return Third.MIDDLE if 3 * part < 2 * n else Third.OVER

    def is_many(self, part: int, n: int) -> bool:
        """Whether ``part`` is a third of ``n`` or more; said from eight on."""
        return n >= self.words_from and 3 * part >= n

    def pooled(self, value: float) -> float | None:
        """Tell a figure of all teams with two significant digits; ``nan`` is none."""
        if math.isnan(value):
            return None
        return value if self.policy.open_analysis else float(f"{value:.2g}")

    def share_of_people(self, part: int, n: int) -> float | None:
        """Tell a share of all raters, unless it stands for 1 to k - 1 of them."""
        if 0 < part < self.policy.k and not self.policy.open_analysis:
            return None
        return self.pooled(part / n)

    def leaders_in_cell(self, n: int) -> bool:
        """Whether a cell of leaders may be told: one or two in it are never."""
        return self.policy.open_analysis or n not in {1, 2}

    def comments(self, comments: Sequence[tuple[str, bool]]) -> Sequence[str]:
        """Keep the comments whose writers want them shown, in the given order.

        Each is a text and whether it may be shown word for word in any case; if not,
        it wants k comments to the same question around it.
        """
        enough = len(comments) >= self.policy.k or self.policy.open_analysis
        return [text for text, any_case in comments if any_case or enough]


def boxes_to_open(counts: Mapping[Scope, int], k: int) -> frozenset[Scope]:
    """Return the scopes whose answers may be read at all.

    ``counts``: answers of the anonymous scopes. A scope below k stays shut unless its
    leader's scopes below k reach k together, and so may be told as "all raters".
    """
    small: Counter[str] = Counter()
    for (leader, _), n in counts.items():
        small[leader] += n if n < k else 0
    return frozenset(
        scope for scope, n in counts.items() if n >= k or (n and small[scope[0]] >= k)
    )


def named_mean(mean: float) -> Mean:
    """Tell the rating of somebody who knows that their name stands on it."""
    return Mean(to_tenth(mean))


@dataclass(frozen=True, slots=True)
class _Zone:
    """Where a shown mean lies; ``None``: up to the end of the scale."""

    low: float | None
    high: float | None


def _zone(cell: Cell) -> _Zone:
    match cell:
        case Band(low, high):
            return _Zone(low, high)
        case Mean(value, End.OR_ABOVE):
            return _Zone(value, None)
        case Mean(value, End.OR_BELOW):
            return _Zone(None, value)
    return _Zone(cell.value, cell.value)


def is_exact(cell: Cell) -> bool:
    """Whether the cell tells a mean and not only the zone it lies in."""
    return isinstance(cell, Mean) and cell.end is End.NONE


def is_at_end(cell: Cell) -> bool:
    """Whether the cell is the zone at an end of the scale."""
    zone = _zone(cell)
    return zone.low is None or zone.high is None


def stand_in(cell: Cell) -> float:
    """Return the number that stands for a cell: of an end zone its inner edge."""
    zone = _zone(cell)
    edges = [edge for edge in (zone.low, zone.high) if edge is not None]
    return sum(edges) / len(edges)


def middle(cell: Cell, ends: Ends) -> float:
    """Return the middle of the zone a shown mean stands for."""
    zone = _zone(cell)
    low = ends.low if zone.low is None else zone.low
    high = ends.high if zone.high is None else zone.high
    return (low + high) / 2


def mean_together(cells: Sequence[Cell], counts: Sequence[int], ends: Ends) -> Cell:
    """Return what shown means of groups say about all of them, and no more."""
    zones = [_zone(cell) for cell in cells]
    low = [ends.low if zone.low is None else zone.low for zone in zones]
    high = [ends.high if zone.high is None else zone.high for zone in zones]
    lowest = -_up_to_tenth(-float(np.average(low, weights=counts)))
    highest = _up_to_tenth(float(np.average(high, weights=counts)))
    if all(is_exact(cell) for cell in cells):
        return Mean(to_tenth(float(np.average(low, weights=counts))))
    if all(zone.high is None for zone in zones):
        return Mean(lowest, End.OR_ABOVE)
    if all(zone.low is None for zone in zones):
        return Mean(highest, End.OR_BELOW)
    return Band(lowest, highest)


def nearest(score: float, cell: Cell) -> float:
    """Return the point of the cell nearest to the score."""
    zone = _zone(cell)
    low = -math.inf if zone.low is None else zone.low
    high = math.inf if zone.high is None else zone.high
    return min(max(score, low), high)


def shown_half_width(half_width: float) -> float:
    """Round a half-width up, so that it gives neither mean nor spread away."""
    return max(_up_to_tenth(half_width), SMALLEST_HALF_WIDTH)


def floored_sd(sd: float, ends: Ends) -> float:
    """Raise a standard deviation that would tell that nearly all answered alike."""
    return max(sd, LOWEST_SD_SHARE * ends.reach)


def shown_interval(cell: Cell, margin: float, ends: Ends) -> ShownInterval:
    """Return the interval around a shown mean, open where the mean is."""
    zone = _zone(cell)
    low = None if zone.low is None else max(zone.low - margin, ends.low)
    high = None if zone.high is None else min(zone.high + margin, ends.high)
    return ShownInterval(
        None if low is None else to_tenth(low),
        None if high is None else to_tenth(high),
    )


def shown_gap(self_score: float, cell: Cell) -> ShownGap:
    """Return self minus shown mean, to the nearest point where the mean is a zone."""
    shown_self = to_tenth(self_score)
    gap = to_tenth(shown_self - nearest(shown_self, cell))
    return ShownGap(gap, at_least=not is_exact(cell))


def shown_gap_interval(
    self_score: float, cell: Cell, margin: float, ends: Ends
) -> ShownInterval:
    """Return the interval of the gap, the mirror of that of the shown mean."""
    around = shown_interval(cell, margin, ends)
    shown_self = to_tenth(self_score)
    return ShownInterval(
        None if around.high is None else to_tenth(shown_self - around.high),
        None if around.low is None else to_tenth(shown_self - around.low),
    )


def direction_holds(
    self_score: float, cell: Cell, counts: tuple[int, int | None], ends: Ends
) -> bool:
    """Whether the sign of the gap holds whatever the silent would have answered.

    ``counts``: answered and invited. Only the shown mean enters, a zone by its worst
    point.
    """
    n, invited = counts
    if invited is None or invited <= n:
        return False
    zone = _zone(cell)
    low = ends.low if zone.low is None else zone.low
    high = ends.high if zone.high is None else zone.high
    silent = invited - n
    lowest = (n * low + silent * ends.low) / invited
    highest = (n * high + silent * ends.high) / invited
    shown_self = to_tenth(self_score)
    return shown_self > highest + _SLACK or shown_self < lowest - _SLACK
