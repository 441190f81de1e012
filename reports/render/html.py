"""A report as HTML: a fragment for the site, or a page that stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.organisation_tree import OrganisationReport
from reports.render import organisation_pictures, organisation_sentences, sentences
from reports.render.opening import because_sentence, opening
from reports.render.pictures import both_views, by_group, overviews
from reports.render.words import Words
from reports.tree import (
    CycleFacts,
    DimensionResult,
    Focus,
    LeaderReport,
    Quadrant,
)

TEMPLATES = Path(__file__).parent / "templates"
CSS = TEMPLATES / "report.css"


@dataclass(frozen=True, slots=True)
class Section:
    """One dimension with its sentences and its picture, ready to be laid out."""

    result: DimensionResult
    finding: str
    further: tuple[str, ...]
    svg: str
    because: str = ""
    suggestions: tuple[str, ...] = ()


def report_css() -> str:
    """Return the styles of all reports; every rule is bound to ``.report``."""
    return CSS.read_text(encoding="utf-8")


def leader_fragment(
    report: LeaderReport, language: str, *, nonce: str | None = None
) -> Markup:
    """Return a leader's report to stand inside ``<main>``, its ``<h1>`` included.

    The page around it either serves `report_css` itself or passes the nonce of its
    content security policy; then the styles come with the fragment.
    """
    name = "leader.html" if report.has_figures else "leader_hidden.html"
    return _rendered(name, language, nonce, **_leader_context(report, Words(language)))


def leader_page(report: LeaderReport, language: str) -> str:
    """Return a leader's report as a document that needs nothing else."""
    words = Words(language)
    title = words.gettext("Feedback report for {leader}", leader=report.leader)
    return _page(title, leader_fragment(report, language), report.cycle, words)


def organisation_fragment(
    report: OrganisationReport, language: str, *, nonce: str | None = None
) -> Markup:
    """Return the organisation's report to stand inside ``<main>``."""
    words = Words(language)
    return _rendered(
        "organisation.html",
        language,
        nonce,
        report=report,
        say=organisation_sentences,
        lines=tuple(organisation_sentences.in_short(report, words)),
        overviews=organisation_pictures.overviews(report, words),
        spreads=organisation_pictures.spreads(report, words),
        surface=organisation_pictures.surface(report, words),
    )


def organisation_page(report: OrganisationReport, language: str) -> str:
    """Return the organisation's report as a document that needs nothing else."""
    words = Words(language)
    title = words.gettext("Organisation report")
    return _page(title, organisation_fragment(report, language), report.cycle, words)


def _rendered(name: str, language: str, nonce: str | None, **context: Any) -> Markup:
    template = _environment(language).get_template(name)
    css = Markup(report_css())  # noqa: S704  # a file of this package
    words = Words(language)
    text = template.render(words=words, nonce=nonce, css=css, **context)
    return Markup(text)  # noqa: S704  # made by templates that escape


def _page(title: str, fragment: Markup, cycle: CycleFacts, words: Words) -> str:
    template = _environment(words.language).get_template("page.html")
    return template.render(
        title=title,
        fragment=fragment,
        language=words.language,
        open_analysis=cycle.open_analysis,
        css=Markup(report_css()),  # noqa: S704  # a file of this package
    )


@lru_cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = Words(language).gettext
    environment.filters["naming"] = _naming
    return environment


def _naming(sentence: str, title: str) -> Markup:
    """Set the dimension's title in a sentence apart, so that it reads as a name."""
    if not title:
        return escape(sentence)
    before, found, after = sentence.partition(title)
    if not found:
        return escape(sentence)
    return Markup("{}<b>{}</b>{}").format(before, title, after)


def _leader_context(report: LeaderReport, words: Words) -> dict[str, Any]:
    if not report.has_figures:
        return {"report": report, "sentences": sentences}
    focus = {one.dimension: one for one in report.focus}
    chosen = [report.dimension(code) for code in focus]
    rest = [d for d in report.dimensions if d.code not in focus]

    def section(result: DimensionResult) -> Section:
        return _section(report, result, focus.get(result.code), words)

    return {
        "report": report,
        "sentences": sentences,
        "lines": opening(report, words),
        "overviews": overviews(report, words),
        "both_views": both_views(report, words),
        "focus": [section(d) for d in chosen if not d.about_team],
        "others": [section(d) for d in rest if not d.about_team],
        "quadrants": tuple(Quadrant),
        "about_team": [section(d) for d in (*chosen, *rest) if d.about_team],
    }


def _section(
    report: LeaderReport, result: DimensionResult, focus: Focus | None, words: Words
) -> Section:
    return Section(
        result,
        sentences.verdict_sentence(result, report.cycle.k, words),
        sentences.further_sentences(result, words),
        by_group(result, words),
        because_sentence(focus, result, words) if focus else "",
        tuple(words.of(one.texts) for one in focus.suggestions) if focus else (),
    )
