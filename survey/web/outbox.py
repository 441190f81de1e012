"""The mails of the demo as pages: nothing was sent to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from survey.demo import ADMIN, HR, LEADER, PASSWORD
from survey.errors import N_, NotFoundError
from survey.web import wording
from survey.web.access import public

bp = Blueprint("outbox", __name__, url_prefix="/outbox")
bp.context_processor(wording.helpers)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody to sign in as; the demo's sign-in page names them."""

    role: str
    email: str
    password: str


@bp.app_context_processor
def name_accounts() -> dict[str, tuple[DemoAccount, ...]]:
    """Tell the sign-in page of the demo whom to sign in as."""
    found = ((N_("HR"), HR), (N_("leader"), LEADER), (N_("administrator"), ADMIN))
    accounts = (DemoAccount(gettext(role), email, PASSWORD) for role, email in found)
    return {"demo_accounts": tuple(accounts)}


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail of the folder."""

    name: str
    to: str
    subject: str
    language: str
    written_at: datetime
    text: str


@bp.get("/")
@public
def list_mails() -> ResponseReturnValue:
    """Show every mail that was written, the newest first."""
    mails = [_read(file) for file in _files()]
    mails.sort(key=lambda mail: mail.written_at, reverse=True)
    return render_template("outbox/mails.html", mails=mails)


@bp.get("/<name>")
@public
def show_mail(name: str) -> ResponseReturnValue:
    """Show one mail as plain text."""
    file = next((file for file in _files() if file.name == name), None)
    if file is None:
        raise NotFoundError
    return render_template("outbox/mail.html", mail=_read(file))


def _files() -> list[Path]:
    return list(current_app.extensions["settings"].outbox.glob("*.eml"))


def _read(file: Path) -> KeptMail:
    message = message_from_bytes(file.read_bytes(), EmailMessage, policy=default)
    body = message.get_body(("plain",))
    return KeptMail(
        name=file.name,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        language=str(message.get("Content-Language", "")),
        written_at=parsedate_to_datetime(str(message["Date"])),
        text=body.get_content() if body else "",
    )
