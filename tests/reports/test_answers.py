"""Answers in columns, from rows and from a CSV whose faults are all named."""

from pathlib import Path

import numpy as np
import pytest

from questionnaires.loader import load
from questionnaires.model import Form, RaterGroup
from reports.answers import AnswerRow, from_rows
from reports.answers_csv import AnswersError, read_csv

SHORT = Path(__file__).parents[2] / "questionnaires/files/ll-35.toml"


@pytest.fixture
def read(company):
    def read(*lines, **options):
        instruments = [company(a=2).instrument]
        return read_csv("\n".join(lines), instruments, **options)

    return read


def problems(read, *lines):
    with pytest.raises(AnswersError) as raised:
        read(*lines)
    return raised.value.problems


def test_rows_become_columns_with_nan_for_what_was_skipped():
    row = AnswerRow("An", RaterGroup.TEAM, {"x": 4}, cannot_say=frozenset({"y"}))
    answers = from_rows([row], ["x", "y"], {})
    np.testing.assert_array_equal(answers.points, [[4, np.nan]])
    np.testing.assert_array_equal(answers.cannot_say, [[False, True]])


def test_a_rater_who_left_everything_empty_did_not_answer():
    rows = [
        AnswerRow("An", RaterGroup.TEAM, {}),
        AnswerRow("An", RaterGroup.TEAM, {"x": 1}),
    ]
    assert from_rows(rows, ["x"], {}).answered.tolist() == [False, True]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_found_out(read, separator):
    lines = [separator.join(line) for line in (["leader", "a.0", "a.1"], "A45")]
    answers = read(*lines)
    np.testing.assert_array_equal(answers.answers.points, [[4, 5]])


def test_a_byte_order_mark_and_decimal_commas_are_understood(read):
    answers = read("\ufeffleader;a.0;a.1", "An;4,0; 5.0 ").answers
    np.testing.assert_array_equal(answers.points, [[4, 5]])


def test_empty_and_na_are_not_answered_and_a_missing_group_is_the_team(read):
    answers = read("leader,group,a.0,a.1", "An,,NA,", "An,self,1,2").answers
    assert np.isnan(answers.points[0]).all()
    assert answers.groups.tolist() == [RaterGroup.TEAM, RaterGroup.SELF]


def test_unused_columns_are_named(read):
    assert read("leader,a.0,a.1,age", "An,1,2,40").ignored == ("age",)


def test_the_leader_column_may_have_another_name(read):
    answers = read("COMPID,a.0,a.1", "7,1,2", leader_column="COMPID").answers
    assert answers.leaders.tolist() == ["7"]


@pytest.mark.parametrize("cell", ["6", "0", "3.5", "inf", "nan5", "four", "1e400"])
def test_a_cell_that_is_no_point_is_named_with_its_place(read, cell):
    (problem,) = problems(read, "leader,a.0,a.1", "An,1,2", f"An,{cell},2")
    assert (problem.row, problem.column) == (3, "a.0")
    assert cell in problem.found
    assert "1 to 5" in problem.expected


def test_all_problems_are_named_at_once_in_the_order_of_rows(read):
    found = problems(read, "leader,group,a.0,a.1", "An,boss,9,1", ",team,1,x")
    places = [(problem.row, problem.column) for problem in found]
    assert places == [(2, "group"), (2, "a.0"), (3, "leader"), (3, "a.1")]


def test_a_long_list_of_problems_is_cut_and_counted(read):
    found = problems(read, "leader,a.0,a.1", *["An,9,1"] * 30)
    assert AnswersError(found).listing()[-1] == "... and 10 more problems"
    assert len(AnswersError(found).listing()) == 21


def test_missing_and_double_columns_are_problems(read):
    missing = [p.column for p in problems(read, "name,a.0", "An,1")]
    assert missing == ["leader", "a.1"]
    (double,) = problems(read, "leader,a.0,a.0,a.1", "An,1,1,1")
    assert double.column == "a.0"


def test_a_row_with_too_many_cells_is_a_problem_with_its_line(read):
    (problem,) = problems(read, "leader,a.0,a.1", "An,1,2", "", "An,1,2,3")
    assert (problem.row, problem.found) == (4, "4 cells")


@pytest.mark.parametrize("text", ["", "leader,a.0,a.1", 'leader,a.0\n"open'])
def test_what_is_no_table_is_refused(read, text):
    assert problems(read, text)


def test_invited_is_read_and_must_agree_and_suffice(read):
    header = "leader,group,invited,a.0,a.1"
    answers = read(header, "An,team,4,1,2", "An,team,,1,2").answers
    assert answers.invited == {("An", RaterGroup.TEAM): 4}
    (differs,) = problems(read, header, "An,,4,1,2", "An,,5,1,2")
    assert differs.row == 3
    too_few = problems(read, header, "An,,1,1,2", "An,,1,1,2")
    assert [p.column for p in too_few] == ["invited", "invited"]


def test_a_second_self_rating_is_a_problem(read):
    (problem,) = problems(read, "leader,group,a.0,a.1", "An,self,1,2", "An,self,1,2")
    assert problem.row == 3


def test_a_column_that_looks_like_a_statement_and_is_none_is_a_problem(read):
    found = problems(read, "leader,a.0,a.1,a.2,age,a.", "An,1,2,3,40,x")
    assert [(p.row, p.column, p.found) for p in found] == [
        (1, "a.2", "an unknown statement")
    ]


def test_statements_of_another_form_are_no_unknown_ones():
    short = load(SHORT.read_text(encoding="utf-8"), name="ll-35")
    codes = [item.code for item in short.items]
    line = ",".join(["An", *("3" for _ in codes)])
    text = "\n".join([",".join(["leader", *codes]), line])
    asked = sum(len(d.asked(Form.SHORT)) for d in short.dimensions)
    found = read_csv(text, [short], form=Form.SHORT)
    assert (len(found.answers.item_codes), len(found.ignored)) == (asked, 35 - asked)


def test_a_leader_about_whom_nobody_answered_is_a_problem(read):
    found = problems(read, "leader,a.0,a.1", "An,1,2", "Bo,,", "An,,", "Bo,NA,")
    assert [(p.row, p.found) for p in found] == [(3, "no answer in any row of 'Bo'")]
