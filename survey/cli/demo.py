"""The made-up company, by one command."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import click

from questionnaires.catalogue import Catalogue
from survey import demo as company
from survey.cli.context import told_plainly
from survey.cli.work import run_server
from survey.clock import utcnow
from survey.config import Settings, from_environ
from survey.schema import upgrade

DATABASE = "hansei.sqlite3"


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("instance/demo"),
    show_default=True,
    help="Where the demo's database, mails and (beside it) its vault are made.",
)
@click.option("--fresh", is_flag=True, help="Throw an older demo away first.")
@click.option("--no-serve", is_flag=True, help="Build everything, then stop.")
@click.pass_context
def demo(
    ctx: click.Context, port: int, instance: Path, fresh: bool, no_serve: bool
) -> None:
    """Make up a bilingual company and serve it.

    Example: hansei demo --port 8080
    """
    with told_plainly():
        settings = _settings(instance, port)
        if fresh:
            _throw_away(settings)
        is_new = not (settings.instance / DATABASE).exists()
        app = ctx.obj(settings=settings)
        shop = app.extensions["workshop"]
        upgrade(shop.engine)
        if is_new:
            click.echo("Making up a company of 140 people ...", err=True)
            company.build(shop, Catalogue(), now=utcnow())
        _tell(settings, company.employee_code(shop, now=utcnow()))
        if not no_serve:
            run_server(app, "127.0.0.1", port, with_worker=True)


def _settings(instance: Path, port: int) -> Settings:
    plain = from_environ({"HANSEI_INSTANCE": str(instance)}, is_demo=True)
    return replace(plain, base_url=f"http://127.0.0.1:{port}")


def _throw_away(settings: Settings) -> None:
    """Delete a demo's folders, and only those of a demo."""
    if (settings.instance / DATABASE).exists():
        shutil.rmtree(settings.instance)
    if (settings.vault / "pepper").exists():
        shutil.rmtree(settings.vault)


def _tell(settings: Settings, code: str) -> None:
    at = settings.base_url
    employee = (
        f"{at}/en/ and type {code}   (or {at}/vi/ for Vietnamese)"
        if code
        else "the open cycle is over: start again with --fresh"
    )
    click.echo(
        f"""
A made-up company is ready. What to open:

  as an employee   {employee}
  as a leader      {at}/account/sign-in   {company.LEADER}   {company.PASSWORD}
  as HR            {at}/account/sign-in   {company.HR}   {company.PASSWORD}
  the mails        {at}/outbox/   (nothing was sent)

Real answers instead of made-up ones, in a checkout:
  hansei analyse tests/data/lq2002/*.toml tests/data/lq2002/lq2002.csv \\
    --leader-column COMPID --out analysis
"""
    )
