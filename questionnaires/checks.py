"""All rules of a questionnaire file and of a cycle's choice of files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from questionnaires.model import Form, Instrument, minutes
from questionnaires.problems import Problem, named
from questionnaires.structure import STRUCTURE_RULES
from questionnaires.texts import TEXT_RULES, blank_texts, warn_double_barrelled

Rule = Callable[[Instrument], Iterator[Problem]]

LONGEST_MINUTES = 10
PS_8, EDMONDSON = "ps-8", "edmondson-1999"

RULES: tuple[Rule, ...] = (*STRUCTURE_RULES, *TEXT_RULES)
"""What a file must keep to."""


def warn_many_reverse(instrument: Instrument) -> Iterator[Problem]:
    """Reverse items confuse readers and split a scale in two."""
    for dimension in instrument.dimensions:
        n, n_reverse = (
            len(dimension.items),
            sum(i.reverse_keyed for i in dimension.items),
        )
        if n_reverse * 3 > n:
            yield Problem(
                f"dimension {named(dimension.code)}",
                f"{n_reverse} of {n} items are reverse; a third or less is better",
            )


def warn_keyed_alike(instrument: Instrument) -> Iterator[Problem]:
    """Without a reverse item nobody sees that pages were filled without reading."""
    if not any(item.reverse_keyed for item in instrument.items):
        yield Problem(
            "dimensions",
            "all items point the same way; one reverse item in each dimension would "
            "show who answers without reading",
        )


def warn_long(instrument: Instrument) -> Iterator[Problem]:
    """People give up on long pages."""
    taken = minutes([instrument], Form.FULL)
    if taken > LONGEST_MINUTES:
        yield Problem(
            "dimensions",
            f"the full form takes about {taken} minutes; people give up after "
            f"{LONGEST_MINUTES}: ask less or offer a short form",
        )


def warn_stub(instrument: Instrument) -> Iterator[Problem]:
    """Say what a stub, a sound file that cannot be launched, still lacks."""
    if not instrument.is_ready:
        yield Problem("status", _stub(instrument))


def _stub(instrument: Instrument) -> str:
    if n := blank_texts(instrument):
        return f"stub: {n} texts are empty; the wording needs permission"
    return "stub: all texts are there; if you may use them, set status to ready"


WARNINGS: tuple[Rule, ...] = (
    warn_many_reverse,
    warn_keyed_alike,
    warn_long,
    warn_double_barrelled,
    warn_stub,
)
"""What a file may do, though it is seldom wise."""


def broken_rules(instrument: Instrument) -> tuple[Problem, ...]:
    """Return every problem of a file whose shape is right."""
    return tuple(problem for rule in RULES for problem in rule(instrument))


def warnings(instrument: Instrument) -> tuple[Problem, ...]:
    """Return what an author should think about once more."""
    return tuple(problem for rule in WARNINGS for problem in rule(instrument))


def launch_problems(
    instruments: Iterable[Instrument], *, languages: Sequence[str] = ()
) -> tuple[Problem, ...]:
    """Return what forbids a cycle with these instruments in these languages."""
    chosen = tuple(instruments)
    return (
        *(
            Problem(instrument.code, _stub(instrument))
            for instrument in chosen
            if not instrument.is_ready
        ),
        *_missing_languages(chosen, languages),
        *_shared_codes(chosen),
        *_two_measures_of_safety(chosen),
    )


def _missing_languages(
    chosen: Sequence[Instrument], languages: Sequence[str]
) -> Iterator[Problem]:
    for instrument in chosen:
        for language in languages:
            if language not in instrument.languages:
                yield Problem(
                    instrument.code,
                    f"there are no texts in “{language}”, a language of this cycle",
                )


def _shared_codes(chosen: Sequence[Instrument]) -> Iterator[Problem]:
    """Answers of a cycle are stored by code, whichever instrument asked."""
    for code, n in Counter(i.code for i in chosen).items():
        if n > 1:
            yield Problem(code, f"it is chosen {n} times; choose one version")
    distinct = {instrument.code: instrument for instrument in chosen}.values()
    owners: dict[str, list[str]] = {}
    for instrument in distinct:
        for kind, codes in _codes(instrument).items():
            for code in codes:
                owners.setdefault(f"{kind} {named(code)}", []).append(instrument.code)
    for where, instruments in owners.items():
        if len(instruments) > 1:
            yield Problem(
                where,
                f"the code stands in {' and '.join(instruments)}; choose one of them, "
                "or give it another code in a new version",
            )


def _codes(instrument: Instrument) -> dict[str, list[str]]:
    return {
        "dimension": [dimension.code for dimension in instrument.dimensions],
        "item": [item.code for item in instrument.items],
        "question": [question.code for question in instrument.questions],
    }


def _two_measures_of_safety(chosen: Sequence[Instrument]) -> Iterator[Problem]:
    ready = {instrument.code for instrument in chosen if instrument.is_ready}
    if {PS_8, EDMONDSON} <= ready:
        yield Problem(
            EDMONDSON,
            f"it measures what {PS_8} measures; choose one of the two for a cycle",
        )
