"""Pictures of a report: shown figures in, SVG out; every word comes from the caller.

Only cells of the tree are drawn, so no coordinate says more than the words beside it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
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
POINT_RADIUS = 11

_PALE = Fill(alpha=0.06)
_ZONE = Fill(Colour.OTHERS, alpha=0.16)
_BOLD = Letters(bold=True)
_RIGHT = Letters("end")


class Shape(StrEnum):
    """The mark of a group; its colour goes with it and is never the only sign."""

    CIRCLE = "circle"
    HOLLOW = "hollow"
    DIAMOND = "diamond"
    SQUARE = "square"
    TRIANGLE = "triangle"
    ZONE = "zone"

    @property
    def colour(self) -> Colour:
        """Return the colour that goes with the shape."""
        return _COLOURS.get(self, Colour.OTHERS)


_COLOURS = {
    Shape.DIAMOND: Colour.SELF,
    Shape.SQUARE: Colour.PEERS,
    Shape.TRIANGLE: Colour.MANAGER,
}
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
    def height(self) -> float:
        """How much the row takes, with the space below it."""
        return self.words_height + TRACK + 20


@dataclass(frozen=True, slots=True)
class Point:
    """One numbered dimension laid by both views; hollow where nothing is sure."""

    number: int
    mean: float
    gap: float
    hollow: bool


@dataclass(frozen=True, slots=True)
class PlaneTexts:
    """The words around the plane of both views."""

    across: str
    above: str
    below: str
    top_left: str
    top_right: str
    bottom_left: str
    bottom_right: str


@dataclass(frozen=True, slots=True)
class _Axis:
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
    axis = _Axis(scale.low, scale.high)
    if is_long:
        _draw_scale(sheet, axis, top - 12)
    y = top
    for row in rows:
        _draw_row(sheet, axis, row, y)
        y += row.height
    _draw_scale(sheet, axis, y)
    return sheet.svg(about)


def _draw_legend_entry(sheet: Sheet, entry: LegendEntry, y: float) -> None:
    if entry.shape is Shape.ZONE:
        sheet.box((2, y - 8), (28, 16), _ZONE)
        _draw_arrow(sheet, (16, y), rightwards=True)
    else:
        if entry.with_interval:
            _draw_bar(sheet, (3, 29), y, entry.shape)
        _draw_mark(sheet, (16, y), entry.shape)
    for place, line in enumerate(entry.lines):
        sheet.write((38, y + 5 + place * LINE), line)


def _draw_scale(sheet: Sheet, axis: _Axis, y: float) -> None:
    for point in axis.points():
        sheet.write((axis.at(point), y), str(point), Letters("middle", size=13))


def _draw_row(sheet: Sheet, axis: _Axis, row: Row, y: float) -> None:
    for place, line in enumerate(row.label_lines, start=1):
        sheet.write((EDGE, y + place * LINE - 2), line, _BOLD)
    for place, line in enumerate(row.value_lines, start=1):
        sheet.write((WIDTH - EDGE, y + place * LINE - 2), line, _RIGHT)
    top = y + row.words_height + 6
    left, right = axis.between(None, None)
    sheet.box((left, top), (right - left, TRACK), _PALE)
    for point in axis.points():
        x = axis.at(point)
        sheet.line((x, top), (x, top + TRACK), Stroke(alpha=0.3))
    alone = row.mean is None or row.self_score is None
    _draw_others(sheet, axis, row, top + (TRACK / 2 if alone else 21))
    if row.self_score is not None:
        y_self = top + (TRACK / 2 if alone else 9)
        _draw_mark(sheet, (axis.at(row.self_score), y_self), Shape.DIAMOND)


def _draw_others(sheet: Sheet, axis: _Axis, row: Row, y: float) -> None:
    match row.mean:
        case Mean(value, End.NONE):
            if row.interval is not None:
                _draw_interval(sheet, axis, row, y)
            unsure = row.interval is None and row.shape is Shape.CIRCLE
            _draw_mark(
                sheet, (axis.at(value), y), Shape.HOLLOW if unsure else row.shape
            )
        case Mean(value, end):
            if row.interval is not None:
                _draw_interval(sheet, axis, row, y)
            above = end is End.OR_ABOVE
            zone = axis.between(*((value, None) if above else (None, value)))
            _draw_zone(sheet, zone, y, rightwards=above)
        case Band(low, high):
            left, right = axis.between(low, high)
            bar = Fill(Colour.OTHERS, alpha=0.45)
            sheet.box((left, y - 6), (right - left, 12), bar)


def _draw_interval(sheet: Sheet, axis: _Axis, row: Row, y: float) -> None:
    """Draw the bar; an open end has no cap and stops where the shaded zone begins."""
    if row.interval is None or not isinstance(row.mean, Mean):
        return
    low, high = row.interval.low, row.interval.high
    edge = axis.at(row.mean.value)
    left = edge if low is None else axis.at(low)
    right = edge if high is None else axis.at(high)
    _draw_bar(sheet, (left, right), y, row.shape)
    for x in (None if low is None else left, None if high is None else right):
        if x is not None:
            stroke = Stroke(row.shape.colour, width=2)
            sheet.line((x, y - 5), (x, y + 5), stroke)


def _draw_bar(sheet: Sheet, ends: tuple[float, float], y: float, shape: Shape) -> None:
    stroke = Stroke(shape.colour, width=2.4)
    sheet.line((ends[0], y), (ends[1], y), stroke)


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


def _draw_mark(sheet: Sheet, at: Place, shape: Shape) -> None:
    fill = Fill(shape.colour, empty=shape is Shape.HOLLOW)
    if shape in _CORNERS:
        corners = [(at[0] + dx, at[1] + dy) for dx, dy in _CORNERS[shape]]
        sheet.polygon(corners, fill)
    else:
        sheet.circle(at, 6.5, fill)


@dataclass(frozen=True, slots=True)
class _Plane:
    """Others' view across, the gap upwards where the leader rates higher."""

    axis: _Axis
    reach: float
    top: float = 30
    height: float = 290

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.top + self.height

    def at(self, point: Point) -> Place:
        """Return the place of a dimension."""
        y = self.top + self.height * (0.5 - point.gap / self.reach / 2)
        return self.axis.at(point.mean), y


