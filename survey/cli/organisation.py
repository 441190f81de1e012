"""Import people from a file, and undo it."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from survey.cli.context import with_app
from survey.clock import utcnow
from survey.db import reading, transaction
from survey.import_problems import ImportProblem, ProblemGroup, rejected_rows
from survey.services.import_undo import undo_import
from survey.services.importing import ImportPreview, check_people, import_people
from survey.services.organisation import set_up_organisation
from survey.spreadsheets import read_table

SHOWN = 50
MOST_LINES = 10


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
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the rows to mend there, as CSV with one more column that says why.",
)
@with_app
def import_file(_app: Flask, file: Path, dry_run: bool, rejected: Path | None) -> None:
    """Import people from CSV, XLSX, XLS or ODS: all of it or nothing.

    Columns: id, name, email, manager_id, unit, language, channel; common other names
    are understood. Who is not in the file is set inactive.
    Example: hansei org import people.xlsx --dry-run
    """
    _step(f"Reading {file.name}")
    table = read_table(file.read_bytes())
    _step(f"Checking {len(table.rows)} rows")
    with reading() as session:
        preview = check_people(session, table)
    _tell(preview)
    if rejected and preview.problems:
        rejected.write_bytes(rejected_rows(table, preview.problems, "to mend", _why))
    if preview.problems:
        raise click.exceptions.Exit(1)
    if dry_run:
        return
    _step(f"Storing {len(preview.people)} people")
    with transaction() as session:
        import_people(session, table, now=utcnow(), mark=preview.mark)
    click.echo("Imported.", err=True)


@org.command("undo")
@with_app
def undo(_app: Flask) -> None:
    """Undo the last import, as long as nothing depends on it.

    People it added are erased, all others become what they were before.
    """
    with transaction() as session:
        undone = undo_import(session, now=utcnow())
    click.echo(
        f"Undone: {undone.n_new} erased again, {undone.n_changed} changed back, "
        f"{undone.n_gone} active again.",
        err=True,
    )


def _step(text: str) -> None:
    click.echo(f"{text} ...", err=True)


def _tell(preview: ImportPreview) -> None:
    for group in preview.problem_groups[:SHOWN]:
        click.echo(_line(group))
    if len(preview.problem_groups) > SHOWN:
        click.echo(f"... and {len(preview.problem_groups) - SHOWN} more problems")
    for group in preview.warning_groups[:SHOWN]:
        click.echo(f"warning: {_line(group)}", err=True)
    if preview.not_imported:
        click.echo(f"not imported: {', '.join(preview.not_imported)}", err=True)
    for cell in preview.changed[:SHOWN]:
        click.echo(f"{cell.number} {cell.name}, {cell.field}: {cell.old} -> {cell.new}")
    click.echo(
        f"{len(preview.new)} new, "
        f"{preview.n_changed} changed, "
        f"{len(preview.gone)} will be set inactive, "
        f"{preview.n_unchanged} unchanged",
        err=True,
    )


def _line(group: ProblemGroup) -> str:
    lines = ", ".join(map(str, group.lines[:MOST_LINES]))
    more = ", ..." if len(group.lines) > MOST_LINES else ""
    where = f"row {lines}{more}, " if group.lines else ""
    column = f"column {group.column}: " if group.column else ""
    return f"{where}{column}{group.text % group.fields}"


def _why(problem: ImportProblem) -> str:
    return f"{problem.column}: {problem.text % problem.fields}"
