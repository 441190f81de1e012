"""Every text of an instrument with its place in the file, and the rules for texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, auto

from questionnaires.model import LEADER, Instrument, Item, RaterGroup, Referent, Texts
from questionnaires.problems import Problem, named, quoted
from questionnaires.toml_text import is_control

LONGEST_ITEM = 160
"""Characters of a statement that is read in one go, also on a telephone."""

_TABLE_KEYS = ("code", "when", "source", "help")


class Role(Enum):
    """What a text is for; the rules differ."""

    SELF_ITEM = auto()
    OTHER_ITEM = auto()
    QUESTION = auto()
    PLAIN = auto()

    @property
    def is_item(self) -> bool:
        """Whether raters rate it."""
        return self in {Role.SELF_ITEM, Role.OTHER_ITEM}

    @property
    def may_name_leader(self) -> bool:
        """Whether ``{leader}`` is filled in."""
        return self in {Role.OTHER_ITEM, Role.QUESTION}


@dataclass(frozen=True, slots=True)
class Passage:
    """One text in all its languages; ``prefix`` and a language make its place."""

    prefix: str
    texts: Texts
    role: Role = Role.PLAIN
    is_optional: bool = False
    may_wait: bool = False
    """Whether it may be blank while the file is a stub."""

    @property
    def is_blank(self) -> bool:
        """Whether there is no text in any language."""
        return not any(text.strip() for text in self.texts.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the file as it stands there, and its place."""

    where: str
    text: str
    role: Role = Role.PLAIN


def passages(instrument: Instrument) -> Iterator[Passage]:
    """Name every text that exists once in each language, in file order."""
    yield Passage("title.", instrument.title)
    yield Passage("response_scale.cannot_say.", instrument.response_scale.cannot_say)
    instructions = {
        "self": instrument.self_instruction,
        "other": instrument.other_instruction,
    }
    for key, texts in instructions.items():
        yield Passage(f"instruction.{key}.", texts, is_optional=True)
    for dimension in instrument.dimensions:
        here = f"dimension {named(dimension.code)}, "
        yield Passage(f"{here}title.", dimension.title)
        yield Passage(f"{here}description.", dimension.description, is_optional=True)
        for item in dimension.items:
            yield from _wordings(item, instrument)
        for suggestion in dimension.suggestions:
            yield Passage(f"suggestion {named(suggestion.code)}, ", suggestion.texts)
    for question in instrument.questions:
        here = f"question {named(question.code)}, "
        yield Passage(here, question.texts, Role.QUESTION)
        yield Passage(f"{here}help.", question.help, is_optional=True)


def _wordings(item: Item, instrument: Instrument) -> Iterator[Passage]:
    """Give both wordings of an item; one that no rater group reads is optional."""
    asked = set(instrument.asked_groups)
    here = f"item {named(item.code)}, "
    yield Passage(
        f"{here}self.",
        item.self_wording,
        Role.SELF_ITEM,
        is_optional=RaterGroup.SELF not in asked,
        may_wait=not instrument.is_ready,
    )
    yield Passage(
        f"{here}other.",
        item.other_wording,
        Role.OTHER_ITEM,
        is_optional=not asked - {RaterGroup.SELF},
        may_wait=not instrument.is_ready,
    )


def lines(instrument: Instrument) -> Iterator[Line]:
    """Name every text of the file that is not a code."""
    for key in ("licence", "credit", "citation", "permission"):
        yield Line(key, getattr(instrument, key))
    for language, labels in instrument.response_scale.anchors.items():
        for number, label in enumerate(labels, start=1):
            where = f"response_scale.anchors.{named(language)}[{number}]"
            yield Line(where, label)
    for passage in passages(instrument):
        for language, text in passage.texts.items():
            yield Line(f"{passage.prefix}{named(language)}", text, passage.role)
    yield from _labels(instrument)


def _labels(instrument: Instrument) -> Iterator[Line]:
    """Name the texts that stay in one language: sources, facets and hints."""
    for dimension in instrument.dimensions:
        for source in dimension.source:
            yield Line(f"dimension {named(dimension.code)}, source", source)
        for suggestion in dimension.suggestions:
            for source in suggestion.source:
                yield Line(f"suggestion {named(suggestion.code)}, source", source)
    for item in instrument.items:
        here = f"item {named(item.code)}, "
        yield Line(f"{here}facet", item.facet)
        yield Line(f"{here}hint", item.hint)
        for source in item.source:
            yield Line(f"{here}source", source)


