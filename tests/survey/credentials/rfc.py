"""The RFCs' own figures, read from `vectors/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)

VECTORS = Path(__file__).parent / "vectors"


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant of RFC 9474, Appendix A: what goes in, and what must come out."""

    name: str
    prepared: bytes
    salt: bytes
    r: int
    blinded: bytes
    blind_signature: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """RFC 9180, Appendix A.3.1: keys, what is sealed, and what must come out."""

    info: bytes
    ephemeral_private: bytes
    ephemeral_public: bytes
    box_private: bytes
    box_public: bytes
    aad: bytes
    plaintext: bytes
    sealed: bytes


def rfc9474() -> tuple[RSAPrivateKey, list[Variant]]:
    """Return the one key, of 4096 bits, and the four variants."""
    found = json.loads((VECTORS / "rfc9474.json").read_text(encoding="utf-8"))
    p, q, e, d = (int(found[name], 16) for name in ("p", "q", "e", "d"))
    crt = rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q)
    numbers = RSAPrivateNumbers(p, q, d, *crt, RSAPublicNumbers(e, p * q))
    variants = [_variant(v, found["msg"], p * q) for v in found["variants"]]
    return numbers.private_key(unsafe_skip_rsa_key_validation=True), variants


def rfc9180() -> Sealed:
    """Return the one sealed text."""
    found = json.loads((VECTORS / "rfc9180.json").read_text(encoding="utf-8"))
    names = ("info", "skEm", "pkEm", "skRm", "pkRm", "aad", "pt")
    sealed = bytes.fromhex(found["enc"] + found["ct"])
    return Sealed(*(bytes.fromhex(found[name]) for name in names), sealed=sealed)


def _variant(found: dict[str, str], message: str, n: int) -> Variant:
    return Variant(
        name=found["name"],
        prepared=bytes.fromhex(found["msg_prefix"] + message),
        salt=bytes.fromhex(found["salt"]),
        r=pow(int(found["inv"], 16), -1, n),
        blinded=bytes.fromhex(found["blinded_msg"]),
        blind_signature=bytes.fromhex(found["blind_sig"]),
        signature=bytes.fromhex(found["sig"]),
    )
