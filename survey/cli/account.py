"""Accounts from the command line."""

from __future__ import annotations

import click
from flask import Flask

from survey.cli.context import with_app
from survey.clock import utcnow
from survey.db import transaction
from survey.roles import Role
from survey.services.accounts import (
    ask_for_password_link,
    create_account,
)
from survey.services.securing import reset_by_email


@click.group()
def user() -> None:
    """Look after accounts."""


@user.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
)
@click.option("--language", type=click.Choice(["en", "vi"]), default="en")
@click.password_option(help="Asked for when not given.")
@with_app
def create(
    _app: Flask,
    email: str,
    name: str,
    roles: tuple[str, ...],
    language: str,
    password: str,
) -> None:
    """Make an account, or give an existing one more roles.

    Example: hansei user create hr@firm.vn --name "Mai Pham" --role hr
    """
    with transaction() as session:
        create_account(
            session,
            email,
            name,
            frozenset(Role(role) for role in roles),
            now=utcnow(),
            password=password,
            language=language,
        )
    click.echo(f"{email} can sign in as {', '.join(roles)}.", err=True)


@user.command("reset")
@click.argument("email")
@with_app
def reset(_app: Flask, email: str) -> None:
    """Send somebody a link to set a new password, good for one hour."""
    with transaction() as session:
        ask_for_password_link(session, email, now=utcnow())
    click.echo("If there is such an account, a mail is on its way.", err=True)


@user.command("reset-totp")
@click.argument("email")
@with_app
def reset_second_factor(_app: Flask, email: str) -> None:
    """Take the second step off somebody who lost their app and recovery codes."""
    with transaction() as session:
        reset_by_email(session, email, now=utcnow())
    click.echo(f"{email} signs in without a second step until one is set up.", err=True)