def blank_texts(instrument: Instrument) -> int:
    """Count the item texts that a stub still lacks."""
    return sum(
        not passage.texts.get(language, "").strip()
        for passage in passages(instrument)
        if passage.role.is_item and not passage.is_optional
        for language in instrument.languages
    )


def check_texts_present(instrument: Instrument) -> Iterator[Problem]:
    """Nobody may meet an empty line because they chose the other language."""
    for passage in passages(instrument):
        if passage.may_wait or (passage.is_optional and passage.is_blank):
            continue
        for language in instrument.languages:
            if not passage.texts.get(language, "").strip():
                yield Problem(
                    f"{passage.prefix}{language}",
                    "the text is missing or blank; write it, or take the language out "
                    "of “languages”",
                )


def check_languages_declared(instrument: Instrument) -> Iterator[Problem]:
    """Take a text in a language not declared for a slip of the keyboard."""
    for passage in passages(instrument):
        for key in passage.texts:
            if key not in instrument.languages:
                near = get_close_matches(key, _TABLE_KEYS, n=1)
                hint = f"; did you mean “{near[0]}”?" if near else ""
                yield Problem(
                    f"{passage.prefix}{named(key)}",
                    "this is neither a key of the table nor one of “languages” "
                    f"({', '.join(instrument.languages)}){hint}",
                )


def check_one_line(instrument: Instrument) -> Iterator[Problem]:
    """Ask for one line: pages and exports break lines themselves."""
    for line in lines(instrument):
        if len(line.text.splitlines()) > 1:
            yield Problem(line.where, "the text has several lines; write one")
        elif found := [c for c in line.text if is_control(c)]:
            message = f"holds the control character U+{ord(found[0]):04X}; delete it"
            yield Problem(line.where, message)


def check_unicode_form(instrument: Instrument) -> Iterator[Problem]:
    """Two forms of one Vietnamese letter look alike and compare unequal."""
    for line in lines(instrument):
        if not unicodedata.is_normalized("NFC", line.text):
            yield Problem(
                line.where,
                f"{quoted(line.text)} is not in Unicode form NFC: accents stand apart "
                "from their letters; save the text as NFC",
            )


def check_item_length(instrument: Instrument) -> Iterator[Problem]:
    """Long statements are answered carelessly."""
    for line in lines(instrument):
        if line.role.is_item and len(line.text) > LONGEST_ITEM:
            yield Problem(
                line.where,
                f"the text has {len(line.text)} characters, at most {LONGEST_ITEM} "
                "fit; shorten it",
            )


def check_leader_named(instrument: Instrument) -> Iterator[Problem]:
    """Raters must read in each item whom they rate."""
    for line in lines(instrument):
        if (
            instrument.referent is Referent.LEADER
            and line.role is Role.OTHER_ITEM
            and line.text.strip()
            and LEADER not in line.text
        ):
            yield Problem(
                line.where,
                f"{LEADER} is missing; write it where the leader is named, as in "
                f"“{LEADER} asks why”",
            )


def check_braces(instrument: Instrument) -> Iterator[Problem]:
    """Refuse a misspelt or misplaced ``{leader}``: people would read it as it is."""
    for line in lines(instrument):
        rest = line.text.replace(LEADER, "")
        if "{" in rest or "}" in rest:
            yield Problem(
                line.where, f"there are curly brackets; only {LEADER} is filled in"
            )
        elif LEADER in line.text and not line.role.may_name_leader:
            yield Problem(
                line.where,
                f"{LEADER} is filled in only in “other” of items and in questions; "
                "write the words instead",
            )


_IN_BRACKETS = re.compile(r"\([^()]*\)")
_JOINED = re.compile(r" (and|or|và|hoặc) ", re.IGNORECASE)


def warn_double_barrelled(instrument: Instrument) -> Iterator[Problem]:
    """Who agrees with one half only cannot answer."""
    for line in lines(instrument):
        joined = _JOINED.search(_IN_BRACKETS.sub("", line.text))
        if line.role.is_item and joined:
            yield Problem(
                line.where,
                f"“{joined[1]}” may join two statements; ask one thing in each item",
            )


TEXT_RULES = (
    check_texts_present,
    check_languages_declared,
    check_one_line,
    check_unicode_form,
    check_item_length,
    check_leader_named,
    check_braces,
)
