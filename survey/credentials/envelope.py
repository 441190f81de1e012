"""The message of one sealed answer: every one has the same size."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from survey.credentials.blind_rsa import (
    MESSAGE_SIZE,
    SCOPE_SIZE,
    SIGNATURE_SIZE,
    scope_of,
)
from survey.errors import MalformedCredentialError
from survey.sizes import SEALED

_SIGNATURE_AT = SCOPE_SIZE + MESSAGE_SIZE
_SEALED_AT = _SIGNATURE_AT + SIGNATURE_SIZE
ENVELOPE_SIZE = _SEALED_AT + SEALED
"""Bytes of every message: 4,538."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed answer with the proof that somebody of its scope sent it."""

    scope_id: UUID
    prepared: bytes
    signature: bytes
    sealed: bytes

    @property
    def spent(self) -> bytes:
        """What names the answer: the hash of the message, never of the signature."""
        return sha256(self.prepared).digest()


def open_envelope(body: bytes) -> Envelope:
    """Take a message apart.

    Raises
    ------
    MalformedCredentialError
        If its size is another, or the credential was made for another scope.
    """
    if len(body) != ENVELOPE_SIZE:
        raise MalformedCredentialError
    scope_id = UUID(bytes=body[:SCOPE_SIZE])
    prepared = body[SCOPE_SIZE:_SIGNATURE_AT]
    if scope_of(prepared) != scope_id:
        raise MalformedCredentialError
    return Envelope(
        scope_id, prepared, body[_SIGNATURE_AT:_SEALED_AT], body[_SEALED_AT:]
    )
