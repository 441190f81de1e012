"""Drafts of cycles from the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from flask import Flask

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form
from reports.policy import K_DEFAULT
from survey.cli.context import MOMENT, with_app
from survey.clock import utcnow
from survey.db import reading, transaction
from survey.languages import LANGUAGES
from survey.lifecycle import Retention
from survey.plans import CyclePlan, text_from
from survey.promise import MAY_READ
from survey.recurrence import Recurrence
from survey.services import copying, cycles

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("create")
@click.argument("name")
@click.option("--questionnaire", "codes", multiple=True, default=["ll-35", "ps-8"])
@click.option("--opens", type=MOMENT, required=True, help="2026-11-30 or ...T08:00")
@click.option("--closes", type=MOMENT, required=True)
@click.option("--form", type=click.Choice([f.value for f in Form]), default="full")
@click.option("--k", default=K_DEFAULT, show_default=True, help="3 to 12.")
@click.option(
    "--retention",
    type=click.Choice([r.value for r in Retention]),
    default=Retention.AGGREGATES.value,
    show_default=True,
    help="rows: keep unlinked ratings for research until the purge date.",
)
@click.option("--leader", "numbers", multiple=True, help="By number; else all.")
@click.option("--unit", "units", multiple=True, help="Every leader of this unit.")
@click.option("--two-levels", is_flag=True, help="Also ask who reports to the team.")
@click.option("--peers", is_flag=True, help="Leaders name peers, HR agrees.")
@click.option("--manager", is_flag=True, help="The own manager rates under their name.")
@click.option("--release-by", type=MOMENT, help="Else 30 days after closing.")
@click.option("--talk-by", type=_DAY, help="Else three weeks after closing.")
@click.option("--reminder", "reminders", type=MOMENT, multiple=True, help="Up to 3.")
@click.option("--no-reminders", is_flag=True)
@click.option("--activation-day", type=MOMENT, help="Keys can be fetched from then on.")
@click.option("--language", "languages", multiple=True, type=click.Choice(LANGUAGES))
@click.option("--reader", "readers", multiple=True, type=click.Choice(MAY_READ))
@click.option("--representative", default="", help="Else the organisation's.")
@click.option("--contact", default="", help="Else the organisation's.")
@click.option("--talk-partner", default="")
@click.option("--no-server-path", is_flag=True, help="Take no answers without script.")
@click.option(
    "--repeat",
    type=click.Choice([r.value for r in Recurrence if r]),
    help="The next draft is made by itself after the release.",
)
@with_app
def create(
    app: Flask,
    name: str,
    codes: tuple[str, ...],
    opens: datetime,
    closes: datetime,
    form: str,
    k: int,
    retention: str,
    numbers: tuple[str, ...],
    units: tuple[str, ...],
    two_levels: bool,
    peers: bool,
    manager: bool,
    release_by: datetime | None,
    talk_by: datetime | None,
    reminders: tuple[datetime, ...],
    no_reminders: bool,
    activation_day: datetime | None,
    languages: tuple[str, ...],
    readers: tuple[str, ...],
    representative: str,
    contact: str,
    talk_partner: str,
    no_server_path: bool,
    repeat: str | None,
) -> None:
    """Make a draft; times are the organisation's.

    Example: hansei cycle create "Autumn" --opens 2026-11-30 --closes 2026-12-14
    """
    catalogue = Catalogue(app.extensions["settings"].questionnaires)
    with reading() as session:
        choices = cycles.choices(session, now=utcnow())
    zone = ZoneInfo(choices.time_zone)
    plan = CyclePlan(
        name=name,
        texts=tuple(text_from(catalogue, code) for code in codes),
        opens_at=opens.replace(tzinfo=zone),
        closes_at=closes.replace(tzinfo=zone),
        form=Form(form),
        k=k,
        release_by=release_by and release_by.replace(tzinfo=zone),
        talk_by=talk_by and talk_by.date(),
        languages=languages or LANGUAGES,
        representative=representative,
        contact=contact,
        talk_partner=talk_partner,
        readers=readers,
        server_path_allowed=not no_server_path,
        activates_at=activation_day and activation_day.replace(tzinfo=zone),
        reminders=()
        if no_reminders
        else tuple(sorted(at.replace(tzinfo=zone) for at in reminders)) or None,
        leader_ids=_chosen(choices.units, numbers, units),
        team_depth=2 if two_levels else 1,
        asks_peers=peers,
        asks_manager=manager,
        retention=Retention(retention),
        recurrence=Recurrence(repeat or ""),
    )
    with transaction() as session:
        made = cycles.create_cycle(session, plan, now=utcnow())
    click.echo(made.id)


def _chosen(
    found: Iterable[cycles.UnitChoice], numbers: tuple[str, ...], units: tuple[str, ...]
) -> tuple[int, ...]:
    """Return the leaders who are named; refuses a name that is not there."""
    by_number = {one.number: one.person_id for unit in found for one in unit.leaders}
    by_unit = {unit.name: unit.leaders for unit in found}
    for kind, asked, known in (
        ("leader", numbers, by_number.keys()),
        ("unit with leaders", units, by_unit.keys()),
    ):
        if strange := [name for name in asked if name not in known]:
            raise click.ClickException(f"There is no {kind} “{strange[0]}”.")
    of_units = (one.person_id for unit in units for one in by_unit[unit])
    return (*(by_number[number] for number in numbers), *of_units)


@click.command("copy")
@click.argument("cycle_id", type=int)
@with_app
def copy(app: Flask, cycle_id: int) -> None:
    """Make a draft like an earlier cycle, with its dates moved on."""
    catalogue = Catalogue(app.extensions["settings"].questionnaires)
    with transaction() as session:
        copied = copying.copy_cycle(session, catalogue, cycle_id, now=utcnow())
    click.echo(copied.id)


@click.command("delete")
@click.argument("cycle_id", type=int)
@click.confirmation_option(prompt="Delete this draft for good?")
@with_app
def delete(_app: Flask, cycle_id: int) -> None:
    """Delete a draft: nothing was promised and nobody was asked."""
    with transaction() as session:
        name = cycles.delete_draft(session, cycle_id, now=utcnow())
    click.echo(f"Deleted: {name}", err=True)
