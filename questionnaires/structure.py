"""Rules for what is not a text: codes, lists, scale, short form, reverse items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from questionnaires.model import Form, Instrument
from questionnaires.problems import CODE, Problem, named, quoted

LONGEST_CODE = 64
LONGEST_VERSION = 32
MOST_POINTS = 11
FEWEST_SHORT = 2
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*")


@dataclass(frozen=True, slots=True)
class _Coded:
    """Something that has a code of its own."""

    kind: str
    code: str

    @property
    def where(self) -> str:
        """How the file's author finds it."""
        return f"{self.kind} {named(self.code)}"


def _coded(instrument: Instrument) -> Iterator[_Coded]:
    for dimension in instrument.dimensions:
        yield _Coded("dimension", dimension.code)
        yield from (_Coded("item", item.code) for item in dimension.items)
        yield from (_Coded("suggestion", s.code) for s in dimension.suggestions)
    yield from (_Coded("question", q.code) for q in instrument.questions)


def check_codes(instrument: Instrument) -> Iterator[Problem]:
    """Codes become column names and parts of addresses."""
    scale = instrument.response_scale
    places = [("code", instrument.code), ("response_scale.code", scale.code)]
    places += [(coded.where, coded.code) for coded in _coded(instrument)]
    for where, code in places:
        if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
            yield Problem(
                where,
                f"{quoted(code)} is no code; a code starts with a letter, goes "
                f"on with letters a-z, digits, “_”, “.” or “-”, and has at most "
                f"{LONGEST_CODE} characters",
            )


def check_codes_unique(instrument: Instrument) -> Iterator[Problem]:
    """Answers are stored under item codes, so a code names one thing."""
    counts = Counter(coded.code for coded in _coded(instrument))
    for coded in dict.fromkeys(_coded(instrument)):
        if (n := counts[coded.code]) > 1:
            yield Problem(coded.where, f"the code is used {n} times; give each its own")


def check_version(instrument: Instrument) -> Iterator[Problem]:
    """Find the newest version by its numbers: there must be some."""
    version = instrument.version
    if not _VERSION.fullmatch(version) or len(version) > LONGEST_VERSION:
        yield Problem(
            "version", f"{quoted(version)} is not made of numbers and dots, as in 1.0"
        )


def check_rights(instrument: Instrument) -> Iterator[Problem]:
    """Whoever uses a questionnaire must be able to see whose it is."""
    if not instrument.licence.strip():
        yield Problem("licence", "it is blank; name the licence, as in CC-BY-4.0")
    if not (instrument.credit.strip() or instrument.citation.strip()):
        yield Problem(
            "credit", "neither “credit” nor “citation” says whose work this is; add one"
        )


def check_lists(instrument: Instrument) -> Iterator[Problem]:
    """Refuse a repeated entry: it hides that another one is missing."""
    lists: dict[str, Sequence[str]] = {
        "languages": instrument.languages,
        "asked": instrument.asked_groups,
        "forms": instrument.forms,
    }
    for key, entries in lists.items():
        for entry, n in Counter(entries).items():
            if n > 1:
                yield Problem(key, f"“{entry}” is there {n} times; keep one")
    if Form.FULL not in instrument.forms:
        yield Problem("forms", "“full” is missing; a short form is a part of it")


def check_scale(instrument: Instrument) -> Iterator[Problem]:
    """See that the scale rises and its points fit on a telephone."""
    scale = instrument.response_scale
    if scale.low >= scale.high:
        yield Problem(
            "response_scale",
            f"low is {scale.low} and high is {scale.high}; low must be less than high",
        )
    elif scale.n_points > MOST_POINTS:
        yield Problem(
            "response_scale",
            f"there are {scale.n_points} points, at most {MOST_POINTS} are possible",
        )


def check_anchors(instrument: Instrument) -> Iterator[Problem]:
    """Every point has a label in every language."""
    scale = instrument.response_scale
    for language in instrument.languages:
        where = f"response_scale.anchors.{language}"
        labels = scale.anchors.get(language, ())
        if len(labels) != max(scale.n_points, 0):
            yield Problem(
                where,
                f"there are {len(labels)} labels for {max(scale.n_points, 0)} points "
                f"({scale.low} to {scale.high}); label every point",
            )
        for number, label in enumerate(labels, start=1):
            if not label.strip():
                yield Problem(f"{where}[{number}]", "the label is blank; write it")
    for language in scale.anchors:
        if language not in instrument.languages:
            yield Problem(
                f"response_scale.anchors.{named(language)}",
                "it is not in “languages”; add it there or delete the labels",
            )


def check_short_form(instrument: Instrument) -> Iterator[Problem]:
    """See that the short form has two items for a score, none of them reverse."""
    has_short = Form.SHORT in instrument.forms
    for dimension in instrument.dimensions:
        n_short = sum(item.short for item in dimension.items)
        if has_short and n_short < FEWEST_SHORT:
            yield Problem(
                f"dimension {named(dimension.code)}",
                f"the short form asks {n_short} of its items; mark at least "
                f"{FEWEST_SHORT} with short = true",
            )
    for item in instrument.items:
        if item.short and item.reverse_keyed:
            yield Problem(
                f"item {named(item.code)}",
                "a reverse item cannot be in the short form; delete short = true",
            )
        if item.short and not has_short:
            yield Problem(
                f"item {named(item.code)}",
                "it is marked short, but “forms” has no “short”; add it there",
            )


def check_reverse_share(instrument: Instrument) -> Iterator[Problem]:
    """Where most items are reverse, the dimension is named the wrong way round."""
    for dimension in instrument.dimensions:
        n, n_reverse = (
            len(dimension.items),
            sum(i.reverse_keyed for i in dimension.items),
        )
        if n_reverse * 2 > n:
            yield Problem(
                f"dimension {named(dimension.code)}",
                f"{n_reverse} of {n} items are reverse, at most half may be; turn the "
                "dimension round or replace items",
            )


def check_reverse_not_first(instrument: Instrument) -> Iterator[Problem]:
    """People learn how to read a page from its first statement."""
    for dimension in instrument.dimensions:
        first = dimension.asked(Form.FULL)[0]
        if first.reverse_keyed:
            yield Problem(
                f"item {named(first.code)}",
                "a reverse item is shown first in its dimension; add an item that is "
                "not reverse",
            )


def check_overall(instrument: Instrument) -> Iterator[Problem]:
    """Refuse an overall score that needs more dimensions than there are."""
    needed, n = instrument.overall_min_dimensions, len(instrument.dimensions)
    if needed > n:
        yield Problem(
            "scoring.overall_min_dimensions",
            f"found {needed}, more than there are dimensions ({n}); lower it",
        )


STRUCTURE_RULES = (
    check_codes,
    check_codes_unique,
    check_version,
    check_rights,
    check_lists,
    check_scale,
    check_anchors,
    check_short_form,
    check_reverse_share,
    check_reverse_not_first,
    check_overall,
)
