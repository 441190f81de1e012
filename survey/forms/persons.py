"""Erase a person: their name is typed first."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError


class EraseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Type the person's name: erasing cannot be taken back."""

    name = StringField(_l("Name of the person"))

    def __init__(self, person: str) -> None:
        super().__init__()
        self._person = person

    def validate_name(self, field: StringField) -> None:
        """Refuse another name; letter case and spaces around do not matter."""
        if (field.data or "").strip().casefold() != self._person.strip().casefold():
            raise ValidationError(_l("Type the name as it stands above."))
