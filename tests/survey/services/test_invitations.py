from __future__ import annotations

from sqlalchemy import func, select

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


def cycle_with_slips(shop: Workshop, size: int) -> int:
    with shop.sessions.begin() as session:
        set_up(session)
        add_team(session, "Lan", size, channel=Channel.SLIP)
        cycle_id = cycles.create_cycle(session, pulse_plan(), now=NOON - DAY).id
        launching.launch_cycle(session, cycle_id, now=NOON - DAY)
    run_due(shop, now=NOON - DAY)
    run_due(shop, now=NOON)
    return cycle_id


def print_slips(shop: Workshop, cycle_id: int) -> list[str]:
    with shop.sessions.begin() as session:
        printed = invitations.print_slips(session, shop.vault, cycle_id, now=NOON)
    return [slip.code for slip in printed]


def send(shop: Workshop, code: str) -> bool:
    with shop.sessions.begin() as session:
        (sheet,) = open_visit(session, shop.vault, code, now=NOON).sheets
        return keep_confidential_answer(
            session, shop.vault, code, sheet.scope_id, POINTS, now=NOON
        )


def test_everybody_without_a_mail_gets_a_slip_that_names_nobody(shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    assert len(set(print_slips(shop, cycle_id))) == 5
    with shop.sessions() as session:
        assert set(session.scalars(select(Invitation.person_id))) == {None}


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


def test_a_spare_slip_never_raises_the_answers_above_the_roster(
    shop: Workshop,
) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    with shop.sessions.begin() as session:
        spare = session.scalars(select(Invitation)).first()
        (right,) = spare.collected
        twin = Invitation(cycle_id=cycle_id, kind=spare.kind)
        twin.collected.append(type(right)(scope_id=right.scope_id))
        session.add(twin)
    codes = print_slips(shop, cycle_id)
    assert sum(send(shop, code) for code in codes) == 5
    assert len(codes) == 6
