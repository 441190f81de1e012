"""The server's half of blind credentials, against RFC 9474 and against attackers."""

from __future__ import annotations

import secrets
from itertools import product
from math import gcd
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
)

from survey.credentials import blind_rsa
from survey.credentials.blind_rsa import (
    MESSAGE_SIZE,
    SIGNATURE_SIZE,
    modulus_of,
    scope_of,
    sign_blinded,
    verify,
)
from survey.errors import FailedSignatureError, MalformedCredentialError
from survey.sizes import SEALED
from tests.survey.credentials import client
from tests.survey.credentials.module import KEY, MODULUS, OTHER_KEY, SCOPE
from tests.survey.credentials.rfc import Variant, rfc9474

RFC_KEY, VARIANTS = rfc9474()
NUMBERS = KEY.private_numbers()
N = NUMBERS.public_numbers.n
each_variant = pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.name)


def get_credential(key: RSAPrivateKey = KEY, scope: UUID = SCOPE) -> client.Credential:
    return client.obtain(scope, modulus_of(key), lambda b: sign_blinded(key, b))


class DamagedKey:
    """A key of whose parts one was changed after it was made."""

    def __init__(self, part: str) -> None:
        self._part = part

    def private_numbers(self) -> RSAPrivateNumbers:
        names = ("p", "q", "d", "dmp1", "dmq1", "iqmp", "public_numbers")
        parts = {name: getattr(NUMBERS, name) for name in names}
        return RSAPrivateNumbers(**(parts | {self._part: parts[self._part] ^ 4}))


@each_variant
def test_the_key_signs_as_the_rfc_says(variant: Variant) -> None:
    assert sign_blinded(RFC_KEY, variant.blinded) == variant.blind_signature


@each_variant
def test_a_signature_of_the_rfc_verifies(variant: Variant) -> None:
    found = (modulus_of(RFC_KEY), variant.prepared, variant.signature)
    assert blind_rsa._is_signed(*found, len(variant.salt))
    assert not blind_rsa._is_signed(*found, 48 - len(variant.salt))


@each_variant
def test_the_client_of_the_tests_does_as_the_rfc_says(variant: Variant) -> None:
    derived = client.Derived(b"", b"", variant.salt, variant.r.to_bytes(512))
    modulus, prepared = modulus_of(RFC_KEY), variant.prepared
    assert client.blind(prepared, derived, modulus) == variant.blinded
    finalized = client.finalize(prepared, derived, modulus, variant.blind_signature)
    assert finalized == variant.signature


def test_a_credential_has_its_one_size_and_verifies() -> None:
    credential = get_credential()
    assert len(credential.prepared) == MESSAGE_SIZE == 89
    assert len(credential.signature) == len(MODULUS) == SIGNATURE_SIZE == 256
    assert len(client.body(SCOPE, credential, bytes(SEALED))) == 4538
    assert scope_of(credential.prepared) == SCOPE
    assert verify(MODULUS, credential.prepared, credential.signature)


def test_the_same_seed_gives_the_same_credential_and_another_seed_another() -> None:
    def signed(seed: bytes, scope: UUID = SCOPE) -> client.Credential:
        return client.obtain(scope, MODULUS, lambda b: sign_blinded(KEY, b), seed=seed)

    assert signed(b"a" * 32) == signed(b"a" * 32)
    assert signed(b"a" * 32) != signed(b"b" * 32)
    assert signed(b"a" * 32).prepared[:32] != signed(b"a" * 32, uuid4()).prepared[:32]


@pytest.mark.parametrize("size", [0, 1, 255, 257, 512])
def test_a_blinded_message_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(MalformedCredentialError):
        sign_blinded(KEY, bytes(size))


def test_a_blinded_message_not_below_the_modulus_is_refused() -> None:
    for number in (N, N + 1, 256**256 - 1):
        with pytest.raises(MalformedCredentialError):
            sign_blinded(KEY, number.to_bytes(256))
    assert sign_blinded(KEY, (N - 1).to_bytes(256))


@pytest.mark.parametrize("part", ["dmp1", "dmq1", "iqmp", "p", "q"])
def test_nothing_leaves_where_the_arithmetic_went_wrong(part: str) -> None:
    with pytest.raises(FailedSignatureError):
        sign_blinded(DamagedKey(part), secrets.randbelow(N).to_bytes(256))


def test_one_wrong_half_would_give_the_key_away() -> None:
    damaged = DamagedKey("dmp1").private_numbers()
    faulty = blind_rsa._root(damaged, 2, pow)
    assert gcd(pow(faulty, 65537, N) - 2, N) == NUMBERS.q


def test_the_key_never_works_on_what_was_sent() -> None:
    seen: list[int] = []

    def watched(base: int, exponent: int, modulus: int) -> int:
        seen.append(base)
        return pow(base, exponent, modulus)

    root = pow(2, NUMBERS.d, N)
    for _ in range(2):
        assert blind_rsa._root_behind_a_mask(NUMBERS, 2, watched) == root
    assert len(set(seen)) == 4
    assert 2 not in seen


