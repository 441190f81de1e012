"""Forms about a cycle: plan it, launch it, release it, abandon it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from questionnaires.model import Form
from reports.policy import K_HIGHEST, K_LOWEST
from survey.forms.fields import (
    MOMENT,
    SHORT,
    LocalMoment,
    Names,
    OneOfFew,
    SeveralOf,
    WholeNumber,
    choices_of,
)
from survey.languages import LANGUAGES, NAMES
from survey.lifecycle import Retention

_K = _l("Type a whole number from 3 to 12.")
_OPEN_FOR = timedelta(days=14, hours=10)


class CycleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What HR decides about a new cycle; times are the organisation's."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Give the cycle a name.")), SHORT],
        description=_l("Leaders and raters read it, for example “Autumn 2026”."),
    )
    instruments = SeveralOf(
        _l("Questionnaires"),
        {},
        validators=[DataRequired(_l("Choose at least one questionnaire."))],
    )
    form = OneOfFew(
        _l("Length"),
        {
            Form.FULL.value: _l("Full: every statement"),
            Form.SHORT.value: _l("Short: fewer statements, less certainty"),
        },
        default=Form.FULL.value,
    )
    activates_at = LocalMoment(
        _l("Activation day (optional)"),
        validators=[Optional()],
        description=_l(
            "If set, people first get an answer key, and the form opens days later: "
            "then not even times and backups tie an answer to a person. Harder for "
            "people who change devices."
        ),
    )
    opens_at = LocalMoment(_l("Opens"), validators=[InputRequired(MOMENT)])
    closes_at = LocalMoment(_l("Closes"), validators=[InputRequired(MOMENT)])
    k = WholeNumber(
        _l("Fewest answers that are shown (k)"),
        validators=[InputRequired(_K), NumberRange(K_LOWEST, K_HIGHEST, _K)],
        default=5,
        description=_l(
            "3 to 12. A group with fewer answers is hidden for good. 5 is advised: "
            "below it the promise says that a colleague may guess."
        ),
    )
    languages = SeveralOf(
        _l("Languages"),
        NAMES,
        validators=[DataRequired(_l("Choose at least one language."))],
        default=list(LANGUAGES),
    )

    n_reminders = OneOfFew(
        _l("Reminders"),
        {
            "3": _l("Three: after a third of the time, 5 and 2 working days before"),
            "2": _l("Two: 5 and 2 working days before closing"),
            "1": _l("One: 2 working days before closing"),
            "0": _l("None"),
        },
        default="3",
    )
    server_path_allowed = BooleanField(
        _l("Also take answers without JavaScript"),
        default=True,
        description=_l(
            "The server then seals them in its memory: confidential, not anonymous. "
            "The report counts them."
        ),
    )

    retention = OneOfFew(
        _l("Single answers after the release"),
        {
            Retention.AGGREGATES.value: _l("Destroy them: only the reports stay"),
            Retention.ROWS.value: _l("Keep the ratings for research"),
        },
        default=Retention.AGGREGATES.value,
        description=_l(
            "Kept are ratings alone, in random order: no names, comments, leaders, "
            "groups or times. They are destroyed 400 days after the release deadline; "
            "the promise says so. Possible from 8 teams and 50 people on."
        ),
    )

    def __init__(self, instruments: Names, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.instruments.choices = choices_of(instruments)

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        """Refuse a form that closes before it opens."""
        opens_at = self.opens_at.data
        if opens_at and field.data and field.data <= opens_at:
            raise ValidationError(_l("The form must close after it opens."))

    def validate_activates_at(self, field: DateTimeLocalField) -> None:
        """Refuse keys that come only when the form is open already."""
        opens_at = self.opens_at.data
        if opens_at and field.data and field.data >= opens_at:
            raise ValidationError(
                _l("The activation day must lie before the form opens.")
            )

    def moment(self, field: DateTimeLocalField, time_zone: str) -> datetime:
        """Return what was typed as a moment. Valid only after ``validate()``."""
        if field.data is None:
            raise ValueError("the form was not validated")
        return field.data.replace(tzinfo=ZoneInfo(time_zone))


def proposed_dates(now: datetime, time_zone: str) -> dict[str, datetime]:
    """Return next Monday morning, and two weeks later in the evening."""
    here = now.astimezone(ZoneInfo(time_zone))
    monday = here + timedelta(days=7 - here.weekday())
    opens_at = monday.replace(hour=8, minute=0, second=0, microsecond=0, tzinfo=None)
    return {"opens_at": opens_at, "closes_at": opens_at + _OPEN_FOR}


class ReminderForm(FlaskForm):  # type: ignore[misc]
    """Plan one more reminder; times are the organisation's."""

    at = LocalMoment(_l("Send one on"), validators=[InputRequired(MOMENT)])


class LaunchForm(FlaskForm):  # type: ignore[misc]
    """Say that the promise was read: afterwards nothing can be changed."""

    sure = BooleanField(
        _l("I have read the promise. Its rules cannot be changed after the launch."),
        [InputRequired(_l("Read the promise, then mark the box."))],
    )


class ReleaseForm(FlaskForm):  # type: ignore[misc]
    """Say that every report appears at once and answers are destroyed."""

    sure = BooleanField(
        _l("Publish every report now and destroy answers and keys."),
        [InputRequired(_l("Mark the box to go on."))],
    )


class AbandonForm(FlaskForm):  # type: ignore[misc]
    """Type the cycle's name: abandoning destroys every answer."""

    name = StringField(_l("Name of the cycle"))

    def __init__(self, cycle: str) -> None:
        super().__init__()
        self._cycle = cycle

    def validate_name(self, field: StringField) -> None:
        """Refuse another name; letter case and spaces around do not matter."""
        if (field.data or "").strip().casefold() != self._cycle.strip().casefold():
            raise ValidationError(_l("Type the name as it stands above."))
