"""What a reader sees of one dimension: the page or the JSON, taken apart as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

ALL = "all"
GROUPS = {"All raters": ALL, "Your team": "team", "Your peers": "peers"}
SPREADS = {
    "People largely see it the same way.": "alike",
    "Views differ somewhat.": "somewhat",
    "Your team is split on this.": "split",
}
SILENT = {"style", "svg"}
THIRD = "under a third", "a third to two thirds", "two thirds or more"


@dataclass(frozen=True)
class View:
    """One row of a dimension's table; texts as they are printed."""

    mean: str
    interval: str = ""
    spread: str = ""
    favourable: str = ""


@dataclass(frozen=True)
class ItemTold:
    mean: str
    thirds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """All that is printed about one dimension.

    ``against``: the group that items and gap belong to. ``verdict`` and ``gap`` stand
    as the overview writes them; ``source``: where the spread behind intervals is from.
    """

    views: Mapping[str, View]
    items: tuple[ItemTold, ...]
    against: str
    margin: str = ""
    verdict: str = ""
    gap: str = ""
    source: str = ""
    reliability: str = ""


@dataclass
class Table:
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Section:
    """A part of a page: its tables, and the text outside of them."""

    code: str
    tables: list[Table] = field(default_factory=list)
    text: str = ""

    def table(self, caption: str) -> list[list[str]]:
        """Return the rows of the first table whose caption ends like this."""
        for table in self.tables:
            if table.caption.strip().endswith(caption):
                return [[" ".join(c.split()) for c in row] for row in table.rows]
        return []


class Page(HTMLParser):
    """A page cut at its sections; pictures and styles are left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sections = [Section("")]
        self._inside: list[str] = []
        self.feed(page)

    def section(self, code: str) -> Section:
        return next(one for one in self.sections if one.code == code)

    def handle_starttag(self, tag, attrs):
        if tag in {"meta", "br", "link"}:
            return
        self._inside.append(tag)
        if tag == "section":
            name = dict(attrs).get("aria-labelledby", "")
            self.sections.append(Section(name.removeprefix("report-")))
        elif tag == "table":
            self.sections[-1].tables.append(Table())
        elif tag == "tr":
            self.sections[-1].tables[-1].rows.append([])
        elif tag in {"td", "th"}:
            self.sections[-1].tables[-1].rows[-1].append("")

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        inside, section = set(self._inside), self.sections[-1]
        if SILENT & inside:
            return
        if "caption" in inside:
            section.tables[-1].caption += data
        elif {"td", "th"} & inside:
            section.tables[-1].rows[-1][-1] += data
        else:
            section.text += data


def told_on_page(read: Page, code: str) -> Told:
    """Read one dimension off a leader's page."""
    section = read.section(code)
    views = _views(section.table("by group"))
    items = section.table("Single statements")
    shown = [group for group, view in views.items() if re.match(r"\d", view.mean)]
    against = GROUPS[items[0][2]] if items else (shown or ["team"])[0]
    text = " ".join(section.text.split())
    if against in views:
        views[against] = _with_words(views[against], text)
    margin = re.search(r"differences below ([\d.]+) points", text)
    _, _, _, difference = _row(read.section("overview"), "in figures", code, 4)
    gap, verdict = _difference(difference)
    rests = _row(read.section("method"), "What the intervals rest on", code, 3)
    return Told(
        views=views,
        items=tuple(ItemTold(row[2], _thirds(row[3:])) for row in items[1:]),
        against=against,
        margin=margin[1] if margin else "",
        verdict=verdict,
        gap=gap,
        reliability=rests[1],
        source=rests[2],
    )


def _views(rows: Sequence[Sequence[str]]) -> dict[str, View]:
    found = {}
    for who, rating, _ in rows[1:]:
        if who in GROUPS:
            mean, _, interval = rating.partition("(")
            mean = mean.replace("too few answers to say how sure", "")
            found[GROUPS[who]] = View(mean.strip(), interval.rstrip(")"))
    return found


def _with_words(view: View, text: str) -> View:
    favourable = re.search(r"(\w[\w ]*) of the answers are favourable", text)
    spread = next((w for s, w in SPREADS.items() if s in text), "")
    if "Team members differ widely" in text:
        spread = "split"
    share = favourable[1].lower() if favourable else ""
    return View(view.mean, view.interval, spread, share)


def _row(section: Section, caption: str, head: str, width: int) -> list[str]:
    rows = [row for row in section.table(caption) if row[0] == head]
    return rows[0] if rows else [""] * width


def _difference(text: str) -> tuple[str, str]:
    """Part "0.7 higher clearly higher" into gap and verdict."""
    found = re.match(r"((?:at least )?[\d.]+ (?:higher|lower)|the same) (.*)", text)
    return (found[1], found[2]) if found else ("", text.replace("about the same ", ""))


def _thirds(cells: Sequence[str]) -> tuple[str, ...]:
    found = re.match(r"low: (.*); middle: (.*); high: (.*)", cells[0] if cells else "")
    return found.groups() if found else ()


def told_in_json(dimension: Mapping[str, Any]) -> Told:
    """Read one dimension of one leader in ``analysis.json``; texts as on the page."""
    gap = dimension["gap"]
    views = {
        view["group"] or ALL: View(
            mean=mean_text(view["mean"]),
            interval=_interval_text(view["interval"]),
            spread=view["spread"] or "",
            favourable=_words(view["favourable"]),
        )
        for view in dimension["views"]
        if view["group"] != "manager"
    }
    return Told(
        views=views,
        items=tuple(
            ItemTold(mean_text(i["mean"]), tuple(map(_words, i["thirds"] or ())))
            for i in dimension["items"]
        ),
        against=gap["against"] or ALL,
        margin="" if gap["margin"] is None else f"{gap['margin']:.1f}",
        verdict=_words(gap["verdict"]),
        gap=_gap_text(gap["shown"]),
    )


def _words(code: str | None) -> str:
    return (code or "").replace("_", " ")


def is_figure_cell(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of the JSON tells a mean."""
    return cell["kind"] in {"mean", "band"}


def mean_text(cell: Mapping[str, Any]) -> str:
    """Write a cell of the JSON as the page does; nothing where it is hidden."""
    if cell["kind"] == "mean":
        return f"{cell['value']:.1f} {_words(cell['end'])}".strip()
    if cell["kind"] != "band":
        return ""
    low, high = (None if e is None else f"{e:g}" for e in (cell["low"], cell["high"]))
    if low is None:
        return f"{high} or below"
    return f"{low} or above" if high is None else f"{low}–{high}"


def _interval_text(interval: Mapping[str, float | None] | None) -> str:
    if interval is None or None in interval.values():
        return ""
    return f"{interval['low']:.1f} to {interval['high']:.1f}"


def _gap_text(shown: Mapping[str, Any] | None) -> str:
    if shown is None or shown["value"] == 0:
        return "" if shown is None or shown["at_least"] else "the same"
    side = "higher" if shown["value"] > 0 else "lower"
    least = "at least " if shown["at_least"] else ""
    return f"{least}{abs(shown['value']):.1f} {side}"