def plane(
    points: Sequence[Point],
    scale: ScaleFacts,
    median: float,
    texts: PlaneTexts,
    about: About,
) -> str:
    """Draw the dimensions as numbers between both views; a list names them."""
    ground = _Plane(_Axis(scale.low, scale.high, margin=26), _reach(points, scale))
    sheet = Sheet(ground.bottom + 68)
    _draw_ground(sheet, ground, median)
    _draw_plane_texts(sheet, ground, texts)
    for point, at in _apart(points, ground):
        sheet.circle(at, POINT_RADIUS, Fill(Colour.OTHERS, empty=point.hollow))
        colour = Colour.INK if point.hollow else Colour.PAPER
        letters = Letters("middle", size=13, bold=True, colour=colour)
        sheet.write((at[0], at[1] + 4.5), str(point.number), letters)
    return sheet.svg(about)


def _reach(points: Sequence[Point], scale: ScaleFacts) -> float:
    """Half the scale up and down, or all of it where a gap is wider than that."""
    width = scale.high - scale.low
    widest = max((abs(point.gap) for point in points), default=0)
    return width / 2 if widest < width / 2 else width


def _draw_ground(sheet: Sheet, ground: _Plane, median: float) -> None:
    left, right = ground.axis.between(None, None)
    middle = ground.top + ground.height / 2
    sheet.box((left, ground.top), (right - left, ground.height), _PALE)
    sheet.line((left, middle), (right, middle), Stroke(alpha=0.6))
    x = ground.axis.at(median)
    sheet.line((x, ground.top), (x, ground.bottom), Stroke(alpha=0.5, dashed=True))
    _draw_scale(sheet, ground.axis, ground.bottom + 16)


def _draw_plane_texts(sheet: Sheet, ground: _Plane, texts: PlaneTexts) -> None:
    left, right = ground.axis.between(None, None)
    high, low = ground.top + 18, ground.bottom - 9
    sheet.write((left, ground.top - 9), f"↑ {texts.above}")
    sheet.write((left, ground.bottom + 40), f"↓ {texts.below}")
    sheet.write((right, ground.bottom + 62), f"{texts.across} →", _RIGHT)
    inside = (
        ((left + 6, high), texts.top_left, "start"),
        ((right - 6, high), texts.top_right, "end"),
        ((left + 6, low), texts.bottom_left, "start"),
        ((right - 6, low), texts.bottom_right, "end"),
    )
    for at, text, anchor in inside:
        sheet.write(at, text, Letters(anchor, size=13))


def _apart(points: Sequence[Point], ground: _Plane) -> Iterator[tuple[Point, Place]]:
    """Place the points; one that would cover another moves aside."""
    taken: list[Place] = []
    for point in points:
        x, y = ground.at(point)
        free = (x + aside for aside in _asides() if _is_free((x + aside, y), taken))
        taken.append((next(free, x), y))
        yield point, taken[-1]


def _asides() -> Iterator[float]:
    """Yield steps to the right and to the left, wider and wider."""
    for n_steps in range(WIDTH):
        yield n_steps * POINT_RADIUS / 2
        yield -n_steps * POINT_RADIUS / 2


def _is_free(at: Place, taken: Sequence[Place]) -> bool:
    """Whether a point here covers no other and stays on the sheet."""
    apart = 2 * POINT_RADIUS + 2
    inside = POINT_RADIUS <= at[0] <= WIDTH - POINT_RADIUS
    return inside and all(
        abs(at[0] - x) >= apart or abs(at[1] - y) >= apart for x, y in taken
    )
