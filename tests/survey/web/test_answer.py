"""`/a/submit` over HTTP: a sealed answer of nobody is kept, all else is refused."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from itertools import product
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.credentials.blind_rsa import modulus_of, sign_blinded
from survey.models.cycle import Cycle, Scope
from survey.sizes import COMMENT_CHARACTERS
from survey.vault.keys import sign_key
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle
from tests.survey.credentials import client as protocol
from tests.survey.credentials.module import KEY, MODULUS
from tests.survey.test_protocol import (
    POINTS,
    Sender,
    an_answer,
    flags_of,
    rows_of,
    senders_of,
)
from tests.survey.web.test_credential import client, sender, set_clock

__all__ = ["client", "sender"]  # fixtures

ENVELOPE = 4538
STARTS = {"scope": 0, "prefix": 16, "context": 48, "inner scope": 57, "nonce": 73}
SIGNATURE, SEALED = 105, 361


def post(browser: FlaskClient, body: bytes, **headers: str) -> TestResponse:
    kind = "application/octet-stream"
    return browser.post("/a/submit", data=body, content_type=kind, headers=headers)


def assert_refused(
    browser: FlaskClient, shop: Workshop, body: bytes, status: int, **headers: str
) -> None:
    answer = post(browser, body, **headers)
    assert answer.status_code == status
    assert len(answer.data) < 100  # one line; nothing that was sent
    assert rows_of(shop) == []


def flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def test_an_answer_is_kept_and_nothing_is_said(
    client: FlaskClient, sender: Sender
) -> None:
    body = sender.body(sender.issue())
    answer = post(client, body)
    assert (answer.status_code, answer.data) == (200, b"")
    assert rows_of(sender.shop) == [
        (sha256(sender.prepared).digest(), sender.scope, body[SEALED:])
    ]


def test_the_same_answer_again_looks_the_same_and_changes_nothing(
    client: FlaskClient, sender: Sender
) -> None:
    credential = sender.issue()
    body = sender.body(credential)
    first = post(client, body)
    kept = rows_of(sender.shop)
    for again in (body, sender.body(credential, an_answer(points={}))):
        answer = post(client, again)
        assert (answer.status_code, answer.data) == (200, b"")
        assert answer.headers == first.headers
    assert rows_of(sender.shop) == kept


def test_an_answer_that_says_who_sends_it_is_not_taken(
    client: FlaskClient, sender: Sender
) -> None:
    body = sender.body(sender.issue())
    plain = client.application.test_client(use_cookies=False)
    for name, value in product(("Cookie", "Authorization", "Referer"), ("a=b", "")):
        assert_refused(plain, sender.shop, body, 400, **{name: value})
    client.set_cookie("hansei", "somebody")
    assert_refused(client, sender.shop, body, 400)
    assert post(plain, body, Origin="http://127.0.0.1:8000").status_code == 200


def test_no_answer_sets_a_cookie_or_may_be_kept(
    client: FlaskClient, sender: Sender
) -> None:
    body = sender.body(sender.issue())
    for answer in (
        post(client, body),
        post(client, body, Cookie="a=b"),
        post(client, body[:-1]),
        post(client, flipped(body, SIGNATURE)),
        client.get("/a/submit"),
    ):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_message_of_another_size_is_refused(
    client: FlaskClient, sender: Sender
) -> None:
    body = sender.body(sender.issue())
    for other in (body[:-1], body + b"\x00", body[1:], b"", body[:SEALED], body * 2):
        assert_refused(client, sender.shop, other, 400)


def test_a_changed_message_is_refused(client: FlaskClient, sender: Sender) -> None:
    body = sender.body(sender.issue())
    for part, at in STARTS.items():
        status = 403 if part in {"prefix", "nonce"} else 400
        assert_refused(client, sender.shop, flipped(body, at), status)


def test_a_signature_with_any_bit_changed_is_refused(
    client: FlaskClient, sender: Sender
) -> None:
    body = sender.body(sender.issue())
    for at in (SIGNATURE, SIGNATURE + 128, SEALED - 1):
        assert_refused(client, sender.shop, flipped(body, at), 403)


def test_a_credential_of_one_leader_is_worth_nothing_for_another(
    client: FlaskClient, shop: Workshop, open_cycle: MakeCycle
) -> None:
    one, other = senders_of(shop, open_cycle(sizes={"Lan": 1, "Minh": 1}))
    body = one.body(one.issue())
    assert_refused(client, shop, other.scope.bytes + body[16:], 400)
    inner = body[16:57] + other.scope.bytes + body[73:]
    assert_refused(client, shop, other.scope.bytes + inner, 403)


def test_a_key_of_somebody_else_signs_nothing_here(
    client: FlaskClient, shop: Workshop, open_cycle: MakeCycle
) -> None:
    one, other = senders_of(shop, open_cycle(sizes={"Lan": 1, "Minh": 1}))
    with shop.sessions() as session:
        cycle_id = session.get_one(Scope, other.scope).cycle_id
    for key in (KEY, sign_key(shop.vault.folder, cycle_id, other.scope)):
        credential = protocol.obtain(
            one.scope, modulus_of(key), lambda b, key=key: sign_blinded(key, b)
        )
        assert_refused(client, shop, one.body(credential), 403)


def test_scopes_that_give_no_credentials_take_no_answers(
    client: FlaskClient, sender: Sender
) -> None:
    with sender.shop.sessions() as session:
        without = select(Scope.id).where(Scope.sign_key.is_(None))
        named = session.scalars(without).one()
    for scope in (named, uuid4(), UUID(int=0)):
        credential = protocol.obtain(scope, MODULUS, lambda b: sign_blinded(KEY, b))
        body = protocol.body(scope, credential, bytes(4177))
        assert_refused(client, sender.shop, body, 403)


def test_before_opening_and_after_closing_nothing_is_kept(
    client: FlaskClient, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = sender.body(sender.issue())
    set_clock(monkeypatch, NOON + 7 * DAY)
    assert_refused(client, sender.shop, body, 410)
    with sender.shop.sessions.begin() as session:
        session.scalars(select(Cycle)).one().state = "launched"
    set_clock(monkeypatch, NOON - timedelta(minutes=1))
    assert_refused(client, sender.shop, body, 403)


def test_every_answer_has_one_size_whatever_was_written(sender: Sender) -> None:
    credential = sender.issue()
    written = ["", "Cảm ơn", "ế" * COMMENT_CHARACTERS, "x" * COMMENT_CHARACTERS]
    answers = [
        an_answer(comments=[{"question": "Q1", "text": t, "word_for_word": True}])
        for t in written
    ]
    answers += [an_answer(points={}), an_answer(cannot_say=list(POINTS), points={})]
    assert {len(sender.body(credential, a)) for a in answers} == {ENVELOPE}


def test_an_answer_tells_the_tables_nothing_about_its_sender(
    client: FlaskClient, shop: Workshop, open_cycle: MakeCycle
) -> None:
    """Sent by one or by another: only the row that everybody could have made."""
    people = senders_of(shop, open_cycle(sizes={"Lan": 3}))
    bodies = [one.body(one.issue()) for one in people]
    before = flags_of(shop)
    secrets.SystemRandom().shuffle(bodies)
    for body in bodies:
        assert post(client, body).status_code == 200
    assert flags_of(shop) == before
    assert {scope for _, scope, _ in rows_of(shop)} == {people[0].scope}
    assert {sealed for *_, sealed in rows_of(shop)} == {b[SEALED:] for b in bodies}
