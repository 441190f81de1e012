"""Forms about the organisation: its name and its people."""

from __future__ import annotations

import base64
import zlib
from functools import cache
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired

from survey.forms.fields import SHORT, OneOf, choices_of
from survey.languages import NAMES
from survey.spreadsheets import LARGEST


class OrganisationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What pages and mails name about the organisation."""

    name = StringField(
        _l("Name of the organisation"),
        [DataRequired(_l("Type the name of the organisation.")), SHORT],
    )
    contact = StringField(
        _l("Contact for questions"),
        [DataRequired(_l("Name somebody whom people can ask.")), SHORT],
        description=_l(
            "Somebody outside every leader's reporting line, with a way to reach them. "
            "Stands in every mail and on every form."
        ),
    )
    representative = StringField(
        _l("Representative"),
        [DataRequired(_l("Name somebody who posts the check code.")), SHORT],
        description=_l(
            "Posts the check code of each cycle where everybody sees it: the works "
            "council, the union, or somebody people trust."
        ),
    )
    time_zone = OneOf(
        _l("Time zone"),
        {},
        default="UTC",
        description=_l("Dates of cycles are meant in this time zone."),
    )
    language = OneOf(_l("Language"), NAMES)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.time_zone.choices = choices_of({name: name for name in _zones()})


@cache
def _zones() -> tuple[str, ...]:
    """Return the zones that are named after places, and UTC."""
    places = (zone for zone in available_timezones() if "/" in zone)
    return ("UTC", *sorted(z for z in places if not z.startswith("Etc/")))


class UploadForm(FlaskForm):  # type: ignore[misc]
    """Choose a file of people."""

    file = FileField(
        _l("File of people"),
        [FileRequired(_l("Choose a file."))],
        description=_l("CSV, XLSX, XLS or ODS, up to 5 MB."),
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The checked file, which travels with the page: the server keeps nothing."""

    packed = HiddenField()
    mark = HiddenField()


def pack(content: bytes) -> str:
    """Return a file's content as text that fits into a page."""
    return base64.urlsafe_b64encode(zlib.compress(content, 9)).decode("ascii")


def unpack(packed: str) -> bytes:
    """Return the content of a packed file; nothing, if it was tampered with."""
    try:
        squeezed = base64.b64decode(packed, b"-_", validate=True)
        return zlib.decompressobj().decompress(squeezed, LARGEST)
    except (ValueError, zlib.error):
        return b""
