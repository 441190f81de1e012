"""Which pictures the organisation's report holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.charts import LegendEntry, Row, Shape, dot_plot
from reports.drawing import About
from reports.organisation_tree import OrganisationDimension, OrganisationReport, Stage
from reports.render.words import Words
from reports.spread_plot import SpreadRow, spread_plot
from reports.surface_plot import SurfaceTexts, surface_plot
from reports.tree import Mean, ScaleFacts, ShownInterval


@dataclass(frozen=True, slots=True)
class Picture:
    """Dimensions that share a scale, and how they are drawn."""

    scale: ScaleFacts
    dimensions: tuple[OrganisationDimension, ...]
    svg: str


def _by_scale(
    dimensions: Sequence[OrganisationDimension],
) -> Iterator[tuple[OrganisationDimension, ...]]:
    for ends in dict.fromkeys((d.scale.low, d.scale.high) for d in dimensions):
        yield tuple(d for d in dimensions if (d.scale.low, d.scale.high) == ends)


def overviews(report: OrganisationReport, words: Words) -> tuple[Picture, ...]:
    """Draw the mean of teams beside that of the leaders' own ratings."""
    told = [d for d in report.dimensions if d.mean_of_teams is not None]
    return tuple(
        Picture(same[0].scale, same, _overview(f"all-{number}", same, words))
        for number, same in enumerate(_by_scale(told), start=1)
    )


def _overview(
    prefix: str, dimensions: Sequence[OrganisationDimension], words: Words
) -> str:
    rows = [_row(one, words) for one in dimensions]
    teams = words.gettext("teams, with interval (95%)")
    legend = [LegendEntry(Shape.CIRCLE, teams, with_interval=True)]
    if any(row.self_score is not None for row in rows):
        legend.append(LegendEntry(Shape.DIAMOND, words.gettext("leaders themselves")))
    lines = "; ".join(f"{row.label}: {', '.join(row.values)}" for row in rows)
    about = About(
        prefix,
        words.gettext("How teams rate, and leaders themselves"),
        words.gettext("{lines}. The table below holds the same.", lines=lines),
    )
    return dot_plot(rows, dimensions[0].scale, about, legend)


def _row(one: OrganisationDimension, words: Words) -> Row:
    teams = one.mean_of_teams
    own = one.self_other.mean_self if one.self_other else None
    values = [words.number(teams.value)] if teams else []
    if own is not None:
        values.append(words.gettext("leaders {score}", score=words.number(own)))
    return Row(
        words.of(one.title),
        tuple(values),
        Mean(round(teams.value, 1)) if teams else None,
        ShownInterval(teams.low, teams.high) if teams else None,
        own,
    )


def spreads(report: OrganisationReport, words: Words) -> tuple[Picture, ...]:
    """Draw how teams lie along the scale, where they are told apart without names."""
    told = [d for d in report.dimensions if d.teams.bins]
    return tuple(
        Picture(same[0].scale, same, _spread(f"spread-{number}", same, words))
        for number, same in enumerate(_by_scale(told), start=1)
    )


def _spread(
    prefix: str, dimensions: Sequence[OrganisationDimension], words: Words
) -> str:
    rows = [SpreadRow(words.of(one.title), one.teams.bins) for one in dimensions]
    about = About(
        prefix,
        words.gettext("How many teams lie where"),
        words.gettext("The table below holds the same."),
    )
    return spread_plot(rows, dimensions[0].scale, about)


def surface(report: OrganisationReport, words: Words) -> str:
    """Draw safety over both views; nothing where too few leaders carry it."""
    found = report.congruence
    if found is None or found.stage in {Stage.TOO_FEW, Stage.NOT_ESTIMABLE}:
        return ""
    texts = SurfaceTexts(
        across=words.gettext("leaders rate themselves"),
        upwards=words.gettext("teams rate their leader"),
        agreement=words.gettext("seen alike"),
        safety=lambda score: words.gettext("safety {score}", score=words.number(score)),
    )
    about = About(
        "surface",
        words.gettext("Safety by how leaders and teams rate"),
        words.gettext(
            "Each point is one leader, unlabelled. Darker means safer; the frame holds "
            "the leaders, outside of it nothing is known."
        ),
    )
    return surface_plot(found, texts, about)
