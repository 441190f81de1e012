"""Forms about the organisation: its name and its people."""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import cache
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from survey.languages import NAMES
from survey.spreadsheets import LARGEST

_TOO_LONG = Length(max=200, message=_l("Use at most %(max)d characters."))


@cache
def _zones() -> list[SelectChoice]:
    """Return the zones that are named after places, and UTC."""
    places = (zone for zone in available_timezones() if "/" in zone)
    names = sorted(z for z in places if not z.startswith(("Etc/", "SystemV/")))
    return [SelectChoice(name, name) for name in ("UTC", *names)]


class OrganisationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What pages and mails name about the organisation."""

    name = StringField(
        _l("Name of the organisation"),
        [DataRequired(_l("Type the name of the organisation.")), _TOO_LONG],
    )
    contact = StringField(
        _l("Contact for questions"),
        [DataRequired(_l("Name somebody whom people can ask.")), _TOO_LONG],
        description=_l(
            "Somebody outside every leader's reporting line, with a way to reach them. "
            "Stands in every mail and on every form."
        ),
    )
    representative = StringField(
        _l("Representative"),
        [DataRequired(_l("Name somebody who posts the check code.")), _TOO_LONG],
        description=_l(
            "Posts the check code of each cycle where everybody sees it: the works "
            "council, the union, or somebody people trust."
        ),
    )
    time_zone = SelectField(
        _l("Time zone"),
        choices=_zones,
        default="UTC",
        description=_l("Dates of cycles are meant in this time zone."),
        invalid_choice_message=_l("Choose one of the time zones."),
    )
    language = SelectField(
        _l("Language"),
        choices=[SelectChoice(code, name) for code, name in NAMES.items()],
        invalid_choice_message=_l("Choose one of the languages."),
    )


class UploadForm(FlaskForm):  # type: ignore[misc]
    """Choose a file of people."""

    file = FileField(
        _l("File of people"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV, up to 5 MB. Nothing is stored before you confirm."),
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The checked file, which travels with the page: the server keeps nothing."""

    packed = HiddenField()


def pack(content: bytes) -> str:
    """Return a file's content as text that fits into a page."""
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def unpack(packed: str) -> bytes:
    """Return the content of a packed file; nothing, if it was tampered with."""
    try:
        squeezed = base64.b64decode(packed, validate=True)
        return zlib.decompressobj().decompress(squeezed, LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        return b""
