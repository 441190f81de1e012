"""A leader rated by team, peers and manager: from the launch to the report."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from questionnaires.model import RaterGroup
from reports.tree import Hidden, LeaderReport
from survey.errors import (
    AnswerRefusedError,
    CycleClosedError,
    LaunchRefusedError,
    NotFoundError,
)
from survey.intake import instruments_of
from survey.models.account import Account
from survey.models.answer import IdentifiedRating
from survey.models.cycle import Cycle, Scope
from survey.models.mail import Mail
from survey.plans import CycleText
from survey.roles import Role
from survey.services import answers, launching, reading, release
from survey.services.confidential import PlainAnswer, keep_confidential_answer
from survey.services.visiting import Visit, open_visit
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, codes_of
from tests.survey.services.rated_around import (
    EARLY,
    LL35,
    TEXTS,
    Around,
    draft_around,
    name_peers,
)

CLOSED = NOON + 7 * DAY
PS8 = CycleText("ps-8", "1", LL35.with_name("ps-8.toml").read_text(encoding="utf-8"))


def opened(shop: Workshop, n_peers: int = 6, **plan: object) -> Around:
    """Bring a cycle in which Lan is rated all around to OPEN."""
    with shop.sessions.begin() as session:
        around = draft_around(session, asks_manager=True, **plan)
        name_peers(session, around, n_peers)
        launching.keep_small_teams(session, around.cycle_id, now=EARLY)
        launching.launch_cycle(session, around.cycle_id, now=EARLY)
    run_due(shop, now=EARLY)
    run_due(shop, now=NOON)
    return around


def points_of(shop: Workshop, around: Around, group: RaterGroup, n: int) -> dict:
    with shop.sessions() as session:
        instruments = instruments_of(session.get_one(Cycle, around.cycle_id))
    return {
        item.code: n
        for instrument in instruments
        if group in instrument.asked_groups
        for dimension in instrument.dimensions
        for item in dimension.items
    }


def visits(shop: Workshop, around: Around) -> list[tuple[str, Visit]]:
    with shop.sessions() as session:
        return [
            (code, open_visit(session, shop.vault, code, now=NOON))
            for code in codes_of(shop, around.cycle_id)
        ]


def answer(shop: Workshop, around: Around, most: dict[RaterGroup, int]) -> None:
    """Let so many of each group answer: the team gives 2, peers give 4.

    One of five statements is turned, so that these become 2.4 and 3.6.
    """
    given = {RaterGroup.TEAM: 2, RaterGroup.PEERS: 4}
    left = dict(most)
    for code, visit in visits(shop, around):
        for sheet in visit.sheets:
            left[sheet.group] -= 1
            if left[sheet.group] < 0:
                continue
            points = points_of(shop, around, sheet.group, given[sheet.group])
            with shop.sessions.begin() as session:
                keep_confidential_answer(
                    session,
                    shop.vault,
                    code,
                    sheet.scope_id,
                    PlainAnswer(points),
                    now=NOON,
                )


def rate_as_boss(shop: Workshop, around: Around, n: int) -> None:
    points = points_of(shop, around, RaterGroup.MANAGER, n)
    with shop.sessions.begin() as session:
        (one,) = answers.managed(session, around.boss, now=NOON)
        sheet = answers.managers_sheet(
            session, around.cycle_id, one.leader_id, around.boss, now=NOON
        )
        answers.keep_rating(session, sheet, points, [], now=NOON)


def report_of(shop: Workshop, around: Around) -> LeaderReport:
    run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, around.cycle_id, now=CLOSED)
    with shop.sessions() as session:
        return reading.own_report(session, around.cycle_id, around.lan, now=CLOSED)


def means(report: LeaderReport) -> dict[str, object]:
    return {str(view.group): view.mean for view in report.dimensions[0].views}


def test_the_report_tells_team_peers_all_and_manager_apart(shop: Workshop) -> None:
    around = opened(shop)
    answer(shop, around, {RaterGroup.TEAM: 6, RaterGroup.PEERS: 6})
    rate_as_boss(shop, around, 3)
    told = means(report_of(shop, around))
    assert told["team"].value == 2.4
    assert told["peers"].value == 3.6
    assert told["manager"].value == 3.0
    assert told["None"].value == 3.0


def test_too_few_peers_are_hidden_and_take_all_raters_with_them(shop: Workshop) -> None:
    around = opened(shop)
    answer(shop, around, {RaterGroup.TEAM: 6, RaterGroup.PEERS: 4})
    told = means(report_of(shop, around))
    assert told["team"].value == 2.4
    assert isinstance(told["peers"], Hidden)
    assert isinstance(told.get("None", told["peers"]), Hidden)
    with shop.sessions() as session:
        peers = select(Scope).where(Scope.group == RaterGroup.PEERS)
        assert session.scalars(peers).one().n_confidential == 0


def test_raters_of_several_leaders_and_groups_answer_in_one_visit(
    shop: Workshop,
) -> None:
    with shop.sessions.begin() as session:
        around = draft_around(session, leader_ids=())
        name_peers(session, around, 6)
        launching.keep_small_teams(session, around.cycle_id, now=EARLY)
        launching.launch_cycle(session, around.cycle_id, now=EARLY)
    run_due(shop, now=EARLY)
    run_due(shop, now=NOON)
    several = [v for _, v in visits(shop, around) if len(v.sheets) > 1]
    assert len(several) == 6
    assert {(s.leader, s.group) for s in several[0].sheets} == {
        ("Lan", RaterGroup.PEERS),
        ("An", RaterGroup.TEAM),
    }


def test_peers_are_asked_only_what_is_meant_for_peers(shop: Workshop) -> None:
    around = opened(shop, texts=(*TEXTS, PS8))
    code, visit = next(
        (code, visit)
        for code, visit in visits(shop, around)
        if visit.sheets[0].group is RaterGroup.PEERS
    )
    of_team = points_of(shop, around, RaterGroup.TEAM, 2)
    with shop.sessions.begin() as session, pytest.raises(AnswerRefusedError):
        keep_confidential_answer(
            session,
            shop.vault,
            code,
            visit.sheets[0].scope_id,
            PlainAnswer(of_team),
            now=NOON,
        )


def test_a_questionnaire_that_asks_neither_peers_nor_managers_is_refused(
    shop: Workshop,
) -> None:
    with pytest.raises(LaunchRefusedError, match=r"asks peers.*own manager"):
        opened(shop, texts=(PS8,))


def test_a_manager_gets_an_account_one_mail_and_no_code(shop: Workshop) -> None:
    around = opened(shop)
    with shop.sessions() as session:
        account = session.scalars(
            select(Account).where(Account.person_id == around.boss)
        ).one()
        assert [r.role for r in account.roles] == [Role.LEADER]
        kinds = session.scalars(select(Mail.kind).where(Mail.person_id == around.boss))
        assert kinds.all() == ["manager_rating"]


def test_only_the_manager_opens_the_managers_sheet(shop: Workshop) -> None:
    around = opened(shop)
    with shop.sessions() as session:
        (one,) = answers.managed(session, around.boss, now=NOON)
        for person in (around.lan, around.team[0], around.others[0], None):
            assert answers.managed(session, person, now=NOON) == []
            with pytest.raises(NotFoundError):
                answers.managers_sheet(
                    session, around.cycle_id, one.leader_id, person, now=NOON
                )


def test_a_managers_ratings_change_until_closing_and_go_at_release(
    shop: Workshop,
) -> None:
    around = opened(shop)
    rate_as_boss(shop, around, 2)
    rate_as_boss(shop, around, 5)
    with shop.sessions() as session:
        (kept,) = session.scalars(select(IdentifiedRating))
        assert set(kept.points.values()) == {5}
        (one,) = answers.managed(session, around.boss, now=NOON)
        assert one.has_rated
        assert answers.managed(session, around.boss, now=CLOSED) == []
        with pytest.raises(CycleClosedError):
            answers.managers_sheet(
                session, around.cycle_id, one.leader_id, around.boss, now=CLOSED
            )
    report_of(shop, around)
    with shop.sessions() as session:
        assert session.scalars(select(IdentifiedRating)).all() == []


def test_with_two_levels_reports_of_reports_are_asked_too(shop: Workshop) -> None:
    with shop.sessions.begin() as session:
        around = draft_around(session, leader_ids=(), team_depth=2, asks_peers=False)
        launching.keep_small_teams(session, around.cycle_id, now=EARLY)
        launching.launch_cycle(session, around.cycle_id, now=EARLY)
    with shop.sessions() as session:
        asked = {
            scope.leader.name: scope.n_invited
            for scope in session.scalars(select(Scope).where(Scope.group == "team"))
        }
    assert asked == {"Boss": 7, "Lan": 6, "An": 14}
