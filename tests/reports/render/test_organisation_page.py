"""The organisation's page: what it says in words, and what it must not say."""

import re
from dataclasses import replace

import pytest

from reports.organisation_tree import (
    Change,
    Congruence,
    Figure,
    SelfOther,
    Stage,
    Straightlining,
    Surface,
    WhyNoTeams,
)
from reports.render import organisation_sentences as say
from reports.render.html import organisation_page
from reports.render.words import Words
from tests.reports.render.test_html import Page, charts_with_tables
from tests.reports.works import analysed, answers_of

EN = Words("en")


def text_of(report, language="en"):
    return Page(organisation_page(report, language)).read("style")


def test_it_opens_with_who_answered_and_what_stands_out(organisation):
    lines = {line.label: line.text for line in say.in_short(organisation, EN)}
    assert lines["Who answered"] == (
        "About 480 people answered. That is 89% of those asked. 60 of 60 leaders have "
        "5 answers or more."
    )
    assert lines["Rated highest"] == "values: 3.4 on a scale to 5."
    assert lines["Rated lowest"] == "listen: 3.1 on a scale to 5."
    assert re.fullmatch(
        r"\w+: leaders rate themselves 0\.\d\d points higher than their teams do "
        r"\(0\.\d\d to 0\.\d\d\)\.",
        lines["Leaders and teams"],
    )


def test_a_small_works_reads_why_there_are_no_figures(small_organisation):
    text = text_of(small_organisation)
    assert "fewer than 8 teams or 50 people" in text
    assert "Fewer than 10 teams are shown: too few to compare them." in text
    assert "About" not in text
    assert "Reliability and agreement in figures" in text


def test_teams_are_named_only_where_that_was_promised(organisation, named_organisation):
    assert "Leader 007" not in text_of(organisation)
    assert "No team and no leader is named or ranked." in text_of(organisation)
    named = text_of(named_organisation)
    assert "Leader 007" in named
    assert "because those who answered were told so" in named


def test_every_chart_has_a_table_behind_it(organisation):
    found = list(charts_with_tables(organisation_page(organisation, "en")))
    assert len(found) == 3
    overview, spread, surface = (table for _, table in found)
    assert all(d.code in overview and d.code in spread for d in organisation.dimensions)
    assert "slope where both agree" in surface


def test_the_chart_of_teams_holds_the_numbers_of_the_table(organisation):
    charts = list(charts_with_tables(organisation_page(organisation, "en")))
    drawn = "".join(charts[1][0].itertext())
    for one in organisation.dimensions:
        for told in one.teams.bins:
            assert str(told.n_teams) in drawn


def test_the_earlier_cycle_is_named(organisation):
    assert "Change since Spring 2026" in text_of(organisation)
    assert "Change since" not in text_of(replace(organisation, before=""))


def test_an_unturned_statement_is_pointed_out(organisation):
    first, *others = organisation.dimensions
    marked = replace(first, keying=("listen.3",))
    text = text_of(replace(organisation, dimensions=(marked, *others)))
    assert "listen.3: goes against the other statements of listen." in text


@pytest.mark.parametrize(
    ("alpha", "said"),
    [
        (0.85, "The 5 statements hang together well (reliability 0.85)."),
        (0.72, "The 5 statements hang together fairly (reliability 0.72)."),
        (
            0.41,
            (
                "The 5 statements hang together poorly (reliability 0.41): read them "
                "one by one."
            ),
        ),
    ],
)
def test_reliability_is_told_in_words(organisation, alpha, said):
    one = organisation.dimension("listen")
    quality = replace(one.quality, alpha_within_teams=Figure(alpha, 0, 1))
    assert say.hang_together(replace(one, quality=quality), EN) == said


def test_differences_between_teams_are_told_as_shares(organisation):
    assert re.fullmatch(
        r"About \d\d% of the differences between answers are differences between "
        r"teams; the mean of the team in the middle is \d\d% reliable\.",
        say.between_teams(organisation.dimension("listen"), EN),
    )


def own(gap, *, is_clear=True, without=None):
    return SelfOther(30, 5, 3.5, 3.2, gap, is_clear, None, None, (), without)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            own(Figure(0.3, 0.1, 0.5)),
            (
                "listen: leaders rate themselves 0.30 points higher than their teams "
                "do (0.10 to 0.50)."
            ),
        ),
        (
            own(Figure(-0.3, -0.5, -0.1)),
            (
                "listen: leaders rate themselves 0.30 points lower than their teams do "
                "(0.10 to 0.50)."
            ),
        ),
        (own(Figure(0.3, 0.1, 0.5), is_clear=False), "listen: no clear difference."),
        (own(None), ""),
        (None, ""),
    ],
)
def test_a_gap_over_all_leaders_is_one_sentence(organisation, other, said):
    one = replace(organisation.dimension("listen"), self_other=other)
    assert say.gap_sentence(one, EN) == said


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (None, ""),
        (Figure(0.1, -0.2, 0.4), "give no clearly other rating"),
        (Figure(0.3, 0.1, 0.5), "0.30 points higher"),
        (Figure(-0.3, -0.5, -0.1), "0.30 points lower"),
    ],
)
def test_leaders_without_a_rating_of_their_own_are_told_of(figure, said):
    found = say.without_self(own(Figure(0, 0, 0), without=figure), EN)
    assert said in found
    assert bool(said) == bool(found)


