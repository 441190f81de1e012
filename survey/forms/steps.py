"""Steps of HR in a running cycle: another closing date, a hold."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired

from survey.forms.fields import MOMENT, LocalMoment, OneOf, choices_of

REASONS = {
    "leader_absent": _l("The leader is absent"),
    "partner_absent": _l("The partner of the talk is absent"),
    "talk_later": _l("The talk takes place later"),
}


class ExtendForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When the form closes now; times are the organisation's."""

    closes_at = LocalMoment(_l("Closes"), validators=[InputRequired(MOMENT)])


class HoldForm(FlaskForm):  # type: ignore[misc]
    """Which leader reads later, from when on, and why."""

    leader = OneOf(_l("Leader"), {}, validators=[DataRequired(_l("Choose a leader."))])
    until = LocalMoment(
        _l("Can be opened from"),
        validators=[InputRequired(MOMENT)],
        description=_l("Fourteen days after the release at the latest."),
    )
    reason = OneOf(
        _l("Reason"),
        {"": "–", **REASONS},
        validators=[DataRequired(_l("Choose a reason."))],
        description=_l("The log keeps it; nobody else is told."),
    )

    def __init__(self, leaders: Mapping[int, str]) -> None:
        super().__init__()
        named = {str(number): name for number, name in leaders.items()}
        self.leader.choices = choices_of({"": "–", **named})
