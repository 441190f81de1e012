"""The promise to raters: sentences made from frozen settings, never typed by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Self

from questionnaires.model import RaterGroup
from survey.languages import LANGUAGES, format_date, join_words, translator
from survey.lifecycle import Mode, Retention
from survey.promise_texts import (
    GROUPS,
    LAST_OF_P11,
    READERS,
    SETS,
    TEXTS,
    THESE_LEADERS,
)

BROWSER = "browser"
SERVER = "server"
"""Where an answer is sealed: in the rater's browser, or in the server's memory."""

LEADER, TALK_PARTNER = "leader", "talk_partner"
MAY_READ = ("hr", "organisation")
"""Who may read leaders' reports besides these two, if the launch says so."""

SHOWN = 20
"""Characters of the promise's hash that people read and compare."""

_DATES = ("opens_on", "closes_on", "release_by", "launched_on", "purge_on")


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """What was fixed at launch and decides which sentences are true.

    ``merged`` names the group under which a rater group is shown; ``merges_teams``:
    small teams of several leaders are shown as one; ``larger_sets`` are the sets beyond
    a group that are published too.
    """

    mode: str
    path: str
    k: int
    retention: str
    open_questions: bool
    opens_on: date
    closes_on: date
    release_by: date
    launched_on: date
    purge_on: date
    readers: tuple[str, ...]
    representative: str
    trustees: tuple[str, ...] = ()
    merged: Mapping[str, str] = field(default_factory=dict)
    merges_teams: bool = False
    larger_sets: tuple[str, ...] = ()
    manager_named: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what the cycle keeps."""
        days = {name: getattr(self, name).isoformat() for name in _DATES}
        return {**asdict(self), **days}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the facts a cycle kept."""
        days = {name: date.fromisoformat(kept[name]) for name in _DATES}
        lists = {n: tuple(kept[n]) for n in ("readers", "trustees", "larger_sets")}
        return cls(**{**kept, **days, **lists})


@dataclass(frozen=True, slots=True)
class Together:
    """Whose teams are shown as one with this team, and how many people all have."""

    others: tuple[str, ...]
    n_invited: int


@dataclass(frozen=True, slots=True)
class PromiseSentence:
    """One sentence of the promise, in one language."""

    id: str
    text: str


@dataclass(frozen=True)
class _Case:
    """The facts as they are for one group."""

    facts: PromiseFacts
    group: RaterGroup
    n_invited: int | None
    together: Together | None = None

    @cached_property
    def is_sealed(self) -> bool:
        return self.group.is_anonymous

    @cached_property
    def in_browser(self) -> bool:
        return self.is_sealed and self.facts.path == BROWSER

    @cached_property
    def in_server(self) -> bool:
        return self.is_sealed and self.facts.path == SERVER

    @cached_property
    def keeps_rows(self) -> bool:
        """Ratings under a name are never kept."""
        return self.is_sealed and self.facts.retention == Retention.ROWS

    @cached_property
    def has_activation_day(self) -> bool:
        return self.facts.mode == Mode.ACTIVATION_DAY

    @cached_property
    def is_small(self) -> bool:
        """An unknown number counts as small: the hash covers the sentence too."""
        n = self.together.n_invited if self.together else self.n_invited
        return self.is_sealed and (n is None or n < self.facts.k + 3)


_FIVE = 5
"""The number that sentence P5 names."""

_CONDITIONS: dict[str, Callable[[_Case], bool]] = {
    "P11": lambda c: c.in_server,
    "P1": lambda c: c.in_browser,
    "P2a": lambda c: c.in_browser and not c.has_activation_day,
    "P2b": lambda c: c.in_browser and c.has_activation_day,
    "P3": lambda c: c.is_sealed,
    "P4": lambda c: c.is_sealed,
    "P5": lambda c: c.is_sealed and c.facts.k < _FIVE,
    "P6": lambda c: c.is_sealed and c.group in c.facts.merged,
    "P6 with teams": lambda c: c.together is not None,
    "P7": lambda c: c.is_sealed and c.facts.open_questions,
    "P8a": lambda c: not c.keeps_rows,
    "P8b": lambda c: c.keeps_rows,
    "P8c": lambda _: True,
    "P9": lambda c: c.together is None,
    "P9 with teams": lambda c: c.together is not None,
    "P17": lambda c: c.is_small and not c.together and not c.facts.larger_sets,
    "P17 with larger sets": lambda c: (
        c.is_small and not c.together and bool(c.facts.larger_sets)
    ),
    "P17 with teams": lambda c: c.is_small and c.together is not None,
    "P13": lambda c: c.group is RaterGroup.MANAGER and c.facts.manager_named,
    "P14": lambda c: c.group is RaterGroup.SELF,
    "P10": lambda c: c.in_browser and not c.facts.trustees,
    "P10t": lambda c: c.in_browser and len(c.facts.trustees) == 1,
    "P10t with two trustees": lambda c: c.in_browser and len(c.facts.trustees) > 1,
    "P12": lambda c: c.is_sealed,
    "P16a": lambda c: c.is_sealed and not c.has_activation_day,
    "P16a without reminders": lambda c: c.in_server and c.has_activation_day,
    "P16b": lambda c: c.in_browser and c.has_activation_day,
    "P15": lambda _: True,
}
"""When a sentence is true, hence printed. Named ratings may be changed until closing
and are never sealed, so sentences about sealed answers go to the anonymous groups."""


