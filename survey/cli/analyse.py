"""Questionnaires and an answers CSV turned into reports, without any database."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import click

from questionnaires.loader import InstrumentError, load
from questionnaires.model import Form, Instrument
from reports.analysis import Analysis, SharedCodesError
from reports.analysis import analyse as analyse_answers
from reports.answers_csv import AnswersError, CsvAnswers, read_csv
from reports.policy import K_DEFAULT, K_HIGHEST, K_LOWEST, Policy
from reports.render.as_json import analysis_json
from reports.render.html import leader_page, organisation_page
from reports.tree import CycleFacts, LeaderReport

FOLDER = Path("analysis")
LONGEST_SLUG = 60
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Survey:
    """What is asked of an analysis, besides the answers."""

    asked: _Questionnaires
    form: Form
    policy: Policy
    name: str


@dataclass(frozen=True, slots=True)
class _Questionnaires:
    """The instruments of an analysis, and the hash of each one's text by its code."""

    instruments: tuple[Instrument, ...]
    sha256: dict[str, str]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{path.name} is not UTF-8 (byte {error.start}). Save it as UTF-8; "
            "in a spreadsheet program: “CSV UTF-8”."
        ) from error
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error


def _read_questionnaires(paths: Iterable[Path]) -> _Questionnaires:
    """Load all files, or refuse naming the problems of every one."""
    instruments: list[Instrument] = []
    sha256: dict[str, str] = {}
    problems: list[str] = []
    for path in paths:
        text = _text(path)
        try:
            instrument = load(text, name=path.name)
        except InstrumentError as error:
            problems.append(str(error))
            continue
        instruments.append(instrument)
        sha256[instrument.code] = hashlib.sha256(text.encode()).hexdigest()
    if problems:
        raise click.ClickException("\n".join(problems))
    return _Questionnaires(tuple(instruments), sha256)


def _read_answers(
    path: Path, instruments: tuple[Instrument, ...], form: Form, leader_column: str
) -> CsvAnswers:
    try:
        return read_csv(
            _text(path), instruments, form=form, leader_column=leader_column
        )
    except AnswersError as error:
        raise click.ClickException(
            f"{path.name}: {len(error.problems)} problem(s)\n{error}"
        ) from error


def _analyse(
    answers: CsvAnswers,
    survey: _Survey,
    label: str = "Analysing",
    earlier: Mapping[str, LeaderReport] | None = None,
    before: str = "",
) -> Analysis:
    with click.progressbar(
        length=len(set(answers.answers.leaders)), label=label, file=sys.stderr
    ) as bar:
        try:
            return analyse_answers(
                answers.answers,
                survey.asked.instruments,
                form=survey.form,
                policy=survey.policy,
                cycle=CycleFacts(survey.name, "", survey.policy.k, survey.form),
                sha256=survey.asked.sha256,
                code_version=version("hansei"),
                seed=0,
                earlier=earlier,
                before=before,
                progress=lambda _done, _all: bar.update(1),
            )
        except SharedCodesError as error:
            raise click.ClickException(str(error)) from error


def _slugs(names: Iterable[str]) -> Iterator[str]:
    """Yield a file name for each leader: plain letters, never the same twice."""
    taken: set[str] = set()
    for name in names:
        # Vietnamese đ does not fall apart into a letter and a sign.
        letters = unicodedata.normalize("NFKD", name.lower().replace("đ", "d"))
        plain = letters.encode("ascii", "ignore").decode()
        stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG] or "leader"
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        taken.add(slug)
        yield slug


