from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import select

from survey.errors import (
    AlreadyUsedError,
    CycleClosedError,
    LostVaultError,
    MalformedCredentialError,
    NoSuchSheetError,
    NotOpenYetError,
    UnknownCodeError,
)
from survey.intake import replace_code
from survey.models.cycle import Cycle
from survey.models.invitation import Collected, Invitation, InvitationKind
from survey.services import issuing
from survey.services.confidential import PlainAnswer, keep_confidential_answer
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle
from tests.survey.credentials.client import WrongKeyError
from tests.survey.services.test_invitations import cycle_with_slips, print_slips
from tests.survey.test_protocol import (
    POINTS,
    Sender,
    flags_of,
    one_of,
    rows_of,
    sender_of,
    senders_of,
)

CLOSED = NOON + 7 * DAY
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sender(shop: Workshop, open_cycle: MakeCycle) -> Sender:
    """Give the one member of a team."""
    return one_of(shop, open_cycle(sizes={"Lan": 1}))


def send_openly(sender: Sender) -> bool:
    """Send by the way without script, where the server seals."""
    with sender.shop.sessions.begin() as session:
        return keep_confidential_answer(
            session,
            sender.shop.vault,
            sender.code,
            sender.scope,
            PlainAnswer(POINTS),
            now=NOON,
        )


def move_cycle(shop: Workshop, **values: object) -> None:
    with shop.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        for name, value in values.items():
            setattr(cycle, name, value)


def test_the_same_device_gets_the_same_signature_as_often_as_it_asks(
    sender: Sender,
) -> None:
    answers = {issuing.sign(sender.shop.vault, sender.admit()) for _ in range(3)}
    assert len(answers) == 1
    assert flags_of(sender.shop) == [sha256(sender.blinded).digest()]


def test_another_device_is_refused_and_changes_nothing(sender: Sender) -> None:
    sender.issue()
    before = flags_of(sender.shop)
    with pytest.raises(AlreadyUsedError):
        sender.on_device(2).admit()
    assert flags_of(sender.shop) == before
    assert sender.issue()


def test_issuing_keeps_no_answer_and_submitting_uses_no_invitation(
    sender: Sender,
) -> None:
    credential = sender.issue()
    assert rows_of(sender.shop) == []
    before = flags_of(sender.shop)
    sender.submit(sender.body(credential))
    assert flags_of(sender.shop) == before


def test_what_names_an_answer_is_the_hash_of_the_message_alone(sender: Sender) -> None:
    sender.send()
    ((spent, scope, _),) = rows_of(sender.shop)
    assert (spent, scope) == (sha256(sender.prepared).digest(), sender.scope)


def test_a_code_used_without_script_gets_no_credential_later(sender: Sender) -> None:
    assert send_openly(sender)
    kept = rows_of(sender.shop)
    with pytest.raises(AlreadyUsedError):
        sender.issue()
    assert rows_of(sender.shop) == kept


def test_a_code_that_got_a_credential_sends_nothing_without_script(
    sender: Sender,
) -> None:
    sender.send()
    kept = rows_of(sender.shop)
    assert not send_openly(sender)
    assert rows_of(sender.shop) == kept


def test_a_blinded_message_of_another_size_leaves_the_invitation_free(
    sender: Sender,
) -> None:
    for size in (0, 1, 255, 257, 4096):
        assert_refused(sender, bytes([1]) * size)
    assert sender.issue()


def test_a_blinded_message_not_below_the_modulus_leaves_the_invitation_free(
    sender: Sender,
) -> None:
    for blinded in (sender.modulus, b"\xff" * 256):
        assert_refused(sender, blinded)
    assert sender.issue()


def assert_refused(sender: Sender, blinded: bytes) -> None:
    """Do as the page does: sign after the commit, if nothing was raised before."""
    given = (sender.shop.vault, sender.code, sender.scope, blinded)
    with pytest.raises(MalformedCredentialError):
        with sender.shop.sessions.begin() as session:
            admitted = issuing.admit(session, *given, now=NOON)
        issuing.sign(sender.shop.vault, admitted)
    assert flags_of(sender.shop) == []


