from __future__ import annotations

from sqlalchemy import select

from survey.errors import NotReadyError, WrongStateError
from survey.models.answer import SealedAnswer
from survey.models.cycle import Cycle, RosterMember, Scope
from survey.models.invitation import Invitation
from survey.models.report import ReportSnapshot
from survey.services import closing, release, retention
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle, answer_all

CLOSED = NOON + 7 * DAY
POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}


def refused(shop: Workshop, cycle_id: int, now: object) -> str:
    try:
        with shop.sessions.begin() as session:
            release.release_cycle(session, shop.vault, cycle_id, now=now)
    except (NotReadyError, WrongStateError) as error:
        return type(error).__name__
    return ""


def test_a_ciphertext_that_does_not_open_is_counted_and_set_aside(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(shop, cycle_id, POINTS)
    with shop.sessions.begin() as session:
        scope = session.scalars(select(SealedAnswer.scope_id)).first()
        broken = SealedAnswer(spent=b"x" * 32, scope_id=scope, sealed=b"y" * 4177)
        session.add(broken)
    run_due(shop, now=CLOSED)
    with shop.sessions() as session:
        kept = session.get_one(Scope, scope)
        assert (kept.n_sealed, kept.n_invalid, kept.n_confidential) == (7, 1, 6)


def test_a_lost_vault_is_said_and_a_vault_put_back_is_enough(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(shop, cycle_id, POINTS)
    keys = shop.vault.folder / f"cycle-{cycle_id}"
    away = keys.rename(shop.vault.folder / "away")
    run_due(shop, now=CLOSED)
    with shop.sessions() as session:
        assert session.get_one(Cycle, cycle_id).keys_lost
        assert session.scalars(select(ReportSnapshot)).all() == []
    away.rename(keys)
    with shop.sessions.begin() as session:
        closing.build_reports(session, shop.vault, cycle_id, now=CLOSED)
        assert not session.get_one(Cycle, cycle_id).keys_lost
        assert len(session.scalars(select(ReportSnapshot)).all()) == 2


def test_a_cycle_is_released_only_once_closed_computed_and_not_yet_released(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    assert refused(shop, cycle_id, NOON) == "WrongStateError"
    with shop.sessions.begin() as session:
        closing.close_cycle(session, cycle_id, now=CLOSED)
    assert refused(shop, cycle_id, CLOSED) == "NotReadyError"
    run_due(shop, now=CLOSED)
    assert refused(shop, cycle_id, CLOSED) == ""
    assert refused(shop, cycle_id, CLOSED) == "WrongStateError"


def test_at_the_purge_date_rosters_go_and_published_reports_stay(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(shop, cycle_id, POINTS)
    run_due(shop, now=CLOSED)
    assert refused(shop, cycle_id, CLOSED) == ""
    with shop.sessions.begin() as session:
        purge_at = session.get_one(Cycle, cycle_id).purge_at
        retention.purge_cycle(session, cycle_id, now=purge_at - DAY)
        assert session.scalars(select(RosterMember)).first() is not None
        retention.purge_cycle(session, cycle_id, now=purge_at)
        assert session.scalars(select(RosterMember)).all() == []
        assert session.scalars(select(Invitation)).all() == []
        assert len(session.scalars(select(ReportSnapshot)).all()) == 2
