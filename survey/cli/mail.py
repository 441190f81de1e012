"""Try whether mails arrive."""

from __future__ import annotations

import click
from flask import Flask

from survey import letters
from survey.cli.context import with_app
from survey.clock import utcnow
from survey.languages import LANGUAGES, translator
from survey.mail import Letter, MailError, is_address


@click.group()
def mail() -> None:
    """Look after mails."""


@mail.command("test")
@click.argument("address")
@click.option("--language", type=click.Choice(LANGUAGES), default="en")
@with_app
def test(app: Flask, address: str, language: str) -> None:
    """Send one letter to ADDRESS now, with the settings that are used.

    Example: hansei mail test you@example.org --language vi
    """
    if not is_address(address):
        raise click.BadParameter(f"“{address}” is no address like name@firm.vn")
    shop = app.extensions["workshop"]
    gettext = translator(language).gettext
    subject, body = (gettext(text) for text in letters.TEST)
    key = f"test.{utcnow():%Y%m%d%H%M%S}@hansei"
    written = Letter(address, address, language, subject, body, key, utcnow())
    try:
        shop.mailer.send(written)
    except MailError as error:
        raise click.ClickException(
            f"not sent: {error}. Look at HANSEI_SMTP_URL and HANSEI_MAIL_FROM."
        ) from error
    finally:
        shop.mailer.rest()
    smtp = app.extensions["settings"].smtp_url
    where = "handed over to the server" if smtp else "written to the outbox folder"
    click.echo(f"The letter was {where}; its Message-ID is {key}.", err=True)