def _write(analysis: Analysis, content: str, folder: Path, language: str) -> None:
    leaders = folder / "leaders"
    try:
        leaders.mkdir(parents=True, exist_ok=True)
        (folder / "analysis.json").write_text(content, encoding="utf-8")
        page = organisation_page(analysis.organisation, language)
        (folder / "organisation.html").write_text(page, encoding="utf-8")
        reports = analysis.leaders.values()
        slugs = _slugs(report.leader for report in reports)
        with click.progressbar(
            list(zip(slugs, reports, strict=True)),
            label="Writing pages",
            file=sys.stderr,
        ) as pairs:
            for slug, report in pairs:
                page = leader_page(report, language)
                (leaders / f"{slug}.html").write_text(page, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error


def _say_what_happened(analysis: Analysis, ignored: tuple[str, ...], k: int) -> None:
    if ignored:
        click.echo(f"Columns not used: {', '.join(ignored)}", err=True)
    response = analysis.organisation.response
    hidden = response.n_leaders - response.n_leaders_shown
    if hidden:
        click.echo(
            f"{hidden} of {response.n_leaders} leaders: fewer than {k} answers. "
            "Their pages show no figures, to protect the people who answered.",
            err=True,
        )


@click.command()
@click.argument("questionnaires", nargs=-1, required=True, type=FILE)
@click.argument("answers", type=FILE)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the pages and analysis.json; `analysis` if not given.",
)
@click.option(
    "--json",
    "to_stdout",
    is_flag=True,
    help="Print analysis.json; pages only with --out.",
)
@click.option(
    "--k",
    type=click.IntRange(K_LOWEST, K_HIGHEST),
    default=K_DEFAULT,
    show_default=True,
    help="Fewest answers that are shown, per group and statement.",
)
@click.option(
    "--open",
    "is_open",
    is_flag=True,
    help="Show figures of single small groups too: for somebody who holds the raw "
    "answers anyway, not for distribution.",
)
@click.option(
    "--language",
    type=click.Choice(["en", "vi"]),
    default="en",
    show_default=True,
    help="Language of the pages.",
)
@click.option(
    "--name-teams",
    is_flag=True,
    help="Name teams by their leader in the organisation's report: only if those who "
    "answered were told so.",
)
@click.option(
    "--earlier",
    type=FILE,
    help="Answers of the cycle before, to the same questions: tells what changed.",
)
@click.option("--name", default="", help="Title of the survey, printed on every page.")
@click.option(
    "--form",
    type=click.Choice([form.value for form in Form]),
    default=Form.FULL.value,
    show_default=True,
    help="Which statements were asked.",
)
@click.option(
    "--leader-column",
    default="leader",
    show_default=True,
    help="Column that says whom a row rates.",
)
def analyse(
    *,
    questionnaires: tuple[Path, ...],
    answers: Path,
    out: Path | None,
    to_stdout: bool,
    k: int,
    is_open: bool,
    name_teams: bool,
    earlier: Path | None,
    language: str,
    name: str,
    form: str,
    leader_column: str,
) -> None:
    """Make reports from QUESTIONNAIRES and an ANSWERS file, without a database.

    ANSWERS is a CSV with one row a rater: `leader`, `group` (self, team, peers or
    manager; missing: team), optionally `invited` (how many were asked), then one
    column for each statement code. Other columns are not used.

    Example: hansei analyse ll-35.toml ps-8.toml answers.csv --out autumn
    """
    asked = _read_questionnaires(questionnaires)
    paths = [answers] if earlier is None else [answers, earlier]
    table, *before = (
        _read_answers(path, asked.instruments, Form(form), leader_column)
        for path in paths
    )
    policy = Policy(k=k, open_analysis=is_open, names_leaders=name_teams)
    survey = _Survey(asked, Form(form), policy, name)
    reports = {
        key: report
        for one in before
        for key, report in _analyse(one, survey, "Before").leaders.items()
    }
    analysis = _analyse(
        table, survey, earlier=reports, before=earlier.stem if earlier else ""
    )
    content = json.dumps(
        analysis_json(analysis, table.ignored), ensure_ascii=False, indent=1
    )
    folder = out or (None if to_stdout else FOLDER)
    if folder is not None:
        _write(analysis, content, folder, language)
        click.echo(f"Written to {folder}.", err=True)
    if to_stdout:
        click.echo(content)
    _say_what_happened(analysis, table.ignored, k)
