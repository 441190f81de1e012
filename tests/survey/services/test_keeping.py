"""Ratings for research: kept at release where the promise says so, gone when purged."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey import worker
from survey.errors import LaunchRefusedError, NoRowsError
from survey.forecast_rules import PointKind
from survey.lifecycle import CycleState, Retention
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle, RosterMember, Scope
from survey.models.kept import KeptRow
from survey.models.report import ReportSnapshot
from survey.promise import PromiseFacts
from survey.services import cycles, launching, release, research
from survey.services.confidential import PlainAnswer
from survey.worker import Workshop, run_due
from tests.conftest import DAY, pulse_plan, status_of
from tests.survey.services.drafting import EARLY, draft, look, told
from tests.survey.services.large import (
    EIGHT,
    Answer,
    closed,
    kept,
    publish,
    released,
)
from tests.survey.services.test_whole_way import CLOSED, LOW


def acts(shop: Workshop) -> list[str]:
    with shop.sessions() as session:
        return list(session.scalars(select(AuditEvent.act).order_by(AuditEvent.id)))


@pytest.mark.parametrize(
    ("sizes", "may"),
    [
        ({f"L{n}": 7 for n in range(7)} | {"M": 4}, False),
        ({f"L{n}": 6 for n in range(8)}, False),
        (EIGHT, True),
    ],
    ids=["7 teams that can reach k", "48 people", "8 teams of 7"],
)
def test_only_a_large_cycle_that_keeps_rows_can_be_launched(
    session: Session, sizes: dict[str, int], may: bool
) -> None:
    cycle = draft(session, sizes, retention=Retention.ROWS)
    launching.keep_small_teams(session, cycle.id, now=EARLY)
    run = look(session, cycle)
    kind = PointKind.CONFIRM if may else PointKind.DECIDE
    assert "kept for research" in told(run, kind)
    assert run.may_launch == may
    assert run.promise.retention == Retention.ROWS


def test_what_cannot_be_launched_with_rows_can_be_with_reports_alone(
    session: Session,
) -> None:
    cycle = draft(session, {"Lan": 9}, retention=Retention.ROWS)
    with pytest.raises(LaunchRefusedError, match="kept for research"):
        launching.launch_cycle(session, cycle.id, now=EARLY)
    cycles.keep_only_reports(session, cycle.id, now=EARLY)
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert PromiseFacts.from_json(cycle.promise).retention == Retention.AGGREGATES


def test_a_cycle_keeps_only_reports_unless_somebody_chooses_otherwise(
    session: Session,
) -> None:
    cycle = draft(session, EIGHT)
    assert cycle.retention == Retention.AGGREGATES
    assert "research" not in told(look(session, cycle), PointKind.WARNING)


def test_release_keeps_what_was_clicked_in_anonymous_groups_alone(
    shop: Workshop,
) -> None:
    def answer(_: str, n: int) -> PlainAnswer:
        return PlainAnswer({"G1": 3, "A1": n % 5 + 1}, ("A2",))

    cycle_id = closed(shop, answer)
    publish(shop, cycle_id)
    expected = Counter((n % 5 + 1, None, 3) for n in range(7) for _ in EIGHT)
    assert Counter(tuple(row.points.values()) for row in kept(shop)) == expected
    assert {tuple(row.points) for row in kept(shop)} == {("A1", "A2", "G1")}
    assert status_of(shop, cycle_id, CLOSED).has_rows


def test_a_cycle_that_is_abandoned_keeps_no_row(shop: Workshop) -> None:
    closed(shop)
    run_due(shop, now=CLOSED + 30 * DAY)
    assert kept(shop) == []
    assert acts(shop)[-2:] == ["abandoned", "destroyed"]


def test_a_group_below_the_minimum_leaves_no_row(shop: Workshop) -> None:
    few = PlainAnswer({"A1": 5})

    def answer(leader: str, n: int) -> PlainAnswer | None:
        return PlainAnswer(LOW) if leader != "M" else few if n < 4 else None

    released(shop, answer, sizes=EIGHT | {"M": 7})
    assert [row.points for row in kept(shop)] == [LOW] * 56


def test_a_group_in_which_fewer_than_k_rated_something_leaves_no_row(
    shop: Workshop,
) -> None:
    def answer(leader: str, n: int) -> PlainAnswer | None:
        few = PlainAnswer({"A1": 5} if n < 4 else {}) if n < 5 else None
        return few if leader == "M" else PlainAnswer(LOW)

    released(shop, answer, sizes=EIGHT | {"M": 7})
    assert [row.points for row in kept(shop)] == [LOW] * 56


def test_a_box_below_the_minimum_is_not_opened_for_rows(shop: Workshop) -> None:
    """Its key is not there: had it been asked for, no row at all would be kept."""

    def answer(leader: str, n: int) -> PlainAnswer | None:
        return PlainAnswer(LOW) if leader != "M" or n < 4 else None

    cycle_id = closed(shop, answer, sizes=EIGHT | {"M": 7})
    with shop.sessions() as session:
        small = select(Scope.id).where(Scope.n_sealed == 4)
        name = session.scalars(small).one()
    (shop.vault.folder / f"cycle-{cycle_id}" / f"{name}.pem").unlink()
    publish(shop, cycle_id)
    assert len(kept(shop)) == 56


@pytest.mark.parametrize(
    "answer",
    [
        lambda leader, n: PlainAnswer(LOW) if leader != "L0" or n < 4 else None,
        lambda _, n: PlainAnswer(LOW) if n < 6 else None,
        lambda _, n: PlainAnswer(LOW if n < 6 else {}),
    ],
    ids=["7 groups", "48 answers", "48 that rate something"],
)
def test_if_too_few_answered_no_row_is_kept_and_the_log_says_so(
    shop: Workshop, answer: Answer
) -> None:
    cycle_id = released(shop, answer, sizes={f"L{n}": 8 for n in range(8)})
    assert kept(shop) == []
    assert "rows_too_few" in acts(shop)
    assert not status_of(shop, cycle_id, CLOSED).has_rows


@pytest.mark.parametrize(("rates_two", "n_kept"), [(False, 84), (True, 0)])
def test_rows_of_somebody_who_rates_two_leaders_are_not_two_people(
    shop: Workshop, rates_two: bool, n_kept: int
) -> None:
    """If one person may have given two rows, 84 rows are of 42 people perhaps."""
    cycle_id = closed(shop, sizes={f"L{n}": 7 for n in range(12)})
    with shop.sessions.begin() as session:
        teams = select(Scope).where(Scope.group == RaterGroup.TEAM)
        first, other, *_ = session.scalars(teams).all()
        member = session.scalars(
            select(RosterMember).where(RosterMember.scope_id == first.id)
        ).first()
        if rates_two:
            session.add(
                RosterMember(
                    scope_id=other.id,
                    person_id=member.person_id,
                    name=member.name,
                    channel=member.channel,
                )
            )
    publish(shop, cycle_id)
    assert len(kept(shop)) == n_kept


def test_without_the_keys_reports_appear_and_no_row_is_kept(shop: Workshop) -> None:
    cycle_id = closed(shop)
    (shop.vault.folder / f"cycle-{cycle_id}").rename(shop.vault.folder / "away")
    publish(shop, cycle_id)
    assert kept(shop) == []
    assert "rows_without_keys" in acts(shop)
    with shop.sessions() as session:
        assert session.scalars(select(ReportSnapshot.is_published)).all() == [True]


def test_who_promised_to_keep_nothing_cannot_change_their_mind(shop: Workshop) -> None:
    cycle_id = closed(shop, retention=Retention.AGGREGATES)
    with shop.sessions.begin() as session:
        session.execute(update(Cycle).values(retention=Retention.ROWS))
    publish(shop, cycle_id)
    assert kept(shop) == []


def test_a_release_that_fails_keeps_no_row_and_the_next_one_keeps_them_once(
    shop: Workshop,
) -> None:
    cycle_id = closed(shop)
    with pytest.raises(KeyboardInterrupt), shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
        assert len(session.scalars(select(KeptRow)).all()) == 56
        raise KeyboardInterrupt
    assert kept(shop) == []
    publish(shop, cycle_id)
    assert len(kept(shop)) == 56
    assert acts(shop).count("rows_kept") == 1


def test_an_export_names_rows_anew_and_stands_in_the_log(shop: Workshop) -> None:
    answer = PlainAnswer({"A1": 4, "G2": 2}, ("A3",))
    cycle_id = released(shop, lambda *_: answer)
    with shop.sessions.begin() as session:
        files = [research.export_rows(session, cycle_id, now=CLOSED) for _ in range(2)]
    row = [("A1", 4), ("A3", None), ("G2", 2)]
    assert [(r.item, r.value) for r in files[0]] == row * 56
    names = [{r.response_id for r in ratings} for ratings in files]
    assert [len(found) for found in names] == [56, 56]
    assert names[0].isdisjoint(names[1] | {row.id.hex()[:16] for row in kept(shop)})
    assert acts(shop).count("rows_exported") == 2


def test_a_cycle_without_rows_exports_nothing(shop: Workshop) -> None:
    cycle_id = closed(shop)
    with shop.sessions.begin() as session, pytest.raises(NoRowsError):
        research.export_rows(session, cycle_id, now=CLOSED)
    assert "rows_exported" not in acts(shop)


def test_the_purge_date_ends_the_rows_of_this_cycle_alone(shop: Workshop) -> None:
    cycle_id = released(shop)
    with shop.sessions.begin() as session:
        later = pulse_plan(opens_at=CLOSED + DAY, closes_at=CLOSED + 9 * DAY)
        other = cycles.create_cycle(session, later, now=CLOSED)
        session.add(KeptRow(id=b"o" * 16, cycle_id=other.id, points={}))
        purge_at = session.get_one(Cycle, cycle_id).purge_at
    run_due(shop, now=purge_at - DAY)
    assert len(kept(shop)) == 57
    run_due(shop, now=purge_at)
    assert [row.id for row in kept(shop)] == [b"o" * 16]
    assert acts(shop)[-2:] == ["purged", "rows_destroyed"]


def test_a_purge_that_was_cut_short_is_finished_by_the_next_run(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id = released(shop)
    purge_at = status_of(shop, cycle_id, CLOSED).purge_at

    def cut(*_: object) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(worker, "scrub", cut)
    with pytest.raises(KeyboardInterrupt):
        run_due(shop, now=purge_at)
    assert "rows_destroyed" not in acts(shop)
    run_due(shop, now=purge_at + DAY)
    assert acts(shop)[-1] == "rows_destroyed"
    assert status_of(shop, cycle_id, purge_at).state is CycleState.PURGED
