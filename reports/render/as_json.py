"""The tree as JSON-ready data: snapshots, and the `analysis.json` of an analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from reports.analysis import Analysis
from reports.organisation import MADE_BY
from reports.tree import (
    FORMAT,
    LeaderReport,
    OrganisationDimension,
    OrganisationReport,
)


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


def _dimension(pooled: OrganisationDimension) -> dict[str, Any]:
    """Return each figure with the function that made it."""
    told: dict[str, Any] = {
        name: {"value": getattr(pooled, name), "function": f"reports.{function}"}
        for name, function in MADE_BY.items()
    }
    return {
        "title": dict(pooled.title),
        "n_teams": pooled.n_teams,
        **told,
        "why_missing": pooled.why_missing.value,
    }


def analysis_json(analysis: Analysis, ignored: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the content of `analysis.json`: what the pages show, for programs.

    ``leaders``: by leader and dimension what that leader's report shows, empty where
    it shows nothing. ``organisation``: by dimension the pooled figures.
    """
    organisation = analysis.organisation
    return {
        "format": FORMAT,
        "cycle": _plain(organisation.cycle),
        "instruments": _plain(organisation.instruments),
        "method": _plain(organisation.method),
        "n_leaders": organisation.n_leaders,
        "n_leaders_shown": organisation.n_leaders_shown,
        "answered": _plain(organisation.answered),
        "ignored_columns": list(ignored),
        "leaders": {key: _leader(report) for key, report in analysis.leaders.items()},
        "organisation": {d.code: _dimension(d) for d in organisation.dimensions},
    }