def test_the_remainder_theorem_gives_the_power_of_d() -> None:
    for message in (0, 1, NUMBERS.p, NUMBERS.q, N - 1, secrets.randbelow(N)):
        found = blind_rsa._root(NUMBERS, message, pow)
        assert found == pow(message, NUMBERS.d, N)


def test_gmpy2_signs_the_same() -> None:
    gmpy2 = pytest.importorskip("gmpy2")
    assert blind_rsa._power() is gmpy2.powmod_sec
    for message in (0, 1, NUMBERS.p, N - 1, secrets.randbelow(N)):
        found = blind_rsa._root(NUMBERS, message, gmpy2.powmod_sec)
        assert found == blind_rsa._root(NUMBERS, message, pow)


@pytest.mark.parametrize("at", [0, 31, 32, 40, 41, 56, 57, 88])
def test_a_changed_message_is_refused(at: int) -> None:
    credential = get_credential()
    assert not verify(MODULUS, flipped(credential.prepared, at), credential.signature)


@pytest.mark.parametrize("at", [0, 100, 255])
def test_a_changed_signature_is_refused(at: int) -> None:
    credential = get_credential()
    assert not verify(MODULUS, credential.prepared, flipped(credential.signature, at))


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("size", [0, 255, 257])
def test_a_signature_of_another_size_is_refused(size: int) -> None:
    credential = get_credential()
    signature = credential.signature.rjust(size, b"\x00")[:size]
    assert not verify(MODULUS, credential.prepared, signature)


def test_a_signature_of_another_key_is_refused() -> None:
    credential = get_credential(OTHER_KEY)
    assert verify(modulus_of(OTHER_KEY), credential.prepared, credential.signature)
    assert not verify(MODULUS, credential.prepared, credential.signature)


def test_a_signature_with_another_salt_length_is_refused() -> None:
    derived = client.derive(b"s" * 32, SCOPE)
    short = client.Derived(derived.prefix, derived.nonce, derived.salt[:32], derived.r)
    prepared = client.prepare(short, SCOPE)
    answer = sign_blinded(KEY, client.blind(prepared, short, MODULUS))
    signature = client.finalize(prepared, short, MODULUS, answer)
    assert not verify(MODULUS, prepared, signature)


@pytest.mark.parametrize("context", [b"hansei/v2", b"Hansei/v1", b"", b"hansei/v1|"])
def test_a_signed_message_of_another_protocol_is_refused(context: bytes) -> None:
    derived = client.derive(b"s" * 32, SCOPE)
    prepared = client.prepare(derived, SCOPE, context)
    answer = sign_blinded(KEY, client.blind(prepared, derived, MODULUS))
    signature = client.finalize(prepared, derived, MODULUS, answer)
    assert blind_rsa._is_signed(MODULUS, prepared, signature, 48)
    assert not verify(MODULUS, prepared, signature)
    with pytest.raises(MalformedCredentialError):
        scope_of(prepared)


def test_the_client_stops_where_the_server_used_another_key() -> None:
    with pytest.raises(client.WrongKeyError):
        client.obtain(SCOPE, MODULUS, lambda b: sign_blinded(OTHER_KEY, b))


def test_every_issue_explains_every_credential_even_to_who_holds_the_key() -> None:
    """Promise 4: with the key, all n x n pairs fit, so none is likelier."""
    issues: dict[bytes, bytes] = {}

    def sign(blinded: bytes) -> bytes:
        issues[blinded] = sign_blinded(KEY, blinded)
        return issues[blinded]

    credentials = [client.obtain(SCOPE, MODULUS, sign) for _ in range(8)]
    factors = set()
    for (blinded, answer), credential in product(issues.items(), credentials):
        r, prepared = explain(blinded, credential), credential.prepared
        derived = client.Derived(b"", b"", salt_of(credential), r.to_bytes(256))
        assert client.blind(prepared, derived, MODULUS) == blinded
        finalized = client.finalize(prepared, derived, MODULUS, answer)
        assert finalized == credential.signature
        factors.add(r)
    assert len(factors) == 64


def explain(blinded: bytes, credential: client.Credential) -> int:
    """Return the factor that would have made the one of the other."""
    message = pow(int.from_bytes(credential.signature), 65537, N)
    return pow(int.from_bytes(blinded) * pow(message, -1, N), NUMBERS.d, N)


def salt_of(credential: client.Credential) -> bytes:
    """Read the salt off a signature, as everybody can."""
    encoded = pow(int.from_bytes(credential.signature), 65537, N).to_bytes(256)
    digest = encoded[-49:-1]
    mask = client.mask(digest, 256 - 49)
    return bytes(a ^ b for a, b in zip(encoded[:-49], mask, strict=True))[-48:]
