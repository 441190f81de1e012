"""How teams lie along the scale: one row a dimension, one box a part of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import EDGE, LINE, Axis, draw_scale
from reports.drawing import WIDTH, About, Colour, Fill, Letters, Sheet, Stroke
from reports.organisation_tree import Bin
from reports.tree import ScaleFacts

BOX = 26
GAP = 16
LIGHTEST, DARKEST = 0.12, 0.6
_BOLD = Letters(bold=True)


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """One dimension and where its teams lie."""

    label: str
    bins: tuple[Bin, ...]


def spread_plot(rows: Sequence[SpreadRow], scale: ScaleFacts, about: About) -> str:
    """Draw where teams lie; each box holds the number of its teams."""
    step = LINE + BOX + GAP
    sheet = Sheet(len(rows) * step + 2 * LINE)
    axis = Axis(scale.low, scale.high)
    for number, row in enumerate(rows):
        top = number * step + LINE
        sheet.write((EDGE, top - 2), row.label, _BOLD)
        _draw_boxes(sheet, axis, row, top + 4)
    draw_scale(sheet, axis, len(rows) * step + LINE / 2)
    return sheet.svg(about)


def _draw_boxes(sheet: Sheet, axis: Axis, row: SpreadRow, top: float) -> None:
    left, right = axis.at(axis.low), axis.at(axis.high)
    bottom = top + BOX
    sheet.lines([((left, bottom), (right, bottom))], Stroke(alpha=0.4))
    most = max((one.n_teams for one in row.bins), default=1)
    for one in row.bins:
        start, end = axis.at(one.low), min(axis.at(one.high), WIDTH - EDGE)
        alpha = LIGHTEST + (DARKEST - LIGHTEST) * one.n_teams / most
        sheet.box((start + 1, top), (end - start - 2, BOX), Fill(Colour.OTHERS, alpha))
        middle = ((start + end) / 2, top + BOX / 2 + 5)
        sheet.write(middle, str(one.n_teams), Letters("middle", bold=True))
