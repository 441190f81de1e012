from __future__ import annotations

from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.credentials.envelope import ENVELOPE_SIZE, Envelope, open_envelope
from survey.errors import MalformedCredentialError
from survey.sizes import SEALED
from tests.survey.credentials import client
from tests.survey.credentials.module import SCOPE

PREPARED = client.prepare(client.derive(b"s" * 32, SCOPE), SCOPE)
SIGNATURE, CIPHERTEXT = bytes(range(256)), b"c" * SEALED
BODY = SCOPE.bytes + PREPARED + SIGNATURE + CIPHERTEXT


def test_a_message_is_taken_apart_where_the_client_put_it_together() -> None:
    credential = client.Credential(PREPARED, SIGNATURE)
    assert client.body(SCOPE, credential, CIPHERTEXT) == BODY
    assert open_envelope(BODY) == Envelope(SCOPE, PREPARED, SIGNATURE, CIPHERTEXT)
    assert len(BODY) == ENVELOPE_SIZE == 4538


def test_what_names_an_answer_depends_on_the_message_alone() -> None:
    """More than one signature may fit one message: each must name the same answer."""
    others = [
        Envelope(SCOPE, PREPARED, bytes(256), CIPHERTEXT),
        Envelope(SCOPE, PREPARED, SIGNATURE, bytes(SEALED)),
    ]
    names = {envelope.spent for envelope in [open_envelope(BODY), *others]}
    assert names == {sha256(PREPARED).digest()}


@pytest.mark.parametrize(
    "body", [b"", BODY[:-1], BODY[1:], BODY + b"\x00", BODY * 2, BODY[:361]], ids=len
)
def test_a_message_of_another_size_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedCredentialError):
        open_envelope(body)


def test_a_message_for_one_leader_does_not_pass_for_one_for_another() -> None:
    other = UUID(int=SCOPE.int ^ 1)
    with pytest.raises(MalformedCredentialError):
        open_envelope(other.bytes + BODY[16:])
    inner = client.prepare(client.derive(b"s" * 32, other), other)
    with pytest.raises(MalformedCredentialError):
        open_envelope(SCOPE.bytes + inner + BODY[105:])


@pytest.mark.parametrize("context", [b"hansei/v2", b"Hansei/v1", b"\x00" * 9])
def test_a_message_of_another_protocol_is_refused(context: bytes) -> None:
    with pytest.raises(MalformedCredentialError):
        open_envelope(BODY[:48] + context + BODY[57:])


@given(st.binary(max_size=105))
def test_whatever_else_comes_is_refused_and_nothing_else_happens(head: bytes) -> None:
    with pytest.raises(MalformedCredentialError):
        open_envelope(head + bytes(ENVELOPE_SIZE - len(head)))
