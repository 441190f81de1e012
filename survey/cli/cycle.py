"""Cycles from the command line."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from typing import BinaryIO, TextIO
from zoneinfo import ZoneInfo

import click
from flask import Flask

from survey import forecast
from survey.cli.context import MOMENT, with_app
from survey.cli.draft import copy, create, delete
from survey.clock import utcnow
from survey.db import reading, transaction
from survey.services import (
    cycles,
    launching,
    naming,
    release,
    reminding,
    research,
    watching,
)
from survey.spreadsheets import read_csv


@click.group()
def cycle() -> None:
    """Run survey cycles."""


cycle.add_command(create)
cycle.add_command(copy)
cycle.add_command(delete)


@cycle.command("launch")
@click.argument("cycle_id", type=int)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option(
    "--leave-out-small", is_flag=True, help="Drop leaders who cannot reach k."
)
@click.option(
    "--merge-small", is_flag=True, help="Show small teams together, as proposed."
)
@click.option("--keep-small", is_flag=True, help="Keep them: nothing will be shown.")
@click.option("--only-reports", is_flag=True, help="Keep no ratings for research.")
@with_app
def launch(
    _app: Flask,
    cycle_id: int,
    dry_run: bool,
    merge_small: bool,
    leave_out_small: bool,
    keep_small: bool,
    only_reports: bool,
) -> None:
    """Freeze a draft and make its keys; refused while a point is left to decide."""
    now = utcnow()
    with transaction() as session:
        if merge_small and not dry_run:
            launching.show_small_teams_together(session, cycle_id, now=now)
        if leave_out_small and not dry_run:
            launching.leave_out_small_teams(session, cycle_id, now=now)
        if keep_small and not dry_run:
            launching.keep_small_teams(session, cycle_id, now=now)
        if only_reports and not dry_run:
            cycles.keep_only_reports(session, cycle_id, now=now)
        look = forecast.dry_run(session, cycle_id, now=now)
    for point in look.points:
        click.echo(f"{point.kind.value}: {point.text % point.fields}")
    click.echo(
        f"{len(look.leaders)} leaders, {look.n_people} people, {look.n_mails} mails, "
        f"{look.n_slips} slips",
        err=True,
    )
    if dry_run:
        return
    with transaction() as session:
        launching.launch_cycle(session, cycle_id, now=now)
    click.echo("Launched; the worker makes the keys.", err=True)


@cycle.command("peers")
@click.argument("cycle_id", type=int)
@click.argument("file", type=click.File("rb"))
@with_app
def peers(_app: Flask, cycle_id: int, file: BinaryIO) -> None:
    """Name the peers who rate leaders of a draft, from a CSV file.

    Columns: leader_id and person_id, personnel numbers. All of it or nothing.
    """
    with transaction() as session:
        table = read_csv(file.read())
        problems = naming.name_from_table(session, cycle_id, table, now=utcnow())
        for problem in problems:
            click.echo(
                f"line {problem.line}: {problem.text % problem.fields}", err=True
            )
        if problems:
            raise click.ClickException("Nothing was stored.")
    click.echo(f"{len(table.rows)} lines stored.", err=True)


@cycle.command("status")
@click.argument("cycle_id", type=int)
@click.option("--json", "as_json", is_flag=True)
@with_app
def status(_app: Flask, cycle_id: int, as_json: bool) -> None:
    """Say how far a cycle is, in bands."""
    with reading() as session:
        seen = watching.status(session, cycle_id, now=utcnow())
    rows = {
        "name": seen.name,
        "state": seen.state.value,
        "opens": seen.opens_at.isoformat(),
        "closes": seen.closes_at.isoformat(),
        "release by": seen.release_by.isoformat(),
        "check code": seen.fingerprint[:20],
        "answered": [[row.low, row.high] for row in seen.progress],
        "leaders at the minimum": seen.n_reach_k,
        "reports ready": seen.reports_ready,
        "destruction": seen.destruction.value,
    }
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for name, value in rows.items():
        click.echo(f"{name}: {value}")


@cycle.command("remind")
@click.argument("cycle_id", type=int)
@click.option("--at", type=MOMENT, required=True, help="2026-12-01T09:00")
@with_app
def remind(_app: Flask, cycle_id: int, at: datetime) -> None:
    """Plan one more reminder, three at most; the time is the organisation's."""
    with transaction() as session:
        zone = watching.status(session, cycle_id, now=utcnow()).time_zone
        moment = at.replace(tzinfo=ZoneInfo(zone))
        reminding.add_reminder(session, cycle_id, moment, now=utcnow())
    click.echo(f"The reminder goes out on {moment:%Y-%m-%d at %H:%M}.", err=True)


@cycle.command("release")
@click.argument("cycle_id", type=int)
@with_app
def release_(app: Flask, cycle_id: int) -> None:
    """Publish the reports of a closed cycle, once, and destroy the answers."""
    vault = app.extensions["vault"]
    with transaction() as session:
        release.release_cycle(session, vault, cycle_id, now=utcnow())
    click.echo("Released; the worker destroys keys and answers.", err=True)


@cycle.command("rows")
@click.argument("cycle_id", type=int)
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8"),
    required=True,
    help="A CSV file; one that is there is replaced.",
)
@with_app
def rows(_app: Flask, cycle_id: int, output: TextIO) -> None:
    """Write the ratings that a released cycle keeps for research.

    Columns: response_id (random, new each time), item, value (empty: cannot say).

    Example: hansei cycle rows 7 --output ratings.csv
    """
    with transaction() as session:
        ratings = research.export_rows(session, cycle_id, now=utcnow())
        table = csv.writer(output, lineterminator="\n")
        table.writerow(research.Rating._fields)
        table.writerows(ratings)
    click.echo("Destroy the file by the purge date, as the promise says.", err=True)


@cycle.command("abandon")
@click.argument("cycle_id", type=int)
@click.confirmation_option(prompt="Destroy all answers without a report?")
@with_app
def abandon(_app: Flask, cycle_id: int) -> None:
    """Destroy a cycle's answers without publishing anything."""
    with transaction() as session:
        release.abandon_cycle(session, cycle_id, now=utcnow())
    click.echo("Abandoned; the worker destroys keys and answers.", err=True)
