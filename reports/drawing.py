"""A sheet to draw on: lines, shapes and words in, SVG fit for a page out.

Text stays text in the font of the page. No style attribute is left, because pages
forbid inline styles, and the same drawing always gives the same bytes.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from typing import Any
from xml.etree import ElementTree

WIDTH = 380

Place = tuple[float, float]
"""Where on the sheet: units rightwards and downwards from the upper left."""

_INK = "#010101"
_ONE_AT_A_TIME = threading.Lock()
_INHERITED = {"fill": "currentColor", "font-size": "14px", "text-anchor": "start"}
_NUMBER = re.compile(r"-?\d+\.\d+")
_SVG = "{http://www.w3.org/2000/svg}"


class Colour(StrEnum):
    """Ink follows the text of the page; every other colour keeps 3:1 on white."""

    INK = _INK
    PAPER = "#ffffff"
    SELF = "#b34700"
    OTHERS = "#0072b2"
    PEERS = "#00796b"
    MANAGER = "#595959"

    @property
    def css_class(self) -> str:
        """Return the class by which a style sheet finds marks of this colour."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class About:
    """What a picture says to somebody who does not see it; ``prefix`` makes ids."""

    prefix: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Letters:
    """How words look; ``anchor`` is start, middle or end of the line."""

    anchor: str = "start"
    size: float = 14
    bold: bool = False
    colour: Colour = Colour.INK


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line looks."""

    colour: Colour = Colour.INK
    width: float = 1
    alpha: float = 1
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """How a shape looks; an empty one has an outline only."""

    colour: Colour = Colour.INK
    alpha: float = 1
    empty: bool = False
    outline: float = 1.8


_PLAIN_LETTERS = Letters()
_THIN = Stroke()


class Sheet:
    """A sheet of paper, `WIDTH` units wide."""

    def __init__(self, height: float) -> None:
        from matplotlib.figure import Figure

        self._height = height
        self._figure = Figure(figsize=(WIDTH / 72, height / 72))
        self._figure.patch.set_visible(False)
        self._axes: Any = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(height, 0)
        self._n_drawn = 0

    def write(self, at: Place, text: str, letters: Letters = _PLAIN_LETTERS) -> None:
        """Write one line that stands on ``at``."""
        self._axes.text(
            *at,
            text,
            ha={"start": "left", "middle": "center", "end": "right"}[letters.anchor],
            va="baseline",
            fontsize=letters.size,
            fontweight="bold" if letters.bold else "normal",
            color=letters.colour.value,
            parse_math=False,
            gid="words",
            zorder=self._next(),
        )

    def lines(
        self, ends: Sequence[tuple[Place, Place]], stroke: Stroke = _THIN
    ) -> None:
        """Draw straight lines that look alike."""
        gap = (math.nan, math.nan)
        places = [at for start, end in ends for at in (start, end, gap)]
        self._axes.plot(
            [x for x, _ in places],
            [y for _, y in places],
            color=stroke.colour.value,
            linewidth=stroke.width,
            linestyle=(0, (4, 3)) if stroke.dashed else "solid",
            alpha=None if stroke.alpha == 1 else stroke.alpha,
            solid_capstyle="butt",
            clip_on=False,
            gid=f"line {stroke.colour.css_class}",
            zorder=self._next(),
        )

    def polygon(self, corners: Sequence[Place], fill: Fill) -> None:
        """Draw a closed shape with straight sides."""
        from matplotlib.patches import Polygon

        self._add(Polygon(corners, closed=True), fill)

    def box(self, corner: Place, size: Place, fill: Fill) -> None:
        """Draw a rectangle without an outline."""
        x, y = corner
        width, height = size
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self.polygon(corners, Fill(fill.colour, fill.alpha, outline=0))

    def circle(self, middle: Place, radius: float, fill: Fill) -> None:
        """Draw a circle."""
        from matplotlib.patches import Circle

        self._add(Circle(middle, radius), fill)

    def _add(self, patch: Any, fill: Fill) -> None:
        patch.set(
            facecolor="none" if fill.empty else fill.colour.value,
            edgecolor=fill.colour.value if fill.outline else "none",
            linewidth=fill.outline,
            alpha=None if fill.alpha == 1 else fill.alpha,
            clip_on=False,
            gid=f"shape {fill.colour.css_class}",
            zorder=self._next(),
        )
        self._axes.add_patch(patch)

    def _next(self) -> int:
        self._n_drawn += 1
        return self._n_drawn

    def svg(self, about: About) -> str:
        """Return the drawing as SVG that may stand inside a page.

        One at a time: the settings are global to matplotlib, and servers have threads.
        """
        import matplotlib as mpl

        raw = StringIO()
        settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "hansei"}
        with _ONE_AT_A_TIME, mpl.rc_context(settings):
            self._figure.savefig(raw, format="svg", metadata={"Date": None})
        drawing = ElementTree.fromstring(raw.getvalue())  # noqa: S314  # our own
        page = _empty_page(about, self._height)
        for group in drawing.iter(f"{_SVG}g"):
            for element in group:
                if element.tag in {f"{_SVG}path", f"{_SVG}text"}:
                    page.append(_plain(element, group.get("id", "")))
        return ElementTree.tostring(page, encoding="unicode")


def _empty_page(about: About, height: float) -> ElementTree.Element:
    title, description = f"{about.prefix}-title", f"{about.prefix}-description"
    page = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {WIDTH} {height:g}",
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{title} {description}",
            **_INHERITED,
        },
    )
    ElementTree.SubElement(page, "title", {"id": title}).text = about.title
    ElementTree.SubElement(page, "desc", {"id": description}).text = about.description
    return page


def _plain(element: ElementTree.Element, css_class: str) -> ElementTree.Element:
    """Return the element with attributes a strict page accepts, numbers shortened."""
    plain = ElementTree.Element(element.tag.removeprefix(_SVG), {"class": css_class})
    plain.text = element.text
    for key in ("d", "x", "y"):
        if value := element.get(key):
            plain.set(key, _NUMBER.sub(_shortened, " ".join(value.split())))
    for part in element.get("style", "").split(";"):
        key, _, value = (piece.strip() for piece in part.partition(":"))
        value = value.replace(_INK, "currentColor")
        if key and key != "font-family" and _INHERITED.get(key) != value:
            plain.set(key, value)
    return plain


def _shortened(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
