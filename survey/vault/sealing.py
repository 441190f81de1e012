"""Sealing: one size for all answers, opened only by the scope's box key."""

from __future__ import annotations

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from survey.errors import AnswerTooLongError
from survey.sizes import BUCKET

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


def seal(answer: bytes, box: EllipticCurvePublicKey, scope_id: UUID) -> bytes:
    """Pad ``answer`` (JSON, so spaces may follow it) and seal it to ``box``.

    Raises
    ------
    AnswerTooLongError
        If it does not fit the one size that all answers have.
    """
    if len(answer) > BUCKET:
        raise AnswerTooLongError
    return _SUITE.encrypt(answer.ljust(BUCKET), box, info=_info(scope_id))


def unseal(sealed: bytes, key: EllipticCurvePrivateKey, scope_id: UUID) -> bytes:
    """Open one ciphertext; raises ``InvalidTag`` if it is not for this box."""
    return _SUITE.decrypt(sealed, key, info=_info(scope_id)).rstrip()


def _info(scope_id: UUID) -> bytes:
    return b"hansei/v1/answer|" + scope_id.bytes
