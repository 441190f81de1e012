"""`hansei questionnaire`: check, schema, preview."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from questionnaires.catalogue import SHIPPED
from questionnaires.file_format import json_schema
from survey.cli.questionnaire import questionnaire

TINY = Path(__file__).with_name("files")
COMPLETE, SMALLEST, MANY = (
    str(TINY / f"{name}.toml") for name in ("complete", "smallest", "many_problems")
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(questionnaire, arguments)


def test_sound_files_pass_and_their_warnings_are_told():
    result = run("check", COMPLETE, SMALLEST)
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert line.startswith(f"{SMALLEST}: dimensions: warning: all items point the same")


def test_every_problem_of_every_file_is_one_line(tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"a = 1\na = 2\n")
    result = run("check", MANY, str(broken), COMPLETE)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert sum(line.startswith(f"{MANY}: ") for line in lines) == 26
    assert lines[-1].startswith(f"{broken}: line 2, column 6: the key or table stands")
    assert result.stderr == "3 file(s), 27 problem(s)\n"


def test_the_shipped_files_pass():
    result = run("check", *map(str, sorted(SHIPPED.glob("*.toml"))))
    assert result.exit_code == 0
    assert "warning: stub: 28 texts are empty; the wording needs permission" in (
        result.stdout
    )


def test_a_path_that_cannot_be_read_hides_no_other_file(tmp_path):
    nowhere = str(tmp_path / "nowhere.toml")
    result = run("check", nowhere, str(tmp_path), SMALLEST)
    assert result.exit_code == 1
    assert f"{nowhere}: file: it cannot be read: No such file" in result.stdout
    assert f"{tmp_path}: file: it cannot be read: Is a directory" in result.stdout
    assert f"{SMALLEST}: " in result.stdout


def test_a_file_is_needed():
    assert run("check").exit_code == 2


def test_the_schema_is_printed():
    assert json.loads(run("schema").stdout) == json_schema()


def test_without_options_every_form_is_shown():
    pages = run("preview", COMPLETE).stdout
    assert pages.count("statements, about") == 2 * 4 * 2
    assert "short form, manager, vi, 2 statements" in pages


def test_options_choose_a_form():
    options = ["--form", "short", "--group", "team", "--language", "vi"]
    result = run("preview", COMPLETE, *options)
    assert result.stdout.count("statements, about") == 1
    assert "short form, team, vi, 2 statements" in result.stdout


@pytest.mark.parametrize(
    ("option", "value", "known"),
    [
        ("--form", "short", "the file has full"),
        ("--group", "self", "the file has team"),
        ("--language", "vi", "the file has en"),
    ],
)
def test_a_form_the_file_does_not_have_is_refused(option, value, known):
    result = run("preview", SMALLEST, option, value)
    assert result.exit_code == 2
    assert known in result.stderr


def test_a_broken_file_is_not_shown():
    result = run("preview", MANY)
    assert result.exit_code == 1
    assert "the code is used 2 times" in result.output
