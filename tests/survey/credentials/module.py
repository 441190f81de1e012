"""What credential.js must do, wherever it runs: under Node and in a real browser.

Every check takes ``call``, which calls a function of the module by its name.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    generate_private_key,
)

import survey.web
from survey.credentials.blind_rsa import make_sign_key, modulus_of, sign_blinded, verify
from survey.credentials.fingerprint import Directory, directory_line
from survey.sizes import BUCKET, SEALED
from survey.vault.keys import public_bytes
from survey.vault.sealing import unseal
from tests.survey.credentials import client
from tests.survey.credentials.rfc import rfc9180, rfc9474

FILE = Path(survey.web.__file__).parent / "static/client/credential.js"
HARNESS = Path(__file__).with_name("client.mjs")

Call = Callable[..., Any]
Check = Callable[[Call], None]

KEY, OTHER_KEY = sorted((make_sign_key(), make_sign_key()), key=modulus_of)
MODULUS = modulus_of(KEY)
BOX = generate_private_key(SECP256R1())
POINT = public_bytes(BOX.public_key())
SCOPE = UUID("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")
SEED = bytes(range(32))
STOP = "the server did not use the committed key"


class ModuleError(Exception):
    """The module threw."""


def request(name: str, *args: object) -> dict[str, object]:
    """Return a call as JSON can carry it."""
    return {"call": name, "args": [_to_json(arg) for arg in args]}


def result(answer: dict[str, Any]) -> Any:
    """Return what the module returned, or raise what it threw."""
    if "error" in answer:
        raise ModuleError(answer["error"])
    return _from_json(answer["value"])


def _to_json(value: object) -> object:
    if isinstance(value, UUID):
        return _to_json(value.bytes)
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {key: _to_json(inner) for key, inner in value.items()}
    return value


def _from_json(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if set(value) == {"hex"}:
        return bytes.fromhex(value["hex"])
    return {key: _from_json(inner) for key, inner in value.items()}


def it_blinds_and_finalizes_as_rfc_9474_says(call: Call) -> None:
    key, variants = rfc9474()
    for variant in variants:
        modulus, prepared = modulus_of(key), variant.prepared
        derived = {"salt": variant.salt, "r": variant.r.to_bytes(512)}
        assert call("blind", prepared, derived, modulus) == variant.blinded
        answer = variant.blind_signature
        finalized = call("finalize", prepared, derived, modulus, answer)
        assert finalized == variant.signature


def it_seals_as_rfc_9180_says(call: Call) -> None:
    given = rfc9180()
    x, y = given.ephemeral_public[1:33], given.ephemeral_public[33:]
    coordinates = {"d": given.ephemeral_private, "x": x, "y": y}
    ephemeral = {"kty": "EC", "crv": "P-256"} | {
        name: urlsafe_b64encode(number).decode().rstrip("=")
        for name, number in coordinates.items()
    }
    sealed = call(
        "hpke", given.plaintext, given.box_public, given.info, ephemeral, given.aad
    )
    assert sealed == given.sealed


def it_derives_and_blinds_the_same_bytes_as_python(call: Call) -> None:
    derived = client.derive(SEED, SCOPE)
    prepared = client.prepare(derived, SCOPE)
    for _ in range(2):
        assert call("derive", SEED, SCOPE) == asdict(derived)
    assert call("prepare", asdict(derived), SCOPE) == prepared
    blinded = call("blind", prepared, asdict(derived), MODULUS)
    assert blinded == client.blind(prepared, derived, MODULUS)


def it_derives_other_bytes_for_another_scope_or_seed(call: Call) -> None:
    found = [
        call("derive", seed, scope)
        for seed, scope in (
            (SEED, SCOPE),
            (SEED, UUID(int=1)),
            (SEED[::-1], SCOPE),
        )
    ]
    for name, size in (("prefix", 32), ("nonce", 32), ("salt", 48), ("r", 272)):
        parts = [derived[name] for derived in found]
        assert {len(part) for part in parts} == {size}
        assert len(set(parts)) == 3


def it_gets_a_credential_that_the_server_takes(call: Call) -> None:
    derived = call("derive", SEED, SCOPE)
    prepared = call("prepare", derived, SCOPE)
    answer = sign_blinded(KEY, call("blind", prepared, derived, MODULUS))
    signature = call("finalize", prepared, derived, MODULUS, answer)
    assert (len(prepared), len(signature)) == (89, 256)
    assert verify(MODULUS, prepared, signature)


def it_stops_where_the_server_used_another_key(call: Call) -> None:
    derived = asdict(client.derive(SEED, SCOPE))
    prepared = call("prepare", derived, SCOPE)
    answer = sign_blinded(OTHER_KEY, call("blind", prepared, derived, MODULUS))
    with pytest.raises(ModuleError, match=STOP):
        call("finalize", prepared, derived, MODULUS, answer)


def it_stops_at_an_answer_that_is_changed_or_of_another_size(call: Call) -> None:
    derived = asdict(client.derive(SEED, SCOPE))
    prepared = call("prepare", derived, SCOPE)
    answer = sign_blinded(KEY, call("blind", prepared, derived, MODULUS))
    changed = answer[:-1] + bytes([answer[-1] ^ 1])
    for wrong in (changed, b"\x00" + answer, bytes(256)):
        with pytest.raises(ModuleError, match=STOP):
            call("finalize", prepared, derived, MODULUS, wrong)


def it_refuses_a_modulus_below_2048_bits(call: Call) -> None:
    derived = asdict(client.derive(SEED, SCOPE))
    prepared = call("prepare", derived, SCOPE)
    for short in (MODULUS[:128], MODULUS[:255], b"\x00" + MODULUS, b"\x7f" * 256):
        with pytest.raises(ModuleError, match="the key is too short"):
            call("blind", prepared, derived, short)


def it_refuses_to_blind_where_a_divisor_would_shine_through(call: Call) -> None:
    """A message that shares one with a malicious modulus shows it when blinded."""
    derived = client.derive(SEED, SCOPE)
    prepared = client.prepare(derived, SCOPE)
    message = client.encode(prepared, derived.salt, 256)
    divisor = next(n for n in range(2, 10**6) if message % n == 0)
    bad = (2**2047 // divisor + 1) * divisor
    for r, modulus in (
        (derived.r, bad.to_bytes(256)),
        (KEY.private_numbers().p.to_bytes(272), MODULUS),
    ):
        with pytest.raises(ModuleError, match="there is no inverse"):
            call("blind", prepared, asdict(derived) | {"r": r}, modulus)


def it_seals_what_only_the_box_opens(call: Call) -> None:
    for answer in ("", '{"comment":"Cảm ơn"}', "x" * BUCKET):
        sealed = call("seal", answer, POINT, SCOPE)
        assert len(sealed) == SEALED == 4177
        assert unseal(sealed, BOX, SCOPE) == answer.encode()
        assert unseal(call("seal", answer.encode(), POINT, SCOPE), BOX, SCOPE) == (
            answer.encode()
        )


def it_seals_the_same_answer_differently_each_time(call: Call) -> None:
    sealed = [call("seal", "{}", POINT, SCOPE) for _ in range(2)]
    assert sealed[0][:65] != sealed[1][:65]
    assert sealed[0][65:] != sealed[1][65:]


def it_seals_nothing_larger_than_the_one_size(call: Call) -> None:
    for answer in ("x" * (BUCKET + 1), "ế" * (BUCKET // 3 + 1)):
        with pytest.raises(ModuleError, match="the answer is too long"):
            call("seal", answer, POINT, SCOPE)


def it_posts_4538_bytes_or_nothing(call: Call) -> None:
    parts = (SCOPE.bytes, bytes(89), b"s" * 256, b"t" * SEALED)
    posted = call("body", *parts)
    assert posted == b"".join(parts)
    assert len(posted) == 4538
    with pytest.raises(ModuleError, match="not its one size"):
        call("body", *parts[:3], b"t" * (SEALED - 1))


def _lines(n: int) -> list[str]:
    """Return the lines of some scopes, in no order."""
    return [
        directory_line(UUID(int=i * 7 % n).hex, MODULUS, POINT, f"{i:064x}")
        for i in range(n)
    ]


def it_finds_the_fingerprint_that_the_server_published(call: Call) -> None:
    for n in range(8):
        directory = Directory.of(7, _lines(n))
        assert call("fingerprint", 7, _lines(n)) == directory.fingerprint
        for line in directory.lines:
            found = call("fingerprintAbove", 7, line, list(directory.path(line)))
            assert found == directory.fingerprint


def it_finds_another_fingerprint_after_any_change(call: Call) -> None:
    line = Directory.of(7, _lines(5)).lines[2]
    path = list(Directory.of(7, _lines(5)).path(line))
    claims = [(7, line, path), (8, line, path)]
    for at in (0, 40, 600, 700):  # scope, sign key, box key, roster
        digit = "0" if line[at] != "0" else "1"
        claims.append((7, line[:at] + digit + line[at + 1 :], path))
    other_side = "L" if path[0][0] == "R" else "R"
    claims += [(7, line, path[1:]), (7, line, [other_side + path[0][1:], *path[1:]])]
    seen = [call("fingerprintAbove", *claim) for claim in claims]
    assert seen[0] == Directory.of(7, _lines(5)).fingerprint
    assert len(set(seen)) == len(claims)
    assert all(re.fullmatch("[0-9a-f]{64}", found) for found in seen)


def it_refuses_a_line_in_which_a_field_passes_for_two(call: Call) -> None:
    scope, sign_key, box_key, roster = (line := _lines(3)[1]).split("|")
    for wrong in (
        f"{line}\n{line}",
        f"{line}\n",
        f"{line}|{roster}",
        f"{scope[:-2]}|{sign_key}|{box_key}|{roster}",
        f"{scope}|{sign_key.upper()}|{box_key}|{roster}",
    ):
        for ask in (("fingerprint", 7, [wrong]), ("fingerprintAbove", 7, wrong, [])):
            with pytest.raises(ModuleError, match="the directory is malformed"):
                call(*ask)


CHECKS: list[Check] = [
    it_blinds_and_finalizes_as_rfc_9474_says,
    it_seals_as_rfc_9180_says,
    it_derives_and_blinds_the_same_bytes_as_python,
    it_derives_other_bytes_for_another_scope_or_seed,
    it_gets_a_credential_that_the_server_takes,
    it_stops_where_the_server_used_another_key,
    it_stops_at_an_answer_that_is_changed_or_of_another_size,
    it_refuses_a_modulus_below_2048_bits,
    it_refuses_to_blind_where_a_divisor_would_shine_through,
    it_seals_what_only_the_box_opens,
    it_seals_the_same_answer_differently_each_time,
    it_seals_nothing_larger_than_the_one_size,
    it_posts_4538_bytes_or_nothing,
    it_finds_the_fingerprint_that_the_server_published,
    it_finds_another_fingerprint_after_any_change,
    it_refuses_a_line_in_which_a_field_passes_for_two,
]
each_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
