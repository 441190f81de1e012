"""One visit over the services: wherever it is cut, a retry makes one answer of it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import select

from survey.errors import AlreadyUsedError, ForgedCredentialError, SurveyError
from survey.models.answer import SealedAnswer
from survey.models.invitation import Collected
from survey.services import issuing
from survey.services.answers import keep_sealed_answer
from survey.services.visiting import open_visit
from survey.worker import Workshop
from tests.conftest import NOON, MakeCycle, codes_of
from tests.survey.credentials import client

POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}


def an_answer(**changes: object) -> dict[str, object]:
    """Return what a browser seals, as `seal.js` writes it."""
    whole = {"points": POINTS, "cannot_say": [], "comments": [], "path": "browser"}
    return whole | changes


@dataclass(frozen=True)
class Sender:
    """Somebody who was asked, with a browser that seals: the steps of `seal.js`."""

    shop: Workshop
    code: str
    scope: UUID
    modulus: bytes
    box: bytes
    seed: bytes

    def on_device(self, n: int) -> Sender:
        """Return the same person with another device, hence another seed."""
        return replace(self, seed=bytes([n]) * 32)

    @property
    def prepared(self) -> bytes:
        return client.prepare(client.derive(self.seed, self.scope), self.scope)

    @property
    def blinded(self) -> bytes:
        derived = client.derive(self.seed, self.scope)
        return client.blind(self.prepared, derived, self.modulus)

    def unblind(self, answer: bytes) -> client.Credential:
        derived, prepared = client.derive(self.seed, self.scope), self.prepared
        signature = client.finalize(prepared, derived, self.modulus, answer)
        return client.Credential(prepared, signature)

    def seal(self, answer: object = None) -> bytes:
        given = an_answer() if answer is None else answer
        text = given if isinstance(given, bytes) else json.dumps(given).encode()
        return client.seal(text, self.box, self.scope)

    def body(self, credential: client.Credential, answer: object = None) -> bytes:
        return client.body(self.scope, credential, self.seal(answer))

    def admit(self, *, now: datetime = NOON) -> issuing.Admitted:
        given = (self.shop.vault, self.code, self.scope, self.blinded)
        with self.shop.sessions.begin() as session:
            return issuing.admit(session, *given, now=now)

    def issue(self, *, now: datetime = NOON) -> client.Credential:
        return self.unblind(issuing.sign(self.shop.vault, self.admit(now=now)))

    def submit(self, body: bytes, *, now: datetime = NOON) -> None:
        with self.shop.sessions.begin() as session:
            keep_sealed_answer(session, body, now=now)

    def send(self, answer: object = None) -> bytes:
        """Do it all; return what was posted in the end."""
        body = self.body(self.issue(), answer)
        self.submit(body)
        return body


def sender_of(shop: Workshop, code: str, at: int = 0) -> Sender:
    """Return somebody with this code who rates the leader at this place."""
    with shop.sessions() as session:
        sheet = open_visit(session, shop.vault, code, now=NOON).sheets[at]
    keys = [bytes.fromhex(key) for key in sheet.line.split("|")[1:3]]
    return Sender(shop, code, sheet.scope_id, *keys, sha256(code.encode()).digest())


def one_of(shop: Workshop, cycle_id: int) -> Sender:
    """Return somebody who was asked by mail."""
    return sender_of(shop, codes_of(shop, cycle_id)[0])


def senders_of(shop: Workshop, cycle_id: int) -> list[Sender]:
    """Return everybody who was asked by mail and rates one leader."""
    return [sender_of(shop, code) for code in codes_of(shop, cycle_id)]


def rows_of(shop: Workshop) -> list[tuple[bytes, UUID, bytes]]:
    """Return every answer that is kept."""
    with shop.sessions() as session:
        kept = session.scalars(select(SealedAnswer)).all()
        return [(row.spent, row.scope_id, row.sealed) for row in kept]


def flags_of(shop: Workshop) -> list[bytes | None]:
    """Return the mark of every use of an invitation."""
    with shop.sessions() as session:
        used = select(Collected.blinded_hash).where(Collected.is_collected)
        return list(session.scalars(used))


class CutOffError(Exception):
    """The network, the server or the tab is gone."""


CUTS = ("before issue", "signing", "reply to issue", "before submit", "reply to submit")


def send_until_cut(sender: Sender, sealed: bytes, cut: str) -> bytes:
    """Walk the steps with what the device keeps, and stop at one of them."""
    if cut == "before issue":
        raise CutOffError
    admitted = sender.admit()
    if cut == "signing":
        raise CutOffError
    answer = issuing.sign(sender.shop.vault, admitted)
    if cut == "reply to issue":
        raise CutOffError
    body = client.body(sender.scope, sender.unblind(answer), sealed)
    if cut == "before submit":
        raise CutOffError
    sender.submit(body)
    if cut == "reply to submit":
        raise CutOffError
    return body


@pytest.mark.parametrize("cut", CUTS)
def test_a_visit_that_was_cut_is_finished_by_the_same_device_as_one_answer(
    shop: Workshop, open_cycle: MakeCycle, cut: str
) -> None:
    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    sealed = sender.seal()
    for _ in range(2):
        with pytest.raises(CutOffError):
            send_until_cut(sender, sealed, cut)
    bodies = {send_until_cut(sender, sealed, "never") for _ in range(2)}
    assert len(bodies) == 1
    assert [(scope, kept) for _, scope, kept in rows_of(shop)] == [
        (sender.scope, sealed)
    ]
    assert len(flags_of(shop)) == 1


def test_a_commit_that_fails_leaves_the_invitation_free_for_any_device(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    with pytest.raises(CutOffError), shop.sessions.begin() as session:
        given = (shop.vault, sender.code, sender.scope, sender.blinded)
        issuing.admit(session, *given, now=NOON)
        raise CutOffError
    assert flags_of(shop) == []
    sender.on_device(2).issue()
    assert len(flags_of(shop)) == 1


def test_an_answer_whose_commit_failed_is_taken_when_it_comes_again(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    body = sender.body(sender.issue())
    with pytest.raises(CutOffError), shop.sessions.begin() as session:
        keep_sealed_answer(session, body, now=NOON)
        raise CutOffError
    assert rows_of(shop) == []
    sender.submit(body)
    assert len(rows_of(shop)) == 1


def tries(call: object, arguments: list[object]) -> list[str]:
    """Call in so many threads at once; return how each of them ended."""

    def ended(argument: object) -> str:
        try:
            call(argument)
        except SurveyError as error:
            return type(error).__name__
        return "taken"

    with ThreadPoolExecutor(len(arguments)) as pool:
        return sorted(pool.map(ended, arguments))


def test_of_eight_devices_that_collect_at_once_with_one_code_one_gets_a_credential(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    ended = tries(lambda n: sender.on_device(n).issue(), list(range(8)))
    assert ended == [*[AlreadyUsedError.__name__] * 7, "taken"]
    assert len(flags_of(shop)) == 1


def test_one_device_that_collects_eight_times_at_once_gets_one_credential(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: sender.issue(), range(8)))) == 1
    assert len(flags_of(shop)) == 1


def test_one_answer_that_comes_eight_times_at_once_is_kept_once(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    body = sender.body(sender.issue())
    assert tries(sender.submit, [body] * 8) == ["taken"] * 8
    assert len(rows_of(shop)) == 1


def test_of_two_answers_with_one_credential_the_first_stands(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    first = sender.send()
    kept = rows_of(shop)
    sender.submit(sender.body(sender.issue()))
    sender.submit(first)
    assert rows_of(shop) == kept


def test_three_credentials_give_no_fourth_answer(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    """Products, quotients and changed messages are what an attacker can compute."""
    people = senders_of(shop, open_cycle(sizes={"Lan": 3}))
    bodies = [sender.send() for sender in people]
    held = [sender.issue() for sender in people]
    fresh = [people[0].on_device(n).prepared for n in range(3)]
    signatures = [*computed_from(held, people[0].modulus), *(c.signature for c in held)]
    for prepared, signature in product(fresh, signatures):
        forged = client.Credential(prepared, signature)
        with pytest.raises(ForgedCredentialError):
            people[0].submit(people[0].body(forged))
    for body in bodies:
        people[0].submit(body)
    assert len(rows_of(shop)) == 3


def computed_from(held: list[client.Credential], modulus: bytes) -> list[bytes]:
    """Return signatures that may be had from others without the key."""
    n = int.from_bytes(modulus)
    first, second, third = (int.from_bytes(c.signature) for c in held)
    made = [first * second, first * pow(second, -1, n), first * second * third]
    made += [n - first, pow(first, 65537, n), first * pow(2, 65537, n), 0, 1]
    return [(number % n).to_bytes(256) for number in made]
