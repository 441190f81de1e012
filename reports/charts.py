"""Dot plots of a report: shown figures in, SVG out, all words from the caller.

Only cells of the tree are drawn, so no coordinate says more than the words beside it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reports.drawing import (
    WIDTH,
    About,
    Colour,
    Fill,
    Letters,
    Place,
    Sheet,
    Stroke,
)
from reports.tree import Band, End, Hidden, Mean, NoData, ScaleFacts, ShownInterval

MARGIN = 16
LINE = 18
LEGEND_LINE = 21
TRACK = 30
EDGE = 8
LABEL_LETTER = 8.2
VALUE_LETTER = 7.4
VALUES_ON_ONE_LINE = 24
LEGEND_LETTERS = 44
LONG_CHART = 4

PALE = Fill(alpha=0.06)
RIGHT = Letters("end")
_ZONE = Fill(Colour.OTHERS, alpha=0.16)
_BAND = Fill(Colour.OTHERS, alpha=0.45)
_BOLD = Letters(bold=True)


class Shape(StrEnum):
    """The mark of a group; its colour goes with it and is never the only sign."""

    CIRCLE = "circle"
    HOLLOW = "hollow"
    DIAMOND = "diamond"
    SQUARE = "square"
    TRIANGLE = "triangle"
    ZONE = "zone"
    BAND = "band"

    @property
    def colour(self) -> Colour:
        """Return the colour that goes with the shape."""
        return _COLOURS.get(self, Colour.OTHERS)


_COLOURS = {
    Shape.DIAMOND: Colour.SELF,
    Shape.SQUARE: Colour.PEERS,
    Shape.TRIANGLE: Colour.MANAGER,
}
_WITH_INTERVAL = {Shape.CIRCLE, Shape.SQUARE}
"""Marks of groups; hollow where no interval says how sure they are."""
_CORNERS: dict[Shape, tuple[Place, ...]] = {
    Shape.DIAMOND: ((0, -8), (8, 0), (0, 8), (-8, 0)),
    Shape.SQUARE: ((-6, -6), (6, -6), (6, 6), (-6, 6)),
    Shape.TRIANGLE: ((0, -7), (7, 5), (-7, 5)),
}


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One mark and what it stands for."""

    shape: Shape
    text: str
    with_interval: bool = False

    @property
    def lines(self) -> list[str]:
        """Cut a long text where the sheet ends."""
        return textwrap.wrap(self.text, LEGEND_LETTERS)

    @property
    def height(self) -> float:
        """How much the entry takes."""
        return LEGEND_LINE + (len(self.lines) - 1) * LINE


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a dot plot: what is drawn, and the same in words (``values``)."""

    label: str
    values: tuple[str, ...]
    mean: Mean | Band | Hidden | NoData | None = None
    interval: ShownInterval | None = None
    self_score: float | None = None
    shape: Shape = Shape.CIRCLE

    @property
    def label_lines(self) -> list[str]:
        """Cut a long label where the values beside it begin, in any page font."""
        values = max(len(line) for line in self.value_lines) * VALUE_LETTER
        room = WIDTH - 2 * EDGE - LINE - values
        return textwrap.wrap(self.label, int(room / LABEL_LETTER)) or [""]

    @property
    def value_lines(self) -> list[str]:
        """Keep the values on one line where they fit."""
        joined = " | ".join(self.values)
        return [joined] if len(joined) <= VALUES_ON_ONE_LINE else list(self.values)

    @property
    def words_height(self) -> float:
        """How much the words above the track take."""
        return max(len(self.label_lines), len(self.value_lines)) * LINE

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to mark on the scale."""
        return self.self_score is not None or isinstance(self.mean, Mean | Band)

    @property
    def height(self) -> float:
        """How much the row takes, with the space below it."""
        return self.words_height + (TRACK + 20 if self.is_drawn else 12)


@dataclass(frozen=True, slots=True)
class Axis:
    """The response scale laid across the sheet, always from end to end."""

    low: float
    high: float
    margin: float = MARGIN

    def at(self, value: float) -> float:
        """Return the place of a value; what lies outside is put at the end."""
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return self.margin + share * (WIDTH - 2 * self.margin)

    def between(self, low: float | None, high: float | None) -> tuple[float, float]:
        """Return both places; an open end lies just beyond the end of the scale."""
        left = self.margin - EDGE if low is None else self.at(low)
        right = WIDTH - self.margin + EDGE if high is None else self.at(high)
        return left, right

    def points(self) -> range:
        """Return the whole points of the scale."""
        return range(int(self.low), int(self.high) + 1)


def dot_plot(
    rows: Sequence[Row],
    scale: ScaleFacts,
    about: About,
    legend: Sequence[LegendEntry] = (),
) -> str:
    """Draw one row per entry on the full axis: words above, marks below."""
    is_long = len(rows) > LONG_CHART
    top = sum(entry.height for entry in legend) + (32 if is_long else 4)
    height = top + sum(row.height for row in rows) + 6
    sheet = Sheet(height)
    y = 10.0
    for entry in legend:
        _draw_legend_entry(sheet, entry, y)
        y += entry.height
    axis = Axis(scale.low, scale.high)
    if is_long:
        draw_scale(sheet, axis, top - 12)
    y = below = top
    for row in rows:
        _draw_row(sheet, axis, row, y)
        y += row.height
        below = y if row.is_drawn else below
    draw_scale(sheet, axis, below - 3)
    return sheet.svg(about)


