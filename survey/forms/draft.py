"""The editor of a draft: what HR decides about a cycle, and what it proposes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from questionnaires.model import Form
from reports.policy import K_DEFAULT, K_HIGHEST, K_LOWEST
from survey.forms.fields import (
    MOMENT,
    SHORT,
    Day,
    LocalMoment,
    Names,
    OneOfFew,
    SeveralOf,
    WholeNumber,
    choices_of,
    chosen,
)
from survey.languages import LANGUAGES, NAMES
from survey.lifecycle import Mode, Retention
from survey.recurrence import Recurrence

EVERY, UNITS, LEADERS = "every", "units", "leaders"
"""How leaders are chosen."""
OWN_DATES = "own"
"""Reminders go out when HR says, not as proposed."""

_K = _l("Type a whole number from 3 to 12.")
_OPEN_FOR = timedelta(days=14, hours=10)


class CycleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What HR decides about a cycle; times are the organisation's.

    ``units`` holds the places of units in the list of them, ``leaders`` the numbers of
    people: names may be alike, and a unit may have none.
    """

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
    languages = SeveralOf(
        _l("Languages"),
        NAMES,
        validators=[DataRequired(_l("Choose at least one language."))],
        default=list(LANGUAGES),
    )

    who = OneOfFew(
        _l("Leaders"),
        {
            EVERY: _l("Every leader"),
            UNITS: _l("Every leader of these units"),
            LEADERS: _l("Only these leaders"),
        },
        default=EVERY,
    )
    units = SeveralOf(_l("Units"), {})
    leaders = SeveralOf(_l("Single leaders"), {})

    team_depth = OneOfFew(
        _l("Team"),
        {
            "1": _l("Everybody who reports to the leader"),
            "2": _l("Two levels: also those who report to them"),
        },
        default="1",
        description=_l("As the reporting lines stand when the cycle is launched."),
    )
    asks_peers = BooleanField(
        _l("Peers rate too"),
        description=_l(
            "Leaders name colleagues, their manager or HR agrees. Anonymous, and "
            "shown from k answers on."
        ),
    )
    asks_manager = BooleanField(
        _l("Their own manager rates too"),
        description=_l("Under the manager's name: the form says so first."),
    )

    opens_at = LocalMoment(_l("Opens"), validators=[InputRequired(MOMENT)])
    closes_at = LocalMoment(_l("Closes"), validators=[InputRequired(MOMENT)])
    release_by = LocalMoment(
        _l("Release deadline"),
        validators=[Optional()],
        description=_l(
            "If empty: 30 days after closing. If the reports are not released by then, "
            "everything is destroyed. It can never be moved."
        ),
    )
    talk_by = Day(
        _l("Leaders talk with their teams until"),
        validators=[Optional()],
        description=_l("If empty: three weeks after closing. Raters read it."),
    )
    n_reminders = OneOfFew(
        _l("Reminders"),
        {
            "3": _l("Three: after a third of the time, 5 and 2 working days before"),
            "2": _l("Two: 5 and 2 working days before closing"),
            "1": _l("One: 2 working days before closing"),
            "0": _l("None"),
            OWN_DATES: _l("On dates of your own"),
        },
        default="3",
    )
    first_reminder = LocalMoment(_l("First reminder"), validators=[Optional()])
    second_reminder = LocalMoment(_l("Second reminder"), validators=[Optional()])
    third_reminder = LocalMoment(_l("Third reminder"), validators=[Optional()])
    recurrence = OneOfFew(
        _l("Repeat"),
        {
            Recurrence.NEVER.value: _l("Never"),
            Recurrence.QUARTERLY.value: _l("Quarterly"),
            Recurrence.HALF_YEARLY.value: _l("Half-yearly"),
            Recurrence.YEARLY.value: _l("Yearly"),
        },
        default=Recurrence.NEVER.value,
        description=_l(
            "After the release the next draft is made four weeks before it would "
            "open, and HR is told. Nobody is asked before you launch it."
        ),
    )

    representative = StringField(
        _l("Representative"),
        [DataRequired(_l("Name somebody whom raters trust.")), SHORT],
        description=_l("Outside HR; posts the check code where everybody sees it."),
    )
    contact = StringField(
        _l("Contact for questions"),
        [DataRequired(_l("Name somebody who answers questions.")), SHORT],
        description=_l("Outside the reporting lines, with telephone or e-mail."),
    )
    talk_partner = StringField(
        _l("Who talks the report over with each leader (optional)"),
        [SHORT],
        description=_l("For example “Mai Phạm, coach”. The promise says so."),
    )

    k = WholeNumber(
        _l("Fewest answers that are shown (k)"),
        validators=[InputRequired(_K), NumberRange(K_LOWEST, K_HIGHEST, _K)],
        default=K_DEFAULT,
        description=_l(
            "3 to 12. A group with fewer answers is hidden for good. 5 is advised: "
            "below it the promise says that a colleague may guess."
        ),
    )
    readers = SeveralOf(
        _l("Who else reads each leader's report"),
        {
            "hr": _l("The HR department"),
            "organisation": _l("Top management"),
        },
        description=_l(
            "The leader always does. With nobody else people answer most openly; the "
            "promise names every reader."
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
    mode = OneOfFew(
        _l("How people answer"),
        {
            Mode.ONE_VISIT.value: _l(
                "One visit: people answer in one go, on any device. Anonymous by the "
                "locked box. Recommended."
            ),
            Mode.ACTIVATION_DAY.value: _l(
                "Activation day: people fetch a key first and answer days later. "
                "Stronger against server logs and backups; a key belongs to one "
                "device, so some will need their recovery code."
            ),
        },
        default=Mode.ONE_VISIT.value,
    )
    activates_at = LocalMoment(
        _l("Keys can be fetched from"),
        validators=[Optional()],
        description=_l("Three days before the form opens, for example."),
    )
    server_path_allowed = BooleanField(
        _l("Also take answers without JavaScript"),
        default=True,
        description=_l(
            "The server then seals them in its memory: confidential, not anonymous. "
            "The report counts them."
        ),
    )

    def __init__(
        self,
        instruments: Names,
        units: Names | None = None,
        leaders: Names | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.instruments.choices = choices_of(instruments)
        self.units.choices = choices_of(units or {})
        self.leaders.choices = choices_of(leaders or {})

    def validate_units(self, field: SeveralOf) -> None:
        """Refuse a choice of units that names none."""
        if self.who.data == UNITS and not field.data:
            raise ValidationError(_l("Choose at least one unit."))

    def validate_leaders(self, field: SeveralOf) -> None:
        """Refuse a choice of leaders that names none."""
        if self.who.data == LEADERS and not field.data:
            raise ValidationError(_l("Choose at least one leader."))

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        """Refuse a form that closes before it opens."""
        opens_at = self.opens_at.data
        if opens_at and field.data and field.data <= opens_at:
            raise ValidationError(_l("The form must close after it opens."))

    def validate_release_by(self, field: DateTimeLocalField) -> None:
        """Refuse a deadline that passes while the form is open."""
        closes_at = self.closes_at.data
        if closes_at and field.data and field.data <= closes_at:
            raise ValidationError(
                _l("The release deadline must lie after the closing date.")
            )

    def validate_talk_by(self, field: Day) -> None:
        """Refuse a talk about results that are not there yet."""
        closes_at = self.closes_at.data
        if closes_at and field.data and field.data < closes_at.date():
            raise ValidationError(
                _l("Leaders can talk with their teams only after the closing date.")
            )

    def validate_activates_at(self, field: DateTimeLocalField) -> None:
        """Refuse keys that come only when the form is open already."""
        opens_at = self.opens_at.data
        if not self.has_activation_day or not opens_at or not field.data:
            return
        if field.data >= opens_at:
            raise ValidationError(
                _l("The activation day must lie before the form opens.")
            )

    def validate_mode(self, field: OneOfFew) -> None:
        """Refuse an activation day without a date."""
        if field.data == Mode.ACTIVATION_DAY and not self.activates_at.data:
            raise ValidationError(_l("Say from when on keys can be fetched."))

    @property
    def has_activation_day(self) -> bool:
        """Whether answer keys are given before the form opens."""
        return bool(self.mode.data == Mode.ACTIVATION_DAY)

    def own_reminders(self) -> list[DateTimeLocalField]:
        """Return the fields of the dates HR chose instead of the proposed ones."""
        if self.n_reminders.data != OWN_DATES:
            return []
        fields = (self.first_reminder, self.second_reminder, self.third_reminder)
        return [field for field in fields if field.data]

    def chosen_leaders(self, by_unit: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
        """Return the people chosen; none stands for every leader.

        ``by_unit``: the leaders of each unit, by the unit's value in the form.
        """
        if self.who.data == UNITS:
            return tuple(p for unit in chosen(self.units) for p in by_unit[unit])
        if self.who.data == LEADERS:
            return tuple(int(number) for number in chosen(self.leaders))
        return ()

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


class DeleteForm(FlaskForm):  # type: ignore[misc]
    """Say that a draft is to be deleted."""

    sure = BooleanField(
        _l("Delete this draft for good."),
        [InputRequired(_l("Mark the box to go on."))],
    )
