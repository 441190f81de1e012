"""The plane of both views: others' rating across, the leader's gap upwards.

A list beside it names the numbered dimensions; the list alone is complete.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

from reports.charts import LINE, PALE, RIGHT, Axis, draw_scale
from reports.drawing import WIDTH, About, Colour, Fill, Letters, Place, Sheet, Stroke
from reports.tree import ScaleFacts

POINT_RADIUS = 11
CORNER_LETTERS = 17


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
class _Plane:
    """Others' view across, the gap upwards where the leader rates higher."""

    axis: Axis
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
    ground = _Plane(Axis(scale.low, scale.high, margin=26), _reach(points, scale))
    sheet = Sheet(ground.bottom + 68)
    _draw_ground(sheet, ground, median)
    _draw_plane_texts(sheet, ground, texts)
    placed = list(_apart(points, ground))
    moved = [(ground.at(point), at) for point, at in placed if at != ground.at(point)]
    if moved:
        sheet.lines(moved, Stroke(Colour.OTHERS, width=1.2))
    for point, at in placed:
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
    sheet.box((left, ground.top), (right - left, ground.height), PALE)
    sheet.lines([((left, middle), (right, middle))], Stroke(alpha=0.6))
    x = ground.axis.at(median)
    dashed = Stroke(alpha=0.5, dashed=True)
    sheet.lines([((x, ground.top), (x, ground.bottom))], dashed)
    draw_scale(sheet, ground.axis, ground.bottom + 16)


def _draw_plane_texts(sheet: Sheet, ground: _Plane, texts: PlaneTexts) -> None:
    left, right = ground.axis.between(None, None)
    high, low = ground.top + 18, ground.bottom - 9
    sheet.write((left, ground.top - 9), f"↑ {texts.above}")
    sheet.write((left, ground.bottom + 40), f"↓ {texts.below}")
    sheet.write((right, ground.bottom + 62), f"{texts.across} →", RIGHT)
    corners = (
        ((left + 6, high), texts.top_left, "start"),
        ((right - 6, high), texts.top_right, "end"),
        ((left + 6, low), texts.bottom_left, "start"),
        ((right - 6, low), texts.bottom_right, "end"),
    )
    for at, text, anchor in corners:
        _write_in_corner(sheet, at, text, anchor, upwards=at[1] == low)


def _write_in_corner(
    sheet: Sheet, at: Place, text: str, anchor: str, *, upwards: bool
) -> None:
    """Write a text of up to two lines into a corner of the plane."""
    lines = textwrap.wrap(text, CORNER_LETTERS)
    first = at[1] - (len(lines) - 1) * LINE if upwards else at[1]
    for place, line in enumerate(lines):
        sheet.write((at[0], first + place * LINE), line, Letters(anchor, size=13))


def _apart(points: Sequence[Point], ground: _Plane) -> Iterator[tuple[Point, Place]]:
    """Place the points; one that would cover another moves aside.

    A line then leads from where it belongs to where it stands.
    """
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
    return inside and all(hypot(at[0] - x, at[1] - y) >= apart for x, y in taken)
