"""Whose answer key is to be given anew."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from survey.forms.fields import OneOf, choices_of


class ReissueForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One of the people who rate a leader; nobody is chosen beforehand."""

    person = OneOf(_l("Person"), {}, validators=[DataRequired(_l("Choose a person."))])

    def __init__(self, people: Mapping[int, str]) -> None:
        super().__init__()
        named = {str(number): name for number, name in people.items()}
        self.person.choices = choices_of({"": "–", **named})
