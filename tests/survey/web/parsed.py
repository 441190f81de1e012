"""A page as tests look at it: its elements, each with its text and its parents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Element:
    """One element."""

    tag: str
    attributes: dict[str, str | None]
    parents: tuple[Element, ...]
    text: str = ""

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    def is_inside(self, other: Element) -> bool:
        return any(parent is other for parent in self.parents)


@dataclass
class Parsed(HTMLParser):
    """A page, parsed; refuses elements that are closed in the wrong order."""

    html: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.html)
        assert not self._open, [e.tag for e in self._open]

    def handle_starttag(self, tag, attrs) -> None:
        element = Element(tag, dict(attrs), tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag) -> None:
        assert self._open, tag
        assert self._open.pop().tag == tag

    def handle_data(self, data) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            e
            for e in self.elements
            if e.tag == tag and attributes.items() <= e.attributes.items()
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        (found,) = self.all(tag, **attributes)
        return found

    def repeated_ids(self) -> list[str]:
        ids = Counter(e.get("id") for e in self.elements if e.get("id"))
        return [name for name, n in ids.items() if n > 1]

    def loaded_addresses(self) -> list[str]:
        """Return what a browser fetches without being asked."""
        return [e.get("href") or "" for e in self.all("link")] + [
            e.get("src") or "" for e in self.elements if e.get("src")
        ]