def sentences(
    facts: PromiseFacts,
    language: str,
    *,
    leader: str,
    group: RaterGroup,
    n_invited: int,
    path: str | None = None,
    together: Together | None = None,
) -> tuple[PromiseSentence, ...]:
    """Return what somebody of ``group`` is promised, in the order of printing.

    ``path`` is that of the page: without JavaScript it is `SERVER` in every cycle.
    ``together``: the teams with which the rater's is shown, if it is not shown alone.
    """
    words = {"leader": leader, "n": n_invited, "hash": promise_hash(facts)[:SHOWN]}
    here = replace(facts, path=path or facts.path)
    return tuple(_print(_Case(here, group, n_invited, together), language, words))


def mail_sentences(
    facts: PromiseFacts, language: str, *, leader: str
) -> tuple[str, ...]:
    """Return what a mail says: anonymous or confidential, and who sees what when."""
    words = {"leader": leader, "n": "", "hash": ""}  # no mail names the last two
    said = _print(_Case(facts, RaterGroup.TEAM, facts.k), language, words)
    texts = tuple(s.text for s in said if s.id in {"P2a", "P2b", "P4"})
    if facts.path == BROWSER:
        return texts
    return (translator(language).gettext(LAST_OF_P11), *texts)


def promise_hash(facts: PromiseFacts) -> str:
    """Return the SHA-256 of every sentence in every language, for every group.

    The leader's name and the number of people stay open. Where answers are sealed in
    the browser, what people without JavaScript read is part of it.
    """
    paths = (SERVER,) if facts.path == SERVER else (BROWSER, SERVER)
    open_words = ("leader", "n", "hash", "other_leaders", "leaders", "n_together")
    cases = [
        _Case(replace(facts, path=path), group, None)
        for path in paths
        for group in RaterGroup
    ]
    if facts.merges_teams:
        cases += [replace(c, together=_ANY) for c in cases if c.is_sealed]
    lines = [
        [language, case.facts.path, case.group, sentence.id, sentence.text]
        for language in LANGUAGES
        for case in cases
        for sentence in _print(case, language, {w: f"{{{w}}}" for w in open_words})
    ]
    text = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_ANY = Together(("",), 0)
"""Any teams that are shown as one: the hash leaves open whose they are."""


def _print(
    case: _Case, language: str, words: Mapping[str, object]
) -> Iterator[PromiseSentence]:
    gettext = translator(language).gettext
    filled = {**_words(case, language, words), **words}
    for key, text in TEXTS.items():
        if _CONDITIONS[key](case):
            sentence = gettext(text) % filled
            sentence = sentence[:1].upper() + sentence[1:]
            yield PromiseSentence(key.partition(" ")[0], sentence)


def _words(
    case: _Case, language: str, words: Mapping[str, object]
) -> dict[str, object]:
    """Return what fills the places of the sentences."""
    facts = case.facts
    gettext = translator(language).gettext
    name = facts.merged.get(case.group, "")
    others = [g for g in GROUPS if facts.merged.get(g) == name and g != case.group]
    together = case.together or Together((), 0)
    known = READERS | ({"leader": THESE_LEADERS} if case.together else {})
    readers = (gettext(known.get(r, r)) % words for r in facts.readers)
    return {
        "k": facts.k,
        "open": format_date(facts.opens_on, language),
        "close": format_date(facts.closes_on, language),
        "release_by": format_date(facts.release_by, language),
        "launch": format_date(facts.launched_on, language),
        "purge": format_date(facts.purge_on, language),
        "readers": join_words(tuple(readers), language),
        "representative": facts.representative,
        "trustees": join_words(facts.trustees, language),
        "other_leaders": join_words(together.others, language),
        "leaders": join_words((str(words["leader"]), *together.others), language),
        "n_together": together.n_invited,
        "name": name,
        "others": join_words(tuple(gettext(GROUPS[g]) for g in others), language),
        "sets": join_words(
            tuple(gettext(SETS.get(s, s)) for s in facts.larger_sets), language
        ),
    }
