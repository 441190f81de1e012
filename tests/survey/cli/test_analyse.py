"""`hansei analyse`: a real survey to pages, and refusals that say why."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli.analyse import _slugs, analyse

DATA = Path(__file__).parents[2] / "data" / "lq2002"
SCALES = [str(DATA / name) for name in ("lead.toml", "tsig.toml", "hostil.toml")]
REAL = [*SCALES, str(DATA / "lq2002.csv"), "--leader-column", "COMPID"]
PULSE = Path(__file__).parents[1] / "files" / "pulse.toml"


def run(*arguments):
    return CliRunner().invoke(analyse, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Give the folder and the outcome of one run over the real survey."""
    folder = tmp_path_factory.mktemp("lq2002")
    return folder, run(*REAL, "--out", folder, "--name", "lq2002")


@pytest.fixture
def answers(tmp_path):
    """Give a function that writes an answers file for the pulse questionnaire."""

    def write(*lines, header="leader,group,A1,A2,A3,G1,G2"):
        path = tmp_path / "answers.csv"
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        return path

    return write


def test_a_real_survey_gives_a_page_for_every_company(real):
    folder, outcome = real
    assert outcome.exit_code == 0, outcome.output
    assert len(list((folder / "leaders").glob("*.html"))) == 49
    page = (folder / "leaders" / "2.html").read_text(encoding="utf-8")
    assert "Leadership climate" in page
    assert "lq2002" in (folder / "organisation.html").read_text(encoding="utf-8")


def test_talk_goes_to_stderr_and_names_what_was_not_used(real):
    outcome = real[1]
    assert outcome.stdout == ""
    assert "Columns not used: SUB, LEAD, TSIG" in outcome.stderr


def test_the_gate_tells_two_digits_of_the_real_survey(real):
    content = json.loads((real[0] / "analysis.json").read_text(encoding="utf-8"))
    pooled = content["organisation"]["LEAD"]
    assert pooled["icc1"]["value"] == 0.089
    assert pooled["alpha"]["value"] == 0.9
    assert content["organisation"]["HOSTIL"]["alpha"]["value"] == 0.87
    assert len(content["leaders"]) == 49


def test_an_open_analysis_gives_the_full_figures_r_gives():
    outcome = run(*REAL, "--open", "--json")
    content = json.loads(outcome.stdout)
    # R 4.2.2: aov(LEAD ~ COMPID) with k0; multilevel::cronbach
    pooled = content["organisation"]["LEAD"]
    assert pooled["icc1"]["value"] == pytest.approx(0.0886784787962187, rel=1e-8)
    assert pooled["icc2"]["value"] == pytest.approx(0.80075437301326, rel=1e-8)
    assert pooled["alpha"]["value"] == pytest.approx(0.902236565759766, rel=1e-8)
    hostile = content["organisation"]["HOSTIL"]["alpha"]["value"]
    assert hostile == pytest.approx(0.872924439983708, rel=1e-8)
    assert content["cycle"]["open_analysis"] is True


