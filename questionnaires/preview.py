"""A form as plain text, for those who write a questionnaire."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from questionnaires.model import (
    Form,
    Instrument,
    RaterGroup,
    ResponseScale,
    minutes,
)

EXAMPLE_NAME = "Mai Trần"
"""A made-up leader: peers and managers read the name."""

_MY_LEADER = {"en": "my leader", "vi": "lãnh đạo của tôi"}
"""What a team reads; in another language its members read the name too."""


def preview(
    instrument: Instrument, form: Form, group: RaterGroup, language: str
) -> str:
    """Return the form that a rater of this group sees, in the order of display."""
    leader = EXAMPLE_NAME
    if group is RaterGroup.TEAM:
        leader = _MY_LEADER.get(language, EXAMPLE_NAME)
    return "\n".join(_lines(instrument, form, group, language, leader)) + "\n"


def _lines(
    instrument: Instrument, form: Form, group: RaterGroup, language: str, leader: str
) -> Iterator[str]:
    title = f"{instrument.title[language]} ({instrument.code} {instrument.version})"
    yield title
    yield "=" * len(title)
    yield f"{form.value} form, {group.value}, {language}, {_length(instrument, form)}"
    if instruction := instrument.instruction(group, language):
        yield f"\n{instruction}"
    yield ""
    yield from _options(instrument.response_scale, language)
    number = count(1)
    for dimension in instrument.dimensions:
        yield f"\n{dimension.title[language]}"
        for item in dimension.asked(form):
            text = item.wording(group, language, leader)
            missing = f"(no text yet: {item.hint or item.code})"
            yield f"  {next(number)}. {text or missing}"
    if group.is_anonymous:  # whoever is named is not asked open questions
        for question in instrument.questions:
            yield f"\n{question.code}. {question.wording(language, leader)}"
            if text := question.help[language]:
                yield f"    {text}"


def _length(instrument: Instrument, form: Form) -> str:
    n_items = sum(len(dimension.asked(form)) for dimension in instrument.dimensions)
    n_minutes = minutes([instrument], form)
    unit = "minute" if n_minutes == 1 else "minutes"
    return f"{n_items} statements, about {n_minutes} {unit}"


def _options(scale: ResponseScale, language: str) -> Iterator[str]:
    for point, label in scale.choices(language):
        yield f"  ( ) {point}  {label}"
    yield f"  ( ) -  {scale.cannot_say[language]}"