def _draw_legend_entry(sheet: Sheet, entry: LegendEntry, y: float) -> None:
    if entry.shape is Shape.ZONE:
        sheet.box((2, y - 8), (28, 16), _ZONE)
        _draw_arrow(sheet, (16, y), rightwards=True)
    elif entry.shape is Shape.BAND:
        sheet.box((6, y - 6), (20, 12), _BAND)
    else:
        if entry.with_interval:
            _draw_bar(sheet, (3, 29), y, entry.shape)
        _draw_mark(sheet, (16, y), entry.shape)
    for place, line in enumerate(entry.lines):
        sheet.write((38, y + 5 + place * LINE), line)


def draw_scale(sheet: Sheet, axis: Axis, y: float) -> None:
    """Write the points of the scale on one line."""
    for point in axis.points():
        sheet.write((axis.at(point), y), str(point), Letters("middle", size=13))


def _draw_row(sheet: Sheet, axis: Axis, row: Row, y: float) -> None:
    for place, line in enumerate(row.label_lines, start=1):
        sheet.write((EDGE, y + place * LINE - 2), line, _BOLD)
    for place, line in enumerate(row.value_lines, start=1):
        sheet.write((WIDTH - EDGE, y + place * LINE - 2), line, RIGHT)
    if row.is_drawn:
        _draw_track(sheet, axis, row, y + row.words_height + 6)


def _draw_track(sheet: Sheet, axis: Axis, row: Row, top: float) -> None:
    left, right = axis.between(None, None)
    sheet.box((left, top), (right - left, TRACK), PALE)
    places = [axis.at(point) for point in axis.points()]
    sheet.lines([((x, top), (x, top + TRACK)) for x in places], Stroke(alpha=0.3))
    alone = row.mean is None or row.self_score is None
    _draw_others(sheet, axis, row, top + (TRACK / 2 if alone else 21))
    if row.self_score is not None:
        y_self = top + (TRACK / 2 if alone else 9)
        _draw_mark(sheet, (axis.at(row.self_score), y_self), Shape.DIAMOND)


def _draw_others(sheet: Sheet, axis: Axis, row: Row, y: float) -> None:
    match row.mean:
        case Mean(value, End.NONE):
            _draw_interval(sheet, axis, row, y)
            hollow = row.interval is None and row.shape in _WITH_INTERVAL
            _draw_mark(sheet, (axis.at(value), y), row.shape, hollow=hollow)
        case Mean(value, end):
            _draw_interval(sheet, axis, row, y)
            above = end is End.OR_ABOVE
            zone = axis.between(*((value, None) if above else (None, value)))
            _draw_zone(sheet, zone, y, rightwards=above)
        case Band(low, high):
            left, right = axis.between(low, high)
            _draw_interval(sheet, axis, row, y)
            sheet.box((left, y - 6), (right - left, 12), _BAND)


def _draw_interval(sheet: Sheet, axis: Axis, row: Row, y: float) -> None:
    """Draw the bar; an open end has no cap and stops where the shaded zone begins."""
    if row.interval is None:
        return
    low, high = row.interval.low, row.interval.high
    left, right = axis.between(low, high)
    if isinstance(row.mean, Mean):
        edge = axis.at(row.mean.value)
        left, right = edge if low is None else left, edge if high is None else right
    capped = [x for x, end in ((left, low), (right, high)) if end is not None]
    _draw_bar(sheet, (left, right), y, row.shape, capped)


def _draw_bar(
    sheet: Sheet,
    ends: tuple[float, float],
    y: float,
    shape: Shape,
    capped: Sequence[float] = (),
) -> None:
    bar = ((ends[0], y), (ends[1], y))
    caps = [((x, y - 5), (x, y + 5)) for x in capped]
    sheet.lines([bar, *caps], Stroke(shape.colour, width=2.2))


def _draw_zone(
    sheet: Sheet, ends: tuple[float, float], y: float, *, rightwards: bool
) -> None:
    """Shade where the mean lies; open arrows say that no exact place is meant."""
    left, right = ends
    sheet.box((left, y - 9), (right - left, 18), _ZONE)
    for share in (0.3, 0.7):
        _draw_arrow(sheet, (left + share * (right - left), y), rightwards=rightwards)


def _draw_arrow(sheet: Sheet, at: Place, *, rightwards: bool) -> None:
    x, y = at
    tip = 5 if rightwards else -5
    corners = [(x - tip, y - 5), (x + tip, y), (x - tip, y + 5)]
    sheet.polygon(corners, Fill(Colour.OTHERS, empty=True))


def _draw_mark(sheet: Sheet, at: Place, shape: Shape, *, hollow: bool = False) -> None:
    fill = Fill(shape.colour, empty=hollow or shape is Shape.HOLLOW)
    if shape in _CORNERS:
        corners = [(at[0] + dx, at[1] + dy) for dx, dy in _CORNERS[shape]]
        sheet.polygon(corners, fill)
    else:
        sheet.circle(at, 6.5, fill)
