"""The browser's steps in plain Python, one function for each as in credential.js.

Written from the RFCs and not from the JavaScript, so that each checks the other. It
shares no arithmetic with the server either: padding and verification are done here.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256, sha384
from math import gcd
from uuid import UUID

from survey.vault import sealing
from survey.vault.keys import public_key

EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class Derived:
    """What the seed decides."""

    prefix: bytes
    nonce: bytes
    salt: bytes
    r: bytes


@dataclass(frozen=True, slots=True)
class Credential:
    """What is shown with an answer: one member of this scope."""

    prepared: bytes
    signature: bytes


class WrongKeyError(Exception):
    """The server did not sign with the key of the directory."""


def obtain(
    scope: UUID,
    modulus: bytes,
    sign: Callable[[bytes], bytes],
    *,
    seed: bytes | None = None,
) -> Credential:
    """Walk all steps; ``sign`` is the server."""
    derived = derive(seed or secrets.token_bytes(32), scope)
    prepared = prepare(derived, scope)
    answer = sign(blind(prepared, derived, modulus))
    return Credential(prepared, finalize(prepared, derived, modulus, answer))


def derive(seed: bytes, scope: UUID) -> Derived:
    """Make all that is random by HKDF-SHA-256 (RFC 5869)."""
    key = hmac.digest(scope.bytes, seed, sha256)
    blocks, last = b"", b""
    while len(blocks) < 384:
        last = hmac.digest(key, last + bytes([len(blocks) // 32 + 1]), sha256)
        blocks += last
    return Derived(blocks[:32], blocks[32:64], blocks[64:112], blocks[112:384])


def prepare(derived: Derived, scope: UUID, context: bytes = b"hansei/v1") -> bytes:
    """Prepare, RFC 9474, section 4.1, Randomized."""
    return derived.prefix + context + scope.bytes + derived.nonce


def blind(prepared: bytes, derived: Derived, modulus: bytes) -> bytes:
    """Blind, RFC 9474, section 4.2."""
    n, size = int.from_bytes(modulus), len(modulus)
    message = encode(prepared, derived.salt, size)
    factor = int.from_bytes(derived.r) % n
    if gcd(message * factor, n) != 1:
        raise ValueError("message or factor shares a divisor with the modulus")
    return (message * pow(factor, EXPONENT, n) % n).to_bytes(size)


def finalize(
    prepared: bytes, derived: Derived, modulus: bytes, blind_signature: bytes
) -> bytes:
    """Finalize, RFC 9474, section 4.4."""
    n, size = int.from_bytes(modulus), len(modulus)
    unblind = pow(int.from_bytes(derived.r), -1, n)
    signature = int.from_bytes(blind_signature) * unblind % n
    if pow(signature, EXPONENT, n) != encode(prepared, derived.salt, size):
        raise WrongKeyError
    return signature.to_bytes(size)


def seal(answer: bytes, box: bytes, scope: UUID) -> bytes:
    """Seal as the server itself does on the path without JavaScript."""
    return sealing.seal(answer, public_key(box), scope)


def body(scope: UUID, credential: Credential, sealed: bytes) -> bytes:
    """Return what is posted with an answer."""
    return scope.bytes + credential.prepared + credential.signature + sealed


def encode(message: bytes, salt: bytes, size: int) -> int:
    """EMSA-PSS with SHA-384, RFC 8017, section 9.1.1, for a modulus of whole bytes."""
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    block = (b"\x01" + salt).rjust(size - len(digest) - 1, b"\x00")
    padding = mask(digest, len(block))
    masked = bytes(a ^ b for a, b in zip(block, padding, strict=True))
    top_bit_cleared = bytes([masked[0] & 0x7F]) + masked[1:]
    return int.from_bytes(top_bit_cleared + digest + b"\xbc")


def mask(digest: bytes, size: int) -> bytes:
    """MGF1 with SHA-384, RFC 8017, section B.2.1."""
    counters = range(size // len(digest) + 1)
    return b"".join(sha384(digest + c.to_bytes(4)).digest() for c in counters)[:size]
