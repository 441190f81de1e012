"""The form of one rater group, made from the instruments: a radio for each item."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, TextAreaField, ValidationError

# WTForms 3.3 is newer than its stubs.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from questionnaires.model import Form, Instrument, Question, RaterGroup
from survey.sizes import COMMENT_BYTES, COMMENT_CHARACTERS

CANNOT_SAY = "x"
"""The value of the last option: an answer, but not a point."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is shown under one heading: a dimension, and what to think of.

    ``instruction`` is empty where it is that of the part before.
    """

    title: str
    instruction: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote, and whether it may be shown whatever others wrote."""

    question: str
    text: str
    word_for_word: bool


class RatingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Base of the generated forms; knows the points given and the items skipped.

    ``codes`` are those of the items asked, in the order of display.
    """

    parts: ClassVar[tuple[Part, ...]] = ()
    codes: ClassVar[tuple[str, ...]] = ()
    questions: ClassVar[tuple[str, ...]] = ()

    send_anyway = BooleanField()

    def item(self, code: str) -> RadioField:
        """Return the field of an item."""
        field: RadioField = self[f"i_{code}"]
        return field

    def comment(self, question: str) -> TextAreaField:
        """Return the field of an open question."""
        field: TextAreaField = self[f"c_{question}"]
        return field

    def word_for_word(self, question: str) -> BooleanField:
        """Return the choice beside an open question."""
        field: BooleanField = self[f"w_{question}"]
        return field

    def points(self) -> dict[str, int]:
        """Item codes and the points chosen. Valid only after ``validate()``."""
        chosen = {code: self.item(code).data for code in self.codes}
        return {code: data for code, data in chosen.items() if isinstance(data, int)}

    def cannot_say(self) -> tuple[str, ...]:
        """Codes of the items somebody cannot judge."""
        return tuple(c for c in self.codes if self.item(c).data == CANNOT_SAY)

    def skipped(self) -> tuple[str, ...]:
        """Codes of the items without an answer; skipping is allowed."""
        return tuple(c for c in self.codes if self.item(c).data is None)

    def comments(self) -> tuple[Comment, ...]:
        """Return what was written; empty boxes are no comments."""
        return tuple(
            Comment(code, text, bool(self.word_for_word(code).data))
            for code in self.questions
            if (text := self.comment(code).data)
        )

    def may_be_sent(self) -> bool:
        """Whether nothing is skipped, or the person has seen what is and agrees."""
        return bool(self.validate_on_submit()) and (
            self.send_anyway.data or not self.skipped()
        )


def rating_form(
    instruments: tuple[Instrument, ...],
    form: Form,
    group: RaterGroup,
    language: str,
    leader: str,
    *,
    csrf: bool = False,
) -> type[RatingForm]:
    """Build the form class of one rater group; nothing is required or preselected.

    ``leader`` is how the items name the leader. ``csrf`` is for people with a session:
    raters have none.
    """
    asked = [i for i in instruments if group in i.asked_groups]
    fields: dict[str, Any] = {}
    for instrument in asked:
        fields |= _radios(instrument, form, group, language, leader)
    questions = [q for i in asked for q in i.questions if group.is_anonymous]
    for question in questions:
        fields |= _boxes(question, language, leader)
    parts = tuple(_parts(asked, form, group, language))
    outline = {
        "Meta": type("Meta", (FlaskForm.Meta,), {} if csrf else {"csrf": False}),
        "parts": parts,
        "codes": tuple(code for part in parts for code in part.codes),
        "questions": tuple(question.code for question in questions),
    }
    return type("GeneratedRatingForm", (RatingForm,), outline | fields)


def _parts(
    instruments: list[Instrument], form: Form, group: RaterGroup, language: str
) -> Iterator[Part]:
    for instrument in instruments:
        instruction = instrument.instruction(group, language)
        for dimension in instrument.dimensions:
            codes = tuple(item.code for item in dimension.asked(form))
            if codes:
                yield Part(dimension.title[language], instruction, codes)
                instruction = ""


def _radios(
    instrument: Instrument, form: Form, group: RaterGroup, language: str, leader: str
) -> Mapping[str, RadioField]:
    scale = instrument.response_scale
    choices = [SelectChoice(str(n), label) for n, label in scale.choices(language)]
    choices.append(SelectChoice(CANNOT_SAY, scale.cannot_say[language]))
    # An item may have the code of a method or of another field, hence the prefixes.
    return {
        f"i_{item.code}": RadioField(  # type: ignore[call-arg]  # as above
            item.wording(group, language, leader),
            name=f"i-{item.code}",
            choices=choices,
            coerce=_point,
            validators=[Optional()],
            invalid_value_message=_("Choose one of the answers."),
            invalid_choice_message=_("Choose one of the answers."),
        )
        for dimension in instrument.dimensions
        for item in dimension.asked(form)
    }


def _point(value: str) -> int | str:
    return value if value == CANNOT_SAY else int(value)


def _boxes(question: Question, language: str, leader: str) -> Mapping[str, Any]:
    return {
        f"c_{question.code}": TextAreaField(
            question.wording(language, leader),
            name=f"c-{question.code}",
            filters=[_cleaned],
            validators=[_is_short_enough],
        ),
        f"w_{question.code}": BooleanField(name=f"w-{question.code}"),
    }


_CONTROL = frozenset({"Cc", "Cs"})


def _cleaned(text: str | None) -> str:
    """Return text in one form of Unicode, without control characters."""
    composed = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n")
    kept = (c for c in composed if c == "\n" or unicodedata.category(c) not in _CONTROL)
    return "".join(kept).strip()


def _is_short_enough(_form: RatingForm, field: TextAreaField) -> None:
    """Count characters as people do, and bytes: all sealed answers have one size."""
    text = field.data or ""
    if (over := len(text) - COMMENT_CHARACTERS) > 0:
        raise ValidationError(
            ngettext(
                "This text is %(num)s character too long.",
                "This text is %(num)s characters too long.",
                over,
            )
        )
    if len(json.dumps(text, ensure_ascii=False).encode()) - 2 > COMMENT_BYTES:
        raise ValidationError(
            _("This text has too many special characters. Shorten it.")
        )
