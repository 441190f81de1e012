"""Forms about a cycle: plan it, launch it, release it, abandon it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from questionnaires.model import Form
from reports.policy import K_HIGHEST, K_LOWEST
from survey.languages import LANGUAGES, NAMES

_MOMENT = _l("Type a date and a time, for example %(example)s.", example="2026-11-30 08:00")
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
_OPEN_DAYS = timedelta(days=14)


class CycleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What HR decides about a new cycle; times are the organisation's."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Give the cycle a name.")),
            Length(max=200, message=_l("Use at most %(max)d characters.")),
        ],
        description=_l("Raters read it in mails, for example “Autumn 2026”."),
    )
    instruments = SelectMultipleField(
        _l("Questionnaires"),
        [DataRequired(_l("Choose at least one questionnaire."))],
        invalid_choice_message=_l("Choose from these questionnaires."),
    )
    form = RadioField(
        _l("Length"),
        choices=[
            SelectChoice(Form.FULL.value, _l("Full: every statement")),
            SelectChoice(Form.SHORT.value, _l("Short: fewer statements, less certainty")),
        ],
        default=Form.FULL.value,
        invalid_choice_message=_l("Choose full or short."),
    )
    opens_at = DateTimeLocalField(
        _l("Opens"),
        [InputRequired(_MOMENT)],
        format=_FORMATS,
        invalid_value_message=_MOMENT,
    )
    closes_at = DateTimeLocalField(
        _l("Closes"),
        [InputRequired(_MOMENT)],
        format=_FORMATS,
        invalid_value_message=_MOMENT,
    )
    k = IntegerField(
        _l("Fewest answers that are shown (k)"),
        [
            InputRequired(_l("Type a whole number from 3 to 12.")),
            NumberRange(
                K_LOWEST, K_HIGHEST, message=_l("Type a whole number from 3 to 12.")
            ),
        ],
        default=5,
        invalid_value_message=_l("Type a whole number from 3 to 12."),
        description=_l(
            "A group with fewer answers is hidden for good. 5 is advised; below 5 the "
            "promise says that a colleague may guess."
        ),
    )
    languages = SelectMultipleField(
        _l("Languages"),
        [DataRequired(_l("Choose at least one language."))],
        choices=[SelectChoice(code, name) for code, name in NAMES.items()],
        default=list(LANGUAGES),
        invalid_choice_message=_l("Choose from these languages."),
    )

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        """Refuse a form that closes before it opens."""
        opens_at = self.opens_at.data
        if opens_at and field.data and field.data <= opens_at:
            raise ValidationError(_l("The form must close after it opens."))

    def opens_in(self, time_zone: str) -> datetime:
        """Return the moment at which the form opens. Valid only after validation."""
        return _moment(self.opens_at.data, time_zone)

    def closes_in(self, time_zone: str) -> datetime:
        """Return the moment at which the form closes. Valid only after validation."""
        return _moment(self.closes_at.data, time_zone)


def _moment(local: datetime | None, time_zone: str) -> datetime:
    if local is None:
        raise ValueError("the form was not validated")
    return local.replace(tzinfo=ZoneInfo(time_zone))


def proposed_dates(now: datetime, time_zone: str) -> dict[str, datetime]:
    """Return next Monday morning, and two weeks later in the evening."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    monday = today + timedelta(days=7 - today.weekday())
    return {
        "opens_at": datetime.combine(monday, time(8)),  # noqa: DTZ  # local by intent
        "closes_at": datetime.combine(monday + _OPEN_DAYS, time(18)),
    }


class LaunchForm(FlaskForm):  # type: ignore[misc]
    """Say that the promise was read: afterwards nothing can be changed."""

    sure = BooleanField(
        _l("I have read the promise. From now on its rules cannot be changed."),
        [InputRequired(_l("Read the promise, then mark the box."))],
    )


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """Say that every report appears at once and single answers are destroyed."""

    sure = BooleanField(
        _l("Publish every report now and destroy the single answers."),
        [InputRequired(_l("Mark the box to go on."))],
    )


class AbandonForm(FlaskForm):  # type: ignore[misc]
    """Type the cycle's name: abandoning destroys every answer."""

    name = StringField(_l("Name of the cycle"))

    def __init__(self, cycle: str) -> None:
        super().__init__()
        self._cycle = cycle

    def validate_name(self, field: StringField) -> None:
        """Refuse any other name; letter case and spaces around do not matter."""
        if (field.data or "").strip().casefold() != self._cycle.strip().casefold():
            raise ValidationError(_l("Type the name exactly as it stands above."))
