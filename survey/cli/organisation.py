"""Import people from a file."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from survey.cli.context import with_app
from survey.clock import utcnow
from survey.db import reading, transaction
from survey.people_rows import ImportProblem
from survey.services.organisation import (
    ImportPreview,
    check_people,
    import_people,
    set_up_organisation,
)
from survey.spreadsheets import read_csv

SHOWN = 200


@click.group()
def org() -> None:
    """Look after the organisation and its people."""


@org.command("name")
@click.argument("name")
@click.option("--contact", default="", help="Who answers questions, with an address.")
@click.option("--representative", default="", help="Who posts the check code.")
@click.option("--time-zone", default="UTC", show_default=True)
@click.option("--language", type=click.Choice(["en", "vi"]), default="en")
@with_app
def name_organisation(
    _app: Flask,
    name: str,
    contact: str,
    representative: str,
    time_zone: str,
    language: str,
) -> None:
    """Set up the organisation.

    Example: hansei org name "Sông Hồng Works" --time-zone Asia/Ho_Chi_Minh
    """
    with transaction() as session:
        set_up_organisation(
            session,
            name,
            contact=contact,
            representative=representative,
            time_zone=time_zone,
            language=language,
        )
    click.echo(f"This installation serves {name}.", err=True)


@org.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Look only; store nothing.")
@with_app
def import_file(_app: Flask, file: Path, dry_run: bool) -> None:
    """Import people from a CSV file: all of it or nothing.

    Columns: id, name, email, manager_id, unit, language, channel.
    Example: hansei org import people.csv --dry-run
    """
    table = read_csv(file.read_bytes())
    with reading() as session:
        preview = check_people(session, table)
    _tell(preview)
    if preview.problems:
        raise click.exceptions.Exit(1)
    if dry_run:
        return
    with transaction() as session:
        import_people(session, table, now=utcnow())
    click.echo("Imported.", err=True)


def _tell(preview: ImportPreview) -> None:
    for problem in preview.problems[:SHOWN]:
        click.echo(_line(problem))
    if len(preview.problems) > SHOWN:
        click.echo(f"... and {len(preview.problems) - SHOWN} more problems")
    for warning in preview.warnings:
        click.echo(f"warning: {_line(warning)}", err=True)
    if preview.not_imported:
        click.echo(f"not imported: {', '.join(preview.not_imported)}", err=True)
    click.echo(
        f"{len(preview.new)} new, "
        f"{len({change.number for change in preview.changes})} changed, "
        f"{len(preview.gone)} will be set inactive, "
        f"{preview.n_unchanged} unchanged",
        err=True,
    )


def _line(problem: ImportProblem) -> str:
    where = f"row {problem.line}, " if problem.line else ""
    return f"{where}column {problem.column}: {problem.text % problem.fields}"
