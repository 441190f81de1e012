# ruff: noqa: E501 - sentences stand here as a leader reads them

from dataclasses import replace

import pytest

from questionnaires.model import When
from reports.render.opening import opening
from reports.render.words import Words
from reports.tree import Focus, NoData, Sentence, SentenceKind

EN, VI = Words("en"), Words("vi")


def said(report, words=EN):
    return {line.label: line.text for line in opening(report, words)}


def test_five_facts_open_a_report(report):
    assert said(report) == {
        "A strength": (
            "Your team rates Build a culture of continuous improvement (Kaizen) 4.5 or"
            " above."
        ),
        "A difference": (
            "On Listen more, command less, you rate yourself 0.8 points higher than your"
            " team does."
        ),
        "To work on": (
            "Work on Initiate the Lean mindset: you rate yourself higher than others do;"
            " it is among your weakest ratings."
        ),
        "How sure": "With 8–11 answers, differences below 0.4 points can be chance.",
        "What next": "Ask two people in the team.",
    }


def test_the_facts_are_told_in_vietnamese(report):
    facts = said(report, VI)
    assert facts["Một khác biệt"] == (
        "Về “Lắng nghe nhiều hơn, ra lệnh ít hơn”, bạn tự đánh giá cao hơn nhóm đánh giá"
        " bạn 0,8 điểm."
    )
    assert len(facts) == 5


def test_what_the_data_cannot_say_is_the_sentence(report):
    none = (
        Sentence(SentenceKind.NO_STRENGTH),
        Sentence(SentenceKind.NO_DIFFERENCE),
        Sentence(SentenceKind.NO_WORK_ON),
    )
    facts = said(replace(report, sentences=none, focus=()))
    assert facts["A strength"] == "The answers do not single out a strength."
    assert facts["A difference"].startswith("On no dimension")
    assert facts["To work on"] == "No dimension stands out as the one to work on."
    assert facts["What next"].startswith("Choose one dimension yourself")


def test_without_a_rating_of_their_own_leaders_read_that_nothing_is_compared(
    without_self,
):
    difference = said(without_self)["A difference"]
    assert difference == "There is no rating of your own to compare with."


def test_how_sure_names_the_widest_margin_of_the_dimensions_about_the_leader(report):
    margins = [d.gap.margin or 0 for d in report.dimensions if not d.about_team]
    assert f"{max(margins)} points" in said(report)["How sure"]


@pytest.mark.parametrize("lost", ["margin", "answered"])
def test_without_intervals_the_doubt_is_said(report, lost):
    if lost == "margin":
        bare = [replace(d, gap=replace(d.gap, margin=None)) for d in report.dimensions]
    else:
        bare = [
            replace(d, views=tuple(replace(v, answered=NoData()) for v in d.views))
            for d in report.dimensions
        ]
    report = replace(report, dimensions=tuple(bare))
    assert said(report)["How sure"] == (
        "Too few answers to say how sure the figures are."
    )


def test_a_dimension_without_reasons_is_named_all_the_same(report):
    facts = said(replace(report, focus=()))
    assert facts["To work on"] == "Work on Initiate the Lean mindset."


def test_the_reasons_fit_what_describes_the_team(report):
    focus = Focus("safety", (When.OVER, When.SPLIT), ())
    work_on = (Sentence(SentenceKind.WORK_ON, "safety"),)
    facts = said(replace(report, sentences=work_on, focus=(focus,)))
    assert facts["To work on"] == (
        "Work on Psychological safety: your estimate is higher than the team’s rating;"
        " views are far apart."
    )
