"""Forms about accounts: sign in, set a password, make an account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from survey.forms.fields import SHORT, OneOf, SeveralOf
from survey.languages import NAMES
from survey.passwords import SHORTEST

LONGEST_PASSWORD = 256
_ADDRESS = Regexp(
    r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*\Z",
    message=_l("Type an address like name@firm.vn."),
)


_ROLES = {
    "hr": _l("HR: people, cycles, release"),
    "leader": _l("Leader: own ratings, own report"),
    "organisation_reader": _l("Reader of the organisation report"),
    "representative": _l("Representative: posts the check code"),
    "admin": _l("Administrator: accounts, no results"),
}


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

    email = EmailField(_l("E-mail"), [_ADDRESS])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, asked for once."""

    password = PasswordField(
        _l("New password"),
        [
            Length(
                min=SHORTEST,
                max=LONGEST_PASSWORD,
                message=_l("Use %(min)d to %(max)d characters."),
            )
        ],
        description=_l("At least 12 characters. A few words in a row are good."),
    )


class AccountForm(FlaskForm):  # type: ignore[misc]
    """A new account, or more roles for one that exists."""

    name = StringField(_l("Name"), [DataRequired(_l("Type the name.")), SHORT])
    email = EmailField(_l("E-mail"), [_ADDRESS, SHORT])
    language = OneOf(_l("Language"), NAMES)
    roles = SeveralOf(
        _l("Roles"),
        _ROLES,
        validators=[DataRequired(_l("Choose at least one role."))],
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The second step; ``next`` is where to go on."""

    code = StringField(
        _l("Code"),
        [DataRequired(_l("Type the code.")), SHORT],
        description=_l("Six digits from your app, or one of your recovery codes."),
    )
    next = HiddenField()


class ChangePasswordForm(PasswordForm):
    """The present password and the new one."""

    present = PasswordField(
        _l("Present password"),
        [
            DataRequired(_l("Type your password.")),
            Length(max=LONGEST_PASSWORD, message=_l("The password is too long.")),
        ],
    )


class RolesForm(FlaskForm):  # type: ignore[misc]
    """Roles of an account that exists, and whether it may be used."""

    roles = SeveralOf(
        _l("Roles"),
        _ROLES,
        validators=[DataRequired(_l("Choose at least one role."))],
    )
    is_active = BooleanField(_l("This account may sign in"))
