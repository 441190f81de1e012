"""Trees as JSON: nothing is lost on the way there and back."""

import importlib
import json

import pytest
from pydantic import TypeAdapter

from questionnaires.model import RaterGroup
from reports.answers import Comment
from reports.organisation_tree import OrganisationReport
from reports.policy import Policy
from reports.render.as_json import analysis_json, as_json
from reports.tree import LeaderReport
from tests.reports.works import analysed, answers_of

SELF, TEAM, PEERS = RaterGroup.SELF, RaterGroup.TEAM, RaterGroup.PEERS


@pytest.fixture
def analysis(company):
    """Give reports that hold every kind of cell."""
    made = company(a=5, b=3, c=1, about=5)
    said = (Comment("q", "Thanks — cảm ơn", word_for_word=True),)
    made.answer("An", SELF, 5).answer("An", RaterGroup.MANAGER, 3)
    made.answer("An", TEAM, *[1, 2, 3, 4, 5, 2, 3, 4], comments=said)
    made.answer("An", PEERS, *[5] * 6)
    made.answer("Few", TEAM, 3, 3).answer("Few", SELF, 2)
    for number in range(9):
        made.answer(f"L{number}", TEAM, *[2, 3, 3, 4, 5, 5, 1])
    return made.analyse()


def test_every_leader_report_survives_the_way_through_json(analysis):
    border = TypeAdapter(LeaderReport)
    for report in analysis.leaders.values():
        assert border.validate_python(as_json(report)) == report
        assert border.validate_json(json.dumps(as_json(report))) == report


def test_the_organisation_report_survives_the_way_through_json(analysis):
    earlier = analysed(answers_of(60, seed=2)).leaders
    full = analysed(answers_of(60), Policy(names_leaders=True), earlier=earlier)
    for told in (analysis.organisation, full.organisation):
        text = json.dumps(as_json(told))
        assert TypeAdapter(OrganisationReport).validate_json(text) == told


def test_analysis_json_holds_what_the_pages_show_and_no_more(analysis):
    leaders = analysis_json(analysis)["leaders"]
    assert leaders["Few"] == {}
    shown = analysis.leaders["An"]
    assert leaders["An"]["a"] == as_json(shown)["dimensions"][0]


def test_each_pooled_figure_names_an_existing_function(analysis):
    pooled = analysis_json(analysis)["organisation"]["a"]
    figures = {k: v for k, v in pooled.items() if isinstance(v, dict) and "value" in v}
    assert figures["icc1"]["value"] is not None
    for figure in figures.values():
        module, _, function = figure["function"].rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


def test_an_open_analysis_is_marked(company):
    made = company(a=2).answer("An", TEAM, 3)
    content = analysis_json(made.analyse(Policy(open_analysis=True)))
    assert content["cycle"]["open_analysis"] is True
    assert json.loads(json.dumps(content)) == content
