"""Codes of an authenticator app: good for half a minute, and each once (RFC 6238)."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime

import pyotp

ISSUER = "Hansei"
_STEP = 30
"""Seconds for which a code is shown."""
_AROUND = (0, -1, 1)
"""Steps whose codes are taken: clocks of phones go wrong by some seconds."""


def secret_of(hidden: bytes) -> str:
    """Return the secret of 160 bits that an app keeps, as people can type it."""
    return b32encode(hidden[:20]).decode()


def address_of(secret: str, email: str) -> str:
    """Return what stands in the picture that an app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Return the number of the half minute whose code this is; None if it is wrong."""
    typed = "".join(code.split())
    current = int(now.timestamp()) // _STEP
    app = pyotp.TOTP(secret)
    for step in (current + shift for shift in _AROUND):
        if pyotp.utils.strings_equal(typed, app.generate_otp(step)):
            return step
    return None
