"""How many slips are printed beyond those that people need."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, NumberRange

from survey.forms.fields import WholeNumber

MOST_SPARES = 20
_RANGE = _l("Type a whole number from %(min)d to %(max)d.")


class SlipsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Spare slips; a few take the place of slips that get lost."""

    spares = WholeNumber(
        _l("Spare slips for each box, in percent"),
        default=10,
        validators=[
            InputRequired(_l("Type a whole number.")),
            NumberRange(0, MOST_SPARES, message=_RANGE),
        ],
        description=_l(
            "0 to 20, rounded up. A spare replaces a lost slip: a box never takes more "
            "answers from slips than it has people without e-mail."
        ),
    )
