"""Which pictures a report holds: cells of the tree and words, laid out as charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from questionnaires.model import RaterGroup
from reports.charts import LegendEntry, Row, Shape, dot_plot
from reports.disclosure import stand_in
from reports.drawing import About
from reports.plane import PlaneTexts, Point, plane
from reports.render.sentences import main_view
from reports.render.words import Words
from reports.tree import (
    Band,
    DimensionResult,
    End,
    GroupView,
    LeaderReport,
    Mean,
    Placement,
    Quadrant,
    ScaleFacts,
)

FEWEST_FOR_PLANE = 3

_SHAPES = {RaterGroup.PEERS: Shape.SQUARE, RaterGroup.MANAGER: Shape.TRIANGLE}
_QUADRANT_ORDER = tuple(Quadrant)


@dataclass(frozen=True, slots=True)
class Overview:
    """The main chart of dimensions that share a scale, lowest rating first."""

    prefix: str
    scale: ScaleFacts
    results: tuple[DimensionResult, ...]
    svg: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A dimension with its number in the plane and its place there."""

    number: int
    result: DimensionResult
    placement: Placement


@dataclass(frozen=True, slots=True)
class BothViews:
    """The plane of both views, if enough can be drawn, and the list beside it."""

    placed: tuple[Placed, ...]
    svg: str

    def at(self, quadrant: Quadrant) -> tuple[Placed, ...]:
        """Return the dimensions of one quadrant in the order of the report."""
        return tuple(p for p in self.placed if p.placement.quadrant is quadrant)


def overviews(report: LeaderReport, words: Words) -> tuple[Overview, ...]:
    """Return one main chart a scale; what describes the team stands apart."""
    own = [d for d in report.dimensions if not d.about_team] or report.dimensions
    scales = dict.fromkeys((d.scale.low, d.scale.high) for d in own)
    charts = []
    for number, ends in enumerate(scales, start=1):
        same = [d for d in own if (d.scale.low, d.scale.high) == ends]
        charts.append(_overview(f"overview-{number}", same, words))
    return tuple(charts)


def _overview(
    prefix: str, results: Sequence[DimensionResult], words: Words
) -> Overview:
    ordered = sorted(results, key=_rating)
    rows = [_overview_row(result, words) for result in ordered]
    about = About(
        prefix,
        words.gettext("Your view and the view of others"),
        _spoken(rows, words),
    )
    scale = ordered[0].scale
    svg = dot_plot(rows, scale, about, _legend(ordered, words))
    return Overview(prefix, scale, tuple(ordered), svg)


def _rating(result: DimensionResult) -> float:
    """Order by the shown rating; what is hidden comes last."""
    mean = main_view(result).mean
    if isinstance(mean, (Mean, Band)):
        return stand_in(mean)
    return result.scale.high + 1


def _overview_row(result: DimensionResult, words: Words) -> Row:
    view = main_view(result)
    values = [words.mean(view.mean)]
    if result.self_score is not None:
        values.append(_you(result.self_score, words))
    return Row(
        words.of(result.title),
        tuple(values),
        view.mean,
        view.interval,
        result.self_score,
    )


def _you(score: float, words: Words) -> str:
    return words.gettext("you {score}", score=words.number(score))


def _spoken(rows: Sequence[Row], words: Words) -> str:
    """Say the picture in one breath; the table beside it says the same."""
    lines = "; ".join(f"{row.label}: {', '.join(row.values)}" for row in rows)
    return words.gettext("{lines}. The table below holds the same.", lines=lines)


def _legend(results: Sequence[DimensionResult], words: Words) -> list[LegendEntry]:
    """Explain the marks that occur, and no others."""
    views = [main_view(result) for result in results]
    shown = [v for v in views if isinstance(v.mean, Mean)]
    exact = [v for v in shown if isinstance(v.mean, Mean) and v.mean.end is End.NONE]
    entries = []
    if any(result.self_score is not None for result in results):
        entries.append(LegendEntry(Shape.DIAMOND, words.gettext("you")))
    if any(view.interval for view in exact):
        text = words.gettext("others, with interval (95%)")
        entries.append(LegendEntry(Shape.CIRCLE, text, with_interval=True))
    if not all(view.interval for view in exact):
        text = words.gettext("others; too few answers to say how sure")
        entries.append(LegendEntry(Shape.HOLLOW, text))
    if len(exact) < len(shown):
        text = words.gettext("others, near the end of the scale")
        entries.append(LegendEntry(Shape.ZONE, text))
    if any(isinstance(view.mean, Band) for view in views):
        text = words.gettext("others, somewhere in this band")
        entries.append(LegendEntry(Shape.BAND, text))
    return entries


def by_group(result: DimensionResult, words: Words) -> str:
    """Draw how each group sees one dimension; nothing where no group is shown."""
    if not any(isinstance(view.mean, (Mean, Band)) for view in result.views):
        return ""
    rows = [_group_row(view, words) for view in result.views]
    if result.self_score is not None and len(rows) == 1:
        values = (*rows[0].values, _you(result.self_score, words))
        rows = [replace(rows[0], values=values, self_score=result.self_score)]
    elif result.self_score is not None:
        own = words.number(result.self_score)
        label = words.group(RaterGroup.SELF)
        rows.append(Row(label, (own,), self_score=result.self_score))
    title = words.gettext("{dim} by group", dim=words.of(result.title))
    about = About(f"group-{result.code}", title, _spoken(rows, words))
    return dot_plot(rows, result.scale, about)


def _group_row(view: GroupView, words: Words) -> Row:
    label, values = words.group(view.group), (words.mean(view.mean),)
    shape = _SHAPES.get(view.group, Shape.CIRCLE) if view.group else Shape.CIRCLE
    return Row(label, values, view.mean, view.interval, shape=shape)


def both_views(report: LeaderReport, words: Words) -> BothViews:
    """Return where views agree and differ; no plane for fewer than three."""
    ordered = sorted(report.placements, key=lambda p: _QUADRANT_ORDER.index(p.quadrant))
    placed = tuple(
        Placed(number, report.dimension(placement.dimension), placement)
        for number, placement in enumerate(ordered, start=1)
    )
    points = [point for one in placed if (point := _point(one)) is not None]
    scales = {(one.result.scale.low, one.result.scale.high) for one in placed}
    if len(points) < FEWEST_FOR_PLANE or len(scales) > 1:
        return BothViews(placed, "")
    middle = median(_rating(one.result) for one in placed)
    about = About(
        "both-views",
        words.gettext("Where your view and the view of others agree and differ"),
        words.gettext("Each number is a dimension; the table below names them."),
    )
    texts, scale = _plane_texts(words), placed[0].result.scale
    return BothViews(placed, plane(points, scale, middle, texts, about))


def _point(placed: Placed) -> Point | None:
    mean, gap = main_view(placed.result).mean, placed.result.gap.shown
    if not isinstance(mean, (Mean, Band)) or gap is None:
        return None
    hollow = placed.placement.quadrant is Quadrant.OPEN
    return Point(placed.number, stand_in(mean), gap.value, hollow)


def _plane_texts(words: Words) -> PlaneTexts:
    return PlaneTexts(
        across=words.gettext("rating by others"),
        above=words.gettext("you rate yourself higher"),
        below=words.gettext("others rate you higher"),
        top_left=words.quadrant(Quadrant.BLIND_SPOT),
        top_right=words.quadrant(Quadrant.SHARED_STRENGTH),
        bottom_left=words.quadrant(Quadrant.SHARED_FOCUS),
        bottom_right=words.quadrant(Quadrant.HIDDEN_STRENGTH),
    )
