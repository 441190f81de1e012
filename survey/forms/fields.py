"""Fields that several forms use, with our own words for what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import Length

Names = Mapping[str, object]
"""Values of choices with what people read, which may be translated late."""

SHORT = Length(max=200, message=_l("Use at most %(max)d characters."))

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


def text(field: StringField) -> str:
    """Return what was typed, without spaces around it."""
    return (field.data or "").strip()


def chosen(field: SelectMultipleField) -> tuple[str, ...]:
    """Return the values of the boxes that are marked."""
    return tuple(field.data or ())


def choices_of(names: Names) -> list[SelectChoice]:
    """Return choices as WTForms wants them."""
    return [SelectChoice(value, name) for value, name in names.items()]


class OneOf(SelectField):
    """One value from a list that drops down."""

    def __init__(self, label: str, names: Names, **kwargs: Any) -> None:
        super().__init__(label, choices=choices_of(names), **kwargs)
        self.invalid_choice_message = _l("Choose from the list.")


class OneOfFew(RadioField):
    """One value from a few that are all seen."""

    def __init__(self, label: str, names: Names, **kwargs: Any) -> None:
        super().__init__(label, choices=choices_of(names), **kwargs)
        self.invalid_choice_message = _l("Choose from the list.")


class SeveralOf(SelectMultipleField):
    """Boxes to mark, at least one."""

    def __init__(self, label: str, names: Names, **kwargs: Any) -> None:
        super().__init__(label, choices=choices_of(names), **kwargs)
        self.invalid_choice_message = _l("Choose from the list.")


class WholeNumber(IntegerField):
    """A whole number."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.invalid_value_message = _l("Type a whole number.")


class LocalMoment(DateTimeLocalField):
    """A day and a time, meant in the organisation's time zone."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, format=_FORMATS, **kwargs)
        self.invalid_value_message = MOMENT


class Day(DateField):
    """A day where the organisation is."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.invalid_value_message = _l("Type a day, for example 2026-11-30.")


MOMENT = _l("Type a day and a time, for example 2026-11-30 08:00.")
