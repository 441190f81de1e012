"""Forms about a cycle that stands: launch it, remind, release it, abandon it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, ValidationError
from wtforms.validators import InputRequired

from survey.forms.fields import MOMENT, LocalMoment, Names, SeveralOf, choices_of


class ReminderForm(FlaskForm):  # type: ignore[misc]
    """Plan one more reminder; times are the organisation's."""

    at = LocalMoment(_l("Send one on"), validators=[InputRequired(MOMENT)])


class LaunchForm(FlaskForm):  # type: ignore[misc]
    """Confirm each point in words, and that the promise was read."""

    confirmed = SeveralOf(_l("To confirm"), {})
    sure = BooleanField(
        _l("I have read the promise. Its rules cannot be changed after the launch."),
        [InputRequired(_l("Read the promise, then mark the box."))],
    )

    def __init__(self, points: Names) -> None:
        super().__init__()
        self._n_points = len(points)
        self.confirmed.choices = choices_of(points)

    def validate_confirmed(self, field: SeveralOf) -> None:
        """Refuse while a point is not confirmed; afterwards it cannot be changed."""
        if len(set(field.data or ())) < self._n_points:
            raise ValidationError(_l("Confirm each of these points."))


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