def test_a_code_collects_for_its_own_leaders_only(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    one, stranger = senders_of(shop, open_cycle(sizes={"Lan": 1, "Minh": 1}))
    for scope in (stranger.scope, uuid4()):
        with pytest.raises(NoSuchSheetError), shop.sessions.begin() as session:
            given = (shop.vault, one.code, scope, one.blinded)
            issuing.admit(session, *given, now=NOON)
    assert flags_of(shop) == []


def test_an_unknown_code_collects_nothing(sender: Sender) -> None:
    with pytest.raises(UnknownCodeError), sender.shop.sessions.begin() as session:
        given = (sender.shop.vault, "0" * 12, sender.scope, sender.blinded)
        issuing.admit(session, *given, now=NOON)


def test_from_the_closing_date_on_nothing_is_signed_or_kept_even_before_any_job(
    sender: Sender,
) -> None:
    credential = sender.issue(now=CLOSED - MINUTE)
    with pytest.raises(CycleClosedError):
        sender.admit(now=CLOSED)
    with pytest.raises(CycleClosedError):
        sender.submit(sender.body(credential), now=CLOSED)
    assert rows_of(sender.shop) == []


def test_after_closing_the_code_is_forgotten_and_the_answer_too_late(
    sender: Sender,
) -> None:
    body = sender.body(sender.issue())
    run_due(sender.shop, now=CLOSED)
    with pytest.raises(UnknownCodeError):
        sender.admit()
    for now in (CLOSED, NOON):
        with pytest.raises(CycleClosedError):
            sender.submit(body, now=now)


def test_before_the_opening_day_no_credential_is_given(sender: Sender) -> None:
    move_cycle(sender.shop, state="launched", opens_at=NOON + DAY)
    with pytest.raises(NotOpenYetError):
        sender.admit()
    assert flags_of(sender.shop) == []


def test_with_an_activation_day_credentials_come_first_and_answers_later(
    sender: Sender,
) -> None:
    move_cycle(sender.shop, state="launched", opens_at=NOON + DAY, activates_at=NOON)
    with pytest.raises(NotOpenYetError):
        sender.admit(now=NOON - MINUTE)
    body = sender.body(sender.issue())
    with pytest.raises(NotOpenYetError):
        sender.submit(body, now=NOON + DAY - MINUTE)
    assert rows_of(sender.shop) == []
    sender.submit(body, now=NOON + DAY)
    assert len(rows_of(sender.shop)) == 1


def test_a_spare_slip_gets_no_credential_beyond_the_roster(shop: Workshop) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    with shop.sessions.begin() as session:
        scope_id = session.scalars(select(Collected.scope_id)).first()
        for _ in range(2):
            spare = Invitation(cycle_id=cycle_id, kind=InvitationKind.SLIP)
            spare.collected.append(Collected(scope_id=scope_id))
            session.add(spare)
    people = [sender_of(shop, code) for code in print_slips(shop, cycle_id)]
    for sender in people[:5]:
        sender.send()
    for sender in people[5:]:
        with pytest.raises(AlreadyUsedError):
            sender.issue()
    assert people[4].issue()  # the same slip again, after a lost reply
    assert len(people) == 7
    assert len(rows_of(shop)) == 5


def test_a_code_of_a_later_mail_is_the_same_invitation(sender: Sender) -> None:
    sender.issue()
    with sender.shop.sessions.begin() as session:
        invitations = session.scalars(select(Invitation)).all()
        (mine,) = (i for i in invitations if i.collected[0].is_collected)
        pepper = sender.shop.vault.pepper
        code = replace_code(session, pepper, mine.id, kind="remind-1")
    with pytest.raises(AlreadyUsedError):
        sender_of(sender.shop, code).issue()


def test_a_lost_sign_key_is_said_and_once_it_is_back_the_same_device_goes_on(
    sender: Sender,
) -> None:
    (file,) = sender.shop.vault.folder.glob(f"*/{sender.scope}.sign.pem")
    away = file.rename(file.parent / "away")
    with pytest.raises(LostVaultError, match="missing from the vault"):
        sender.issue()
    away.rename(file)
    sender.send()
    with pytest.raises(AlreadyUsedError):
        sender.on_device(2).issue()
    assert len(rows_of(sender.shop)) == 1


def test_a_lost_key_stops_no_other_team(shop: Workshop, open_cycle: MakeCycle) -> None:
    first, other = senders_of(shop, open_cycle(sizes={"Lan": 1, "Minh": 1}))
    next(shop.vault.folder.glob(f"*/{first.scope}.sign.pem")).unlink()
    other.send()
    assert len(rows_of(shop)) == 1


def test_a_server_that_signs_with_another_key_is_found_out(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    first, stranger = senders_of(shop, open_cycle(sizes={"Lan": 1, "Minh": 1}))
    folder = next(shop.vault.folder.glob("cycle-*"))
    foreign = folder / f"{stranger.scope}.sign.pem"
    (folder / f"{first.scope}.sign.pem").write_bytes(foreign.read_bytes())
    devices = map(first.on_device, range(256))
    fitting = next(d for d in devices if d.blinded < stranger.modulus)
    with pytest.raises(WrongKeyError):
        fitting.issue()