def test_json_alone_writes_no_file(answers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run(PULSE, answers("An,team,1,2,3,4,5"), "--json")
    assert json.loads(outcome.stdout)["leaders"] == {"An": {}}
    assert not (tmp_path / "analysis").exists()
    assert "fewer than 5 answers" in outcome.stderr


def test_k_is_the_gates_threshold(answers):
    path = answers(*["An,team,3,3,3,3,3"] * 4)
    shown = [
        json.loads(run(PULSE, path, "--json", "--k", k).stdout)["leaders"]["An"]
        for k in (5, 4)
    ]
    assert [bool(leader) for leader in shown] == [False, True]


def test_an_open_page_says_that_it_is_not_for_distribution(answers, tmp_path):
    run(PULSE, answers("An,,1,2,3,4,5"), "--open", "--out", tmp_path / "out")
    for page in (tmp_path / "out").rglob("*.html"):
        assert "not for distribution" in page.read_text(encoding="utf-8")


def test_pages_come_in_the_language_asked_for(answers, tmp_path):
    run(PULSE, answers("An,,1,2,3,4,5"), "--language", "vi", "--out", tmp_path / "o")
    page = (tmp_path / "o" / "leaders" / "an.html").read_text(encoding="utf-8")
    assert '<html lang="vi"' in page


def test_bad_cells_are_refused_with_their_place(answers):
    outcome = run(PULSE, answers("An,team,1,2,9,4,5", "An,boss,1,2,3,4,5"))
    assert outcome.exit_code == 1
    assert "row 2, column 'A3': found '9'" in outcome.stderr
    assert "row 3, column 'group'" in outcome.stderr


def test_a_bad_questionnaire_is_refused_with_its_problems(answers, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("format = 2", encoding="utf-8")
    outcome = run(bad, PULSE, answers("An,,1,2,3,4,5"))
    assert outcome.exit_code == 1
    assert "bad.toml" in outcome.stderr


def test_the_same_questionnaire_twice_is_refused(answers):
    outcome = run(PULSE, PULSE, answers("An,,1,2,3,4,5"))
    assert outcome.exit_code == 1
    assert "A1" in outcome.stderr


def test_a_file_that_is_not_utf8_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes("leader\nĐặng".encode("utf-16"))
    outcome = run(PULSE, path)
    assert outcome.exit_code == 1
    assert "CSV UTF-8" in outcome.stderr


@pytest.mark.parametrize(
    "wrong", [["--k", "2"], ["--language", "xx"], ["missing.csv"], ["--strange"]]
)
def test_wrong_usage_exits_with_2(answers, wrong):
    assert run(PULSE, answers("An,,1,2,3,4,5"), *wrong).exit_code == 2


def test_file_names_are_plain_and_never_the_same():
    names = ["Đặng Thị Ngọc", "dang thi ngoc", "../../etc", "冬", "冬"]
    expected = ["dang-thi-ngoc", "dang-thi-ngoc-2", "etc", "leader", "leader-2"]
    assert list(_slugs(names)) == expected


def test_the_command_needs_neither_web_nor_database():
    found = "[m for m in ('flask', 'sqlalchemy') if m in sys.modules]"
    code = f"import sys, survey.cli.analyse; print({found})"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True
    )
    assert ended.stdout.strip() == b"[]"


def team_of(name, level, n=6):
    return [f"{name},team,{level},{level},{6 - level},3,{2 + k % 3}" for k in range(n)]


def test_the_cycle_before_tells_what_changed(answers, tmp_path):
    now = [line for n in range(4) for line in team_of(f"L{n}", 4)]
    before = answers(*[line for n in range(4) for line in team_of(f"L{n}", 2 + n % 2)])
    earlier = before.rename(tmp_path / "spring.csv")
    outcome = run(PULSE, answers(*now), "--earlier", earlier, "--out", tmp_path / "out")
    assert outcome.exit_code == 0, outcome.output
    page = (tmp_path / "out/organisation.html").read_text(encoding="utf-8")
    assert "Change since spring" in page
    content = json.loads((tmp_path / "out/analysis.json").read_text(encoding="utf-8"))
    assert content["organisation"]["asking"]["change"]["change"]["low"] > 0


def test_bad_answers_of_the_cycle_before_are_named_and_nothing_is_written(
    answers, tmp_path
):
    earlier = answers("An,team,9,1,1,1,1").rename(tmp_path / "spring.csv")
    now = answers(*team_of("An", 4))
    outcome = run(PULSE, now, "--earlier", earlier, "--out", tmp_path / "out")
    assert outcome.exit_code == 1
    assert "spring.csv: 1 problem(s)" in outcome.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("flags", "named"), [((), False), (("--name-teams",), True)])
def test_teams_are_named_only_if_asked_for(answers, tmp_path, flags, named):
    rows = [line for n in range(12) for line in team_of(f"Boss-{n:02}", 2 + n % 3)]
    outcome = run(PULSE, answers(*rows), "--out", tmp_path / "out", *flags)
    assert outcome.exit_code == 0, outcome.output
    page = (tmp_path / "out/organisation.html").read_text(encoding="utf-8")
    assert ("Boss-07" in page) is named
