"""The tree as JSON-ready data: snapshots, and the `analysis.json` of an analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from reports.analysis import Analysis
from reports.organisation_tree import (
    Figure,
    OrganisationDimension,
    OrganisationReport,
)
from reports.tree import FORMAT, LeaderReport


def _plain(value: object) -> Any:
    """Turn dataclasses into dicts, enums into their values, tuples into lists."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value


def as_json(report: LeaderReport | OrganisationReport) -> dict[str, Any]:
    """Return the whole tree, ready for `json.dumps`."""
    plain: dict[str, Any] = _plain(report)
    return plain


def _leader(report: LeaderReport) -> dict[str, Any]:
    return {dimension.code: _plain(dimension) for dimension in report.dimensions}


MADE_BY = {
    "mean": "scoring.dimension_scores",
    "mean_of_teams": "inference.mean_with_interval",
    "favourable": "inference.wilson_interval",
    "alpha": "reliability.cronbach_alpha",
    "alpha_within_teams": "reliability.alpha_within_teams",
    "omega": "reliability.mcdonald_omega",
    "icc1": "agreement.intraclass_correlation",
    "icc2": "agreement.intraclass_correlation",
    "team_reliability": "agreement.intraclass_correlation",
    "rwg_j_median": "agreement.rwg_j_by_group",
    "rwg_star_j_median": "agreement.rwg_star_j_by_group",
    "rwg_j_median_skewed": "agreement.rwg_j_by_group",
    "rwg_star_j_median_skewed": "agreement.rwg_star_j_by_group",
    "above_chance": "chance.rwg_star_by_chance",
}
"""Which function makes each pooled figure of a dimension."""


def _figure(value: float | Figure | None, function: str) -> dict[str, Any]:
    told = _plain(value) if isinstance(value, Figure) else {"value": value}
    return {**told, "function": f"reports.{function}"}


def _dimension(pooled: OrganisationDimension) -> dict[str, Any]:
    """Return the tree of one dimension, each pooled figure with what made it."""
    plain: dict[str, Any] = _plain(pooled)
    quality = plain.pop("quality")
    figures = {
        name: _figure(
            getattr(pooled.quality if name in quality else pooled, name), function
        )
        for name, function in MADE_BY.items()
    }
    return {**plain, **figures}


def analysis_json(analysis: Analysis, ignored: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the content of `analysis.json`: what the pages show, for programs.

    ``leaders``: by leader and dimension what that leader's report shows, empty where
    it shows nothing. ``organisation``: by dimension the pooled figures, each with the
    function that made it; after it what is told over all dimensions.
    """
    organisation = analysis.organisation
    return {
        "format": FORMAT,
        "cycle": _plain(organisation.cycle),
        "instruments": _plain(organisation.instruments),
        "method": _plain(organisation.method),
        "response": _plain(organisation.response),
        "ignored_columns": list(ignored),
        "leaders": {key: _leader(report) for key, report in analysis.leaders.items()},
        "organisation": {d.code: _dimension(d) for d in organisation.dimensions},
        "correlations": _plain(organisation.correlations),
        "straightlining": _plain(organisation.straightlining),
        "screen": _plain(organisation.screen),
        "congruence": _plain(organisation.congruence),
    }
