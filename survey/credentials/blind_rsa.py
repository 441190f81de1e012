"""Blind credentials: sign what cannot be read, verify what cannot be traced.

RFC 9474, RSABSSA-SHA384-PSS-Randomized with one RSA-2048 key for each scope. A browser
makes its message blind, the holder of the key signs it, the browser takes the blinding
off again: the signature then fits a message that the signer has never seen.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from importlib import import_module
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA384

from survey.errors import FailedSignatureError, MalformedCredentialError

CONTEXT = b"hansei/v1"
"""What every message of this protocol carries, so that none of another one fits."""

PREFIX_SIZE = 32
SCOPE_SIZE = 16
NONCE_SIZE = 32
SALT_SIZE = 48
MESSAGE_SIZE = PREFIX_SIZE + len(CONTEXT) + SCOPE_SIZE + NONCE_SIZE
"""Bytes of a prepared message: 89."""

MODULUS_BITS = 2048
SIGNATURE_SIZE = MODULUS_BITS // 8
"""Bytes of a modulus, a blinded message and a signature: 256."""

EXPONENT = 65537

Power = Callable[[int, int, int], int]


def make_sign_key() -> RSAPrivateKey:
    """Make the key that signs one scope's credentials."""
    return generate_private_key(EXPONENT, MODULUS_BITS)


def modulus_of(key: RSAPrivateKey) -> bytes:
    """Return the public half, big-endian, as it is stored and published."""
    return key.public_key().public_numbers().n.to_bytes(key.key_size // 8)


def sign_blinded(key: RSAPrivateKey, blinded: bytes) -> bytes:
    """Sign a blinded message (RFC 9474, section 4.3).

    Raises
    ------
    MalformedCredentialError
        If it has not the size of the modulus, or is not below it.
    FailedSignatureError
        If the arithmetic went wrong. One wrong half would give away the key (section
        7.1), so nothing leaves before it was checked.
    """
    numbers = key.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    size, message = (n.bit_length() + 7) // 8, int.from_bytes(blinded)
    require_blinded(blinded, n.to_bytes(size))
    signature = _root_behind_a_mask(numbers, message, _power())
    if pow(signature, e, n) != message:
        raise FailedSignatureError
    return signature.to_bytes(size)


def require_blinded(blinded: bytes, modulus: bytes) -> None:
    """Refuse what is no blinded message for this key, before anything is written."""
    is_below = int.from_bytes(blinded) < int.from_bytes(modulus)
    if len(blinded) != len(modulus) or not is_below:
        raise MalformedCredentialError


def scope_of(prepared: bytes) -> UUID:
    """Return the scope for which a message was prepared.

    Raises
    ------
    MalformedCredentialError
        If it was not prepared for this protocol.
    """
    if not _is_ours(prepared):
        raise MalformedCredentialError
    at = PREFIX_SIZE + len(CONTEXT)
    return UUID(bytes=prepared[at : at + SCOPE_SIZE])


def verify(modulus: bytes, prepared: bytes, signature: bytes) -> bool:
    """Say whether the scope's key signed this message, made for this protocol."""
    return _is_ours(prepared) and _is_signed(modulus, prepared, signature, SALT_SIZE)


def _is_ours(prepared: bytes) -> bool:
    return len(prepared) == MESSAGE_SIZE and prepared.startswith(CONTEXT, PREFIX_SIZE)


def _is_signed(
    modulus: bytes, message: bytes, signature: bytes, salt_size: int
) -> bool:
    """Verify by RSASSA-PSS (RFC 9474, section 4.5)."""
    key = RSAPublicNumbers(EXPONENT, int.from_bytes(modulus)).public_key()
    try:
        key.verify(signature, message, PSS(MGF1(SHA384()), salt_size), SHA384())
    except InvalidSignature:
        return False
    return True


def _root_behind_a_mask(numbers: RSAPrivateNumbers, message: int, power: Power) -> int:
    """Take the root of a random multiple, so that time tells nothing (Kocher 1996)."""
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    mask = secrets.randbelow(n - 1) + 1
    masked = message * pow(mask, e, n) % n
    return _root(numbers, masked, power) * pow(mask, -1, n) % n


def _root(numbers: RSAPrivateNumbers, message: int, power: Power) -> int:
    """Return ``message`` to the power of d, by the Chinese remainder theorem."""
    p, q = numbers.p, numbers.q
    root_p = int(power(message % p, numbers.dmp1, p))
    root_q = int(power(message % q, numbers.dmq1, q))
    return root_q + q * ((root_p - root_q) * numbers.iqmp % p)


@cache
def _power() -> Power:
    """Return the fastest modular power there is; gmpy2's takes the same time for all.

    It is four times as fast; where it is not installed, Python's own does.
    """
    try:
        power: Power = import_module("gmpy2").powmod_sec
    except ImportError:
        return pow
    return power
