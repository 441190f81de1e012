"""Safety over both views as a shaded square, with the leaders it was fitted on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts import Axis, draw_scale
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
from reports.organisation_tree import Congruence, Surface
from reports.organisation_tree import Place as Leader

CELLS = 20
MARGIN = 40
TOP = 30
POINT = 2.6
LIGHTEST, DARKEST = 0.08, 0.62
_SMALL = Letters("middle", size=13)


@dataclass(frozen=True, slots=True)
class SurfaceTexts:
    """The words around the square; ``safety`` says what a shade stands for."""

    across: str
    upwards: str
    agreement: str
    safety: Callable[[float], str]


@dataclass(frozen=True, slots=True)
class _Square:
    """Self rating across, the team's upwards."""

    axis: Axis

    @property
    def side(self) -> float:
        """Return the length of one side."""
        return WIDTH - 2 * self.axis.margin

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return TOP + self.side

    def at(self, x: float, y: float) -> Place:
        """Return the place of two ratings."""
        left = self.axis.at(x)
        return left, self.bottom - (self.axis.at(y) - self.axis.margin)


def predicted(fitted: Surface, centre: float, x: float, y: float) -> float:
    """Return the safety that the fitted surface gives to two ratings."""
    dx, dy = x - centre, y - centre
    terms = (1.0, dx, dy, dx * dx, dx * dy, dy * dy)
    return sum(b * term for b, term in zip(fitted.coefficients, terms, strict=True))


def surface_plot(found: Congruence, texts: SurfaceTexts, about: About) -> str:
    """Draw the surface, where there is one, and the leaders as points."""
    square = _Square(Axis(found.scale.low, found.scale.high, margin=MARGIN))
    sheet = Sheet(square.bottom + (96 if found.surface else 56))
    if found.surface:
        _shade(sheet, square, found.surface, texts)
    corners = [square.at(found.scale.low, found.scale.low)]
    corners.append(square.at(found.scale.high, found.scale.high))
    sheet.lines([(corners[0], corners[1])], Stroke(alpha=0.6, dashed=True))
    if found.surface:
        _draw_hull(sheet, square, found.surface.hull)
    for one in found.places:
        sheet.circle(square.at(one.self_score, one.team), POINT, Fill(Colour.INK))
    _write_around(sheet, square, found, texts)
    return sheet.svg(about)


def _inside(hull: Sequence[Leader], x: float, y: float) -> bool:
    """Whether a place lies within the frame; its corners stand counter-clockwise."""
    sides = zip(hull, [*hull[1:], *hull[:1]], strict=True)
    return all(
        (b.self_score - a.self_score) * (y - a.team)
        >= (b.team - a.team) * (x - a.self_score)
        for a, b in sides
    )


def _shade(sheet: Sheet, square: _Square, fitted: Surface, texts: SurfaceTexts) -> None:
    """Shade cell by cell within the frame, dark where safety is high; add the key."""
    low, high = square.axis.low, square.axis.high
    step, size = (high - low) / CELLS, square.side / CELLS
    middles = [low + (n + 0.5) * step for n in range(CELLS)]
    cells = [(x, y) for x in middles for y in middles if _inside(fitted.hull, x, y)]
    values = [predicted(fitted, (low + high) / 2, x, y) for x, y in cells]
    least, most = min(values, default=0.0), max(values, default=0.0)
    for (x, y), value in zip(cells, values, strict=True):
        share = (value - least) / (most - least) if most > least else 0.5
        left, top = square.at(x - step / 2, y + step / 2)
        alpha = LIGHTEST + (DARKEST - LIGHTEST) * share
        sheet.box((left, top), (size, size), Fill(Colour.OTHERS, alpha))
    if values:
        _draw_key(sheet, square, texts.safety(least), texts.safety(most))


def _draw_hull(sheet: Sheet, square: _Square, hull: Sequence[Leader]) -> None:
    corners = [square.at(one.self_score, one.team) for one in hull]
    if corners:
        ends = list(zip(corners, [*corners[1:], corners[0]], strict=True))
        sheet.lines(ends, Stroke(Colour.SELF, width=2))


def _draw_key(sheet: Sheet, square: _Square, low: str, high: str) -> None:
    y = square.bottom + 70
    for left, alpha, text in (
        (square.axis.margin, LIGHTEST, low),
        (WIDTH / 2 + 10, DARKEST, high),
    ):
        sheet.box((left, y), (18, 14), Fill(Colour.OTHERS, alpha))
        sheet.write((left + 24, y + 12), text, Letters(size=13))


def _write_around(
    sheet: Sheet, square: _Square, found: Congruence, texts: SurfaceTexts
) -> None:
    draw_scale(sheet, square.axis, square.bottom + 18)
    for point in square.axis.points():
        at = square.at(found.scale.low, point)
        sheet.write((at[0] - 14, at[1] + 5), str(point), _SMALL)
    sheet.write((4, TOP - 14), f"↑ {texts.upwards}", Letters(size=13))
    right = (WIDTH - 4, square.bottom + 44)
    sheet.write(right, f"{texts.across} →", Letters("end", size=13))
    edge = WIDTH - square.axis.margin
    sheet.write((edge - 26, TOP - 8), texts.agreement, Letters("end", size=12))
