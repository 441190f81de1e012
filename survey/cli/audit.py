"""The log of administrative acts from the command line."""

from __future__ import annotations

import click
from flask import Flask

from survey.cli.context import with_app
from survey.db import reading
from survey.services.auditing import check_log


@click.group()
def audit() -> None:
    """Look after the log of administrative acts."""


@audit.command("verify")
@click.option("--head", default="", help="A check code that somebody kept.")
@with_app
def verify(_app: Flask, head: str) -> None:
    """Recompute the whole chain: no entry changed, removed or slipped in.

    Prints the check code of the last entry. With --head it also says where in the
    chain a code stands that was mailed at launch, closing or release.
    """
    with reading() as session:
        chain = check_log(session, head)
    if chain.broken_at is not None:
        raise click.ClickException(
            f"the chain is broken at entry {chain.broken_at}: that entry, or one "
            "before it, is not what was written"
        )
    if head and chain.found is None:
        raise click.ClickException(
            "the chain is whole but does not hold this code: the log was written anew "
            "since the code was made, or the code was mistyped"
        )
    if head:
        click.echo(f"The code is that of entry {chain.found}.", err=True)
    click.echo(f"The chain of {chain.n_events} entries is whole.", err=True)
    click.echo(chain.head)