def changed(figure, picked=(None, None, None)):
    return Change(20, 3.1, 3.4, figure, 5 if picked[0] else 0, *picked)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, ""),
        (changed(Figure(0.1, -0.1, 0.3)), "listen: no clear change."),
        (
            changed(Figure(0.3, 0.1, 0.5)),
            "listen: 0.30 points higher than before (0.10 to 0.50).",
        ),
        (
            changed(Figure(-0.3, -0.5, -0.1)),
            "listen: 0.30 points lower than before (0.10 to 0.50).",
        ),
    ],
)
def test_a_change_over_all_teams_is_one_sentence(organisation, change, said):
    one = replace(organisation.dimension("listen"), change=change)
    assert say.change_sentence(one, EN) == said


def test_what_chance_alone_leaves_stands_beside_what_was_found(organisation):
    change = changed(Figure(0.1, -0.1, 0.3), (0.9, 0.6, 0.5))
    one = replace(organisation.dimension("listen"), change=change)
    assert say.regression_sentence(one, EN) == (
        "listen: 5 leaders had a large gap, 0.90 points on average. Chance alone would "
        "leave 0.60 of it; 0.50 was found."
    )
    none = replace(one, change=changed(Figure(0.1, -0.1, 0.3)))
    assert say.regression_sentence(none, EN) == ""


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Straightlining(None, True, {}), "too few to tell how many"),
        (Straightlining(0.0, False, {}), "0% of the answers"),
        (
            Straightlining(0.031, False, {"a": -0.02, "b": 0.01}),
            (
                "3.1% of the answers give one value to every statement although some "
                "are turned. None is left out. Without them no mean would move by more "
                "than 0.020 points."
            ),
        ),
    ],
)
def test_answers_of_one_value_are_told_as_a_share(found, said):
    assert said in say.straightlining_sentence(found, EN)


NONE, UP, DOWN = Figure(0.1, -0.1, 0.3), Figure(0.3, 0.1, 0.5), Figure(-0.3, -0.5, -0.1)


def shape(*, is_curved=False, a1=NONE, a3=NONE, a4=NONE, a5=NONE):
    return Surface((0.0,) * 6, 0.2, is_curved, a1, NONE, a3, a4, a5, ())


@pytest.mark.parametrize(
    ("surface", "said", "unsaid"),
    [
        (shape(a1=UP), "Where both rate higher", "highest where leader and team"),
        (shape(a3=DOWN), "higher than their teams, safety is lower", "is higher"),
        (shape(a3=UP), "higher than their teams, safety is higher", "is lower"),
        (shape(), "a plane fits as well", "highest where leader and team"),
        (shape(is_curved=True, a4=DOWN), "highest where leader and team", "a plane"),
        (shape(is_curved=True, a4=DOWN, a5=UP), "", "highest where leader and team"),
        (shape(is_curved=True, a3=UP, a4=DOWN), "", "highest where leader and team"),
        (shape(is_curved=True), "", "highest where leader and team"),
    ],
)
def test_agreement_is_called_best_only_if_all_of_it_speaks_for_it(
    organisation, surface, said, unsaid
):
    found = replace(organisation.congruence, stage=Stage.SURFACE, surface=surface)
    text = " ".join(say.congruence_sentences(found, EN))
    assert said in text
    assert unsaid not in text


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage.TOO_FEW, "12 leaders have all that this look needs: fewer than 20"),
        (Stage.NOT_ESTIMABLE, "too much alike"),
        (Stage.PARTIAL, "12 leaders: exploratory. Fewer than 50"),
        (Stage.EXPLORATORY, "fewer than 100"),
        (Stage.SURFACE, "12 leaders carry this look."),
    ],
)
def test_it_says_how_far_the_leaders_carry_the_look(organisation, stage, said):
    scale = organisation.dimensions[0].scale
    found = Congruence(stage, 12, "safety", scale, one_sided=True)
    text = " ".join(say.congruence_sentences(found, EN))
    assert said in text
    assert "in one direction" in text


@pytest.mark.parametrize("why", [why for why in WhyNoTeams if why])
def test_why_teams_are_not_compared_is_said(why):
    assert say.no_teams(why, EN)


def test_every_stage_has_its_page():
    for n, heading in ((12, "fewer than 20"), (30, "held still"), (60, "a1: slope")):
        assert heading in text_of(analysed(answers_of(n)).organisation)


def test_the_page_speaks_one_language(organisation, named_organisation):
    for report in (organisation, named_organisation):
        text = text_of(report, "vi")
        for english in ("teams", "leaders", "Show", "interval", "points", "answers"):
            assert english not in text
