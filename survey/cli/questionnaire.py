"""Questionnaire files from the command line: check, describe, show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click

from questionnaires.checks import warnings
from questionnaires.file_format import json_schema
from questionnaires.loader import InstrumentError, load, read_text
from questionnaires.model import Form, Instrument, RaterGroup
from questionnaires.preview import preview as preview_of
from questionnaires.problems import Problem

FILE = click.Path(path_type=Path)


@click.group()
def questionnaire() -> None:
    """Check and look at questionnaire files."""


@questionnaire.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Name every problem of every file, one a line.

    Example: hansei questionnaire check my-questionnaire.toml
    """
    n_problems = 0
    for file in files:
        try:
            instrument = _load(file)
        except InstrumentError as error:
            n_problems += len(error.problems)
            _tell(file, "", error.problems)
        else:
            _tell(file, "warning: ", warnings(instrument))
    click.echo(f"{len(files)} file(s), {n_problems} problem(s)", err=True)
    if n_problems:
        raise click.exceptions.Exit(1)


def _load(file: Path) -> Instrument:
    return load(read_text(file), name=file.name)


def _tell(file: Path, level: str, problems: Iterable[Problem]) -> None:
    name = click.format_filename(file)
    for problem in problems:
        click.echo(f"{name}: {problem.where}: {level}{problem.message}")


@questionnaire.command("schema")
def schema() -> None:
    """Print the JSON Schema of the file format, for editors."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@questionnaire.command("preview")
@click.argument("file", type=FILE)
@click.option("--form", type=click.Choice([f.value for f in Form]))
@click.option("--group", type=click.Choice([g.value for g in RaterGroup]))
@click.option("--language", help="As in the file, for example vi.")
def preview(
    file: Path, form: str | None, group: str | None, language: str | None
) -> None:
    """Print every form a rater would see; the options choose some of them.

    Example: hansei questionnaire preview ll-35.toml --form short --group team
    """
    try:
        instrument = _load(file)
    except InstrumentError as error:
        _tell(file, "", error.problems)
        raise click.exceptions.Exit(1) from error
    forms = _chosen("form", form, instrument.forms)
    groups = _chosen("group", group, instrument.asked_groups)
    languages = _chosen("language", language, instrument.languages)
    pages = [
        preview_of(instrument, Form(f), RaterGroup(g), la)
        for f in forms
        for g in groups
        for la in languages
    ]
    click.echo("\n\n".join(pages), nl=False)


def _chosen(option: str, value: str | None, possible: Iterable[str]) -> tuple[str, ...]:
    """Return the one value asked for, or all; refuse one the file does not have."""
    all_of_them = tuple(possible)
    if value is None:
        return all_of_them
    if value not in all_of_them:
        raise click.BadParameter(
            f"the file has {', '.join(all_of_them)}", param_hint=f"--{option}"
        )
    return (value,)
