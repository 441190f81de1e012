from __future__ import annotations

import pytest
from sqlalchemy import func, select

from survey.models.audit import AuditEvent
from survey.models.invitation import Invitation, InvitationSecret
from survey.models.people import Channel
from survey.services import cycles, invitations, launching
from survey.services.confidential import (
    PlainAnswer,
    keep_confidential_answer,
)
from survey.services.visiting import open_visit
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, add_team, pulse_plan, set_up

POINTS = PlainAnswer({"A1": 3})


def cycle_with_slips(shop: Workshop, *sizes: int) -> int:
    with shop.sessions.begin() as session:
        set_up(session)
        for name, size in zip(("Lan", "An"), sizes, strict=False):
            add_team(session, name, size, channel=Channel.SLIP)
        cycle_id = cycles.create_cycle(session, pulse_plan(), now=NOON - DAY).id
        launching.launch_cycle(session, cycle_id, now=NOON - DAY)
    run_due(shop, now=NOON - DAY)
    run_due(shop, now=NOON)
    return cycle_id


def print_slips(shop: Workshop, cycle_id: int, spare_percent: int = 0) -> list[str]:
    with shop.sessions.begin() as session:
        stacks = invitations.print_slips(
            session, shop.vault, cycle_id, spare_percent=spare_percent, now=NOON
        )
    return [code for stack in stacks for code in stack.codes]


def send(shop: Workshop, code: str) -> bool:
    with shop.sessions.begin() as session:
        (sheet,) = open_visit(session, shop.vault, code, now=NOON).sheets
        return keep_confidential_answer(
            session, shop.vault, code, sheet.scope_id, POINTS, now=NOON
        )


def slip_of(shop: Workshop, code: str) -> int:
    """Return the number of a slip; the launch gives them along the roster."""
    with shop.sessions() as session:
        kept = session.get_one(InvitationSecret, shop.vault.pepper.hide(code))
        return kept.invitation_id


def test_everybody_without_a_mail_gets_a_slip_that_names_nobody(shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    assert len(set(print_slips(shop, cycle_id))) == 5
    with shop.sessions() as session:
        assert set(session.scalars(select(Invitation.person_id))) == {None}


def test_the_order_of_slips_does_not_follow_the_roster(shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 12)
    orders = [
        [slip_of(shop, code) for code in print_slips(shop, cycle_id)] for _ in range(2)
    ]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != sorted(orders[0])
    assert orders[0] != orders[1]


def test_the_slips_of_a_leader_stay_together(shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 5, 6)
    with shop.sessions.begin() as session:
        stacks = invitations.print_slips(session, shop.vault, cycle_id, now=NOON)
    assert [(s.leader, len(s.codes)) for s in stacks] == [("An", 6), ("Lan", 5)]


def test_every_slip_sends_one_answer(shop: Workshop) -> None:
    codes = print_slips(shop, cycle_with_slips(shop, 5))
    assert [send(shop, code) for code in codes] == [True] * 5
    assert not send(shop, codes[0])


def test_printing_again_voids_the_slips_printed_before(shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    before = print_slips(shop, cycle_id)
    after = print_slips(shop, cycle_id)
    assert not set(before) & set(after)
    with shop.sessions() as session:
        kept = select(func.count()).select_from(InvitationSecret)
        assert session.scalar(kept) == 5


def test_printing_again_tells_nobody_how_many_answered(shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    for code in print_slips(shop, cycle_id, 20)[:3]:
        send(shop, code)
    codes = print_slips(shop, cycle_id)
    assert len(codes) == 6


def test_after_a_second_print_whoever_has_not_answered_draws_no_dead_slip(
    shop: Workshop,
) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    for code in print_slips(shop, cycle_id)[:3]:
        send(shop, code)
    codes = print_slips(shop, cycle_id)
    assert [send(shop, code) for code in codes] == [True, True, False, False, False]


@pytest.mark.parametrize(("percent", "n_slips"), [(0, 5), (1, 6), (20, 6)])
def test_spares_are_rounded_up_and_made_once(
    shop: Workshop, percent: int, n_slips: int
) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    assert len(print_slips(shop, cycle_id, percent)) == n_slips
    assert len(print_slips(shop, cycle_id, percent)) == n_slips
    with shop.sessions() as session:
        assert invitations.count_slips(session, cycle_id) == 5


def test_a_spare_slip_never_raises_the_answers_above_the_roster(
    shop: Workshop,
) -> None:
    codes = print_slips(shop, cycle_with_slips(shop, 10), 20)
    assert len(codes) == 12
    assert sum(send(shop, code) for code in codes) == 10


def test_the_log_counts_slips_spares_and_void_codes_and_holds_nothing_else(
    shop: Workshop,
) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    send(shop, print_slips(shop, cycle_id)[0])
    print_slips(shop, cycle_id, 20)
    mine = select(AuditEvent).where(AuditEvent.act == "slips_printed")
    with shop.sessions() as session:
        acts = session.scalars(mine.order_by(AuditEvent.id)).all()
        assert [act.details for act in acts] == [
            {"count": 5, "spares": 0, "void": 0},
            {"count": 6, "spares": 1, "void": 5},
        ]
