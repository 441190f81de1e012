"""Forms about one's own account: sign in, password; and making accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp

from survey.languages import NAMES
from survey.passwords import SHORTEST

LONGEST_PASSWORD = 256
_ADDRESS = r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$"


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Name and password; ``next`` is where to go on."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Type your e-mail address."))])
    password = PasswordField(
        _l("Password"),
        [
            DataRequired(_l("Type your password.")),
            Length(max=LONGEST_PASSWORD, message=_l("The password is too long.")),
        ],
    )
    next = HiddenField()


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    """Ask for a link by mail."""

    email = EmailField(
        _l("E-mail"),
        [Regexp(_ADDRESS, message=_l("Type an address like name@firm.vn."))],
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password; shown while typing if the browser offers it, hence asked once."""

    password = PasswordField(
        _l("New password"),
        [
            Length(
                min=SHORTEST,
                max=LONGEST_PASSWORD,
                message=_l("Use %(min)d to %(max)d characters."),
            )
        ],
    )


class AccountForm(FlaskForm):  # type: ignore[misc]
    """A new account, or more roles for one that exists."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Type the name.")),
            Length(max=200, message=_l("Use at most %(max)d characters.")),
        ],
    )
    email = EmailField(
        _l("E-mail"),
        [
            Regexp(_ADDRESS, message=_l("Type an address like name@firm.vn.")),
            Length(max=254, message=_l("Use at most %(max)d characters.")),
        ],
    )
    language = SelectField(
        _l("Language"),
        choices=[SelectChoice(code, name) for code, name in NAMES.items()],
        invalid_choice_message=_l("Choose one of the languages."),
    )
    roles = SelectMultipleField(
        _l("Roles"),
        [DataRequired(_l("Choose at least one role."))],
        choices=[
            SelectChoice("hr", _l("HR: people, cycles, release")),
            SelectChoice("leader", _l("Leader: own ratings, own report")),
            SelectChoice("organisation_reader", _l("Reader of the organisation report")),
            SelectChoice("representative", _l("Representative: posts the check code")),
            SelectChoice("admin", _l("Administrator: accounts, no results")),
        ],
        invalid_choice_message=_l("Choose from these roles."),
    )
