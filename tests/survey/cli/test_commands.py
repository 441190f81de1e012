"""The commands as somebody types them, against a real database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.db import make_engine, make_sessions
from survey.main import COMMANDS, main
from survey.models.kept import KeptRow
from survey.services.cycles import create_cycle
from tests.conftest import NOON, pulse_plan
from tests.survey.workbooks import xlsx

PEOPLE = "id,name,email,manager_id\nL,Lan,lan@example.org,\n" + "".join(
    f"{n},P{n},p{n}@example.org,L\n" for n in range(6)
)
NAMED = ("org", "name", "Sông Hồng", "--contact", "HR", "--representative", "Bảo Vũ")
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give the command line of an installation of its own."""
    monkeypatch.setenv("HANSEI_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def call(*words: str, **more: object) -> Result:
        return CliRunner().invoke(main, [str(w) for w in words], **more)

    return call


@pytest.fixture
def people(run: Run, tmp_path: Path) -> Path:
    """Set up the organisation, and give a file of seven people."""
    assert run("db", "upgrade").exit_code == 0
    assert run(*NAMED).exit_code == 0
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    return file


def test_every_command_explains_itself(run: Run) -> None:
    for name in COMMANDS:
        shown = run(name, "--help")
        assert shown.exit_code == 0, name
        assert "Usage" in shown.output


def test_a_workbook_is_imported_and_the_import_undone(
    run: Run, people: Path, tmp_path: Path
) -> None:
    file = tmp_path / "people.xlsx"
    file.write_bytes(xlsx([line.split(",") for line in PEOPLE.splitlines()]))
    assert "7 new" in run("org", "import", file).stderr
    assert "Undone: 7 erased again" in run("org", "undo").stderr
    assert "7 new" in run("org", "import", people, "--dry-run").stderr
    refused = run("org", "undo")
    assert refused.exit_code == 1
    assert "no import of the last 14 days" in refused.stderr


def test_faults_of_a_file_are_told_by_kind_and_its_rows_given_back(
    run: Run, people: Path, tmp_path: Path
) -> None:
    people.write_text(PEOPLE.replace("@example.org,L", "@,L"), encoding="utf-8")
    rejected = tmp_path / "rejected.csv"
    told = run("org", "import", people, "--rejected", rejected)
    assert told.exit_code == 1
    assert told.stdout.count("\n") == 1
    assert "row 3, 4, 5, 6, 7, 8, column email: found “p0@”" in told.stdout
    assert len(rejected.read_text(encoding="utf-8-sig").splitlines()) == 7


def test_a_dry_run_stores_nothing_and_a_second_import_changes_nothing(
    run: Run, people: Path
) -> None:
    assert "7 new" in run("org", "import", people, "--dry-run").stderr
    assert "7 new" in run("org", "import", people).stderr
    assert "0 new, 0 changed" in run("org", "import", people).stderr


def test_a_bad_file_is_refused_naming_row_and_column(run: Run, people: Path) -> None:
    people.write_text(PEOPLE.replace("p3@example.org", "p3"), encoding="utf-8")
    refused = run("org", "import", people)
    assert refused.exit_code == 1
    assert "row 6, column email" in refused.stdout


def test_a_cycle_goes_from_draft_to_open_by_commands(run: Run, people: Path) -> None:
    run("org", "import", people)
    dates = ("--opens", "2026-01-01", "--closes", "2096-01-01")
    made = run("cycle", "create", "Autumn", *dates)
    number = made.stdout.strip()
    assert run("cycle", "launch", number, "--dry-run").exit_code == 0
    assert run("cycle", "launch", number).exit_code == 0
    assert "jobs done" in run("tick").stderr
    status = json.loads(run("cycle", "status", number, "--json").stdout)
    assert status["state"] == "open"
    assert re.fullmatch("[0-9a-f]{20}", status["check code"])


def test_small_teams_are_shown_together_when_asked_to(run: Run, people: Path) -> None:
    two_teams = PEOPLE.replace("5@example.org,L", "5@example.org,M").replace(
        "4@example.org,L", "4@example.org,M"
    )
    people.write_text(f"{two_teams}M,Minh,m@example.org,\n", encoding="utf-8")
    run("org", "import", people)
    dates = ("--opens", "2026-01-01", "--closes", "2096-01-01")
    number = run("cycle", "create", "Autumn", *dates).stdout.strip()
    looked = run("cycle", "launch", number, "--merge-small", "--dry-run").stdout
    assert "decide: Lan (4), Minh (2)" in looked
    assert run("cycle", "launch", number).exit_code == 1
    assert run("cycle", "launch", number, "--merge-small").exit_code == 0


def test_kept_ratings_are_refused_where_there_are_none_and_no_file_is_made(
    run: Run, people: Path, tmp_path: Path
) -> None:
    run("org", "import", people)
    dates = ("--opens", "2026-01-01", "--closes", "2096-01-01", "--retention", "rows")
    number = run("cycle", "create", "Autumn", *dates).stdout.strip()
    assert (
        "decide: Ratings can be" in run("cycle", "launch", number, "--dry-run").stdout
    )
    assert run("cycle", "launch", number).exit_code == 1
    assert run("cycle", "launch", number, "--only-reports").exit_code == 0
    file = tmp_path / "ratings.csv"
    refused = run("cycle", "rows", number, "--output", file)
    assert refused.exit_code == 1
    assert "keeps no single ratings" in refused.stderr
    assert not file.exists()


def test_kept_ratings_are_written_as_long_csv(
    run: Run, people: Path, tmp_path: Path
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'instance/hansei.sqlite3'}")
    with make_sessions(engine).begin() as session:
        made = create_cycle(session, pulse_plan(), now=NOON)
        session.add(
            KeptRow(id=b"k" * 16, cycle_id=made.id, points={"A1": 4, "G1": None})
        )
    engine.dispose()
    file = tmp_path / "ratings.csv"
    assert run("cycle", "rows", made.id, "--output", file).exit_code == 0
    heading, *lines = file.read_text(encoding="utf-8").splitlines()
    assert heading == "response_id,item,value"
    assert [line.partition(",")[2] for line in lines] == ["A1,4", "G1,"]
    assert len({line.partition(",")[0] for line in lines}) == 1


def test_a_letter_can_be_sent_to_try(run: Run, people: Path, tmp_path: Path) -> None:
    tried = run("mail", "test", "lan@example.org", "--language", "vi")
    assert tried.exit_code == 0
    (letter,) = (tmp_path / "instance/outbox").glob("test.*.eml")
    assert "lan@example.org" in letter.read_text()
    assert run("mail", "test", "lan@").exit_code == 2


def test_a_refusal_is_one_sentence_and_exit_code_one(run: Run, people: Path) -> None:
    refused = run("cycle", "release", "7")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert "Traceback" not in refused.output


def test_an_account_is_made_with_a_password_asked_for(run: Run, people: Path) -> None:
    words = ("user", "create", "mai@example.org", "--name", "Mai", "--role", "hr")
    asked = "correct horse battery\n" * 2
    assert run(*words, input=asked).exit_code == 0
    assert run(*words, input="short\n" * 2).exit_code == 1


def test_the_demo_is_built_by_one_command_and_built_again_when_asked(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    words = ("demo", "--no-serve", "--instance", folder, "--port", "8111")
    first = run(*words)
    assert first.exit_code == 0, first.output
    assert "http://127.0.0.1:8111/en/ and type" in first.stdout
    again = run(*words, "--fresh")
    assert again.exit_code == 0
    assert "Making up" in again.stderr
    assert "Making up" not in run(*words).stderr


def test_a_draft_is_made_with_every_setting_copied_and_deleted(
    run: Run, people: Path
) -> None:
    run("org", "import", people)
    made = run(
        *("cycle", "create", "Autumn", "--opens", "2096-01-02T08:00"),
        *("--closes", "2096-01-31", "--leader", "L", "--release-by", "2096-02-10"),
        *("--talk-by", "2096-02-20", "--reminder", "2096-01-10T09:00"),
        *("--activation-day", "2095-12-30", "--language", "vi", "--reader", "hr"),
        *("--representative", "Chi", "--talk-partner", "Mai", "--no-server-path"),
        *("--repeat", "yearly", "--contact", "Chi, 102"),
    )
    assert made.exit_code == 0, made.output
    copied = run("cycle", "copy", made.stdout.strip())
    assert copied.exit_code == 0, copied.output
    assert copied.stdout.strip() == "2"
    refused = run("cycle", "delete", "2", input="n\n")
    assert refused.exit_code == 1
    assert run("cycle", "delete", "2", "--yes").exit_code == 0
    again = run("cycle", "delete", "2", "--yes")
    assert "cannot be done while the cycle is" in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--leader", "nobody"), "There is no leader “nobody”."),
        (("--unit", "Nowhere"), "There is no unit with leaders “Nowhere”."),
    ],
)
def test_leaders_that_are_not_there_are_refused_by_name(
    run: Run, people: Path, words: tuple[str, str], said: str
) -> None:
    run("org", "import", people)
    dates = ("--opens", "2096-01-01", "--closes", "2096-01-31")
    refused = run("cycle", "create", "Autumn", *dates, *words)
    assert refused.exit_code == 1
    assert said in refused.stderr
