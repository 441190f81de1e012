"""Hand letters over: to an SMTP server, or into a folder while there is none."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from markupsafe import escape

_TIMEOUT = 30
_A_CONNECTION = 100
"""Letters after which a connection is opened anew."""
_SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""Not every server on the way takes eight bits."""

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_WORD}(?:\.{_WORD})*@{_LABEL}(?:\.{_LABEL})+")


class MailError(Exception):
    """A letter could not be handed over; the message says what the server said."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: plain text, with a plain HTML alternative of the same words.

    ``stop_url``: where one request ends the reminders (RFC 8058), if there are any.
    """

    to_name: str
    to_address: str
    language: str
    subject: str
    text: str
    message_id: str
    written_at: datetime
    stop_url: str = ""


def is_address(text: str) -> bool:
    """Whether a letter can be sent there: ``name@firm.vn``, and nothing around it."""
    return _ADDRESS.fullmatch(text) is not None


class Mailer(Protocol):
    """Hands letters over."""

    def send(self, letter: Letter) -> None:
        """Hand over one letter; raises ``MailError``."""

    def rest(self) -> None:
        """Let go of what was kept open for the next letter: none follows for now."""


def to_message(letter: Letter, mail_from: str) -> EmailMessage:
    """Return the MIME message: right headers for every name, no pixel, no redirect.

    Raises
    ------
    MailError
        If a name or an address cannot stand in a header.
    """
    name, address = parseaddr(mail_from)
    message = EmailMessage(policy=_SEVEN_BIT)
    try:
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(letter.to_name, addr_spec=letter.to_address)
        message["Subject"] = letter.subject
    except (ValueError, MessageError) as error:
        raise MailError(f"a header cannot be written: {error}") from error
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(_to_html(letter), subtype="html")
    message["Content-Language"] = letter.language  # earlier it would move to the text
    return message


def _to_html(letter: Letter) -> str:
    paragraphs = [
        f"<p>{escape(part)}</p>".replace("\n", "<br>\n")
        for part in letter.text.strip().split("\n\n")
    ]
    return (
        f'<!doctype html>\n<html lang="{letter.language}"><body>\n'
        + "\n".join(paragraphs)
        + "\n</body></html>\n"
    )


class FolderMailer:
    """Writes letters into a folder, where a page of the demo shows them."""

    def __init__(self, folder: Path, mail_from: str) -> None:
        self._folder = folder
        self._from = mail_from

    def send(self, letter: Letter) -> None:
        """Write one ``.eml`` file, named by its Message-ID: a repeat replaces it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = letter.message_id.replace("@", "_at_").replace("/", "_")
        message = to_message(letter, self._from)
        (self._folder / f"{name}.eml").write_bytes(message.as_bytes())

    def rest(self) -> None:
        """Nothing is kept open."""


class SmtpMailer:
    """Sends letters by SMTP; ``smtp://`` (STARTTLS where offered) or ``smtps://``.

    Letters that follow each other share a connection, up to a hundred of them. Only
    the worker's thread uses a mailer.
    """

    def __init__(self, url: str, mail_from: str) -> None:
        self._url = urlsplit(url)
        self._from = mail_from
        self._server: smtplib.SMTP | None = None
        self._n_sent = 0

    def send(self, letter: Letter) -> None:
        """Send one letter, over the connection of the one before if it still stands."""
        message = to_message(letter, self._from)
        try:
            self._connected().send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            self.rest()
            raise MailError(f"{type(error).__name__}: {error}") from error
        self._n_sent += 1

    def rest(self) -> None:
        """Take leave of the server."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that answers: nothing of a letter is on its way yet."""
        if self._n_sent >= _A_CONNECTION:
            self.rest()
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.rset()
                return self._server
        self._server, self._n_sent = self._connect(), 0
        return self._server

    def _connect(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        context = ssl.create_default_context()
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._url.port or 465, timeout=_TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(host, self._url.port or 25, timeout=_TIMEOUT)
        try:
            self._greet(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        if self._url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))


def make_mailer(smtp_url: str, outbox: Path, mail_from: str) -> Mailer:
    """Return the mailer of these settings: SMTP if there is a server, else a folder."""
    if smtp_url:
        return SmtpMailer(smtp_url, mail_from)
    return FolderMailer(outbox, mail_from)
