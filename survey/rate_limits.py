"""How often something may be tried: by name and altogether, never by address.

An address stands for a whole plant behind one router, and keeping it would say who was
here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from survey.errors import TooManyTriesError

FOR_ONE_NAME = RateLimitItemPerMinute(5, namespace="name")
FOR_ALL = RateLimitItemPerMinute(120, namespace="all")
"""Also bounds what password hashes may cost the server."""

LINKS_FOR_ONE_NAME = RateLimitItemPerMinute(3, namespace="link")
LINKS_FOR_ALL = RateLimitItemPerMinute(30, namespace="links")

ONE_TIME_CODES = RateLimitItemPerMinute(5, namespace="one-time code")
ONE_TIME_CODES_AN_HOUR = RateLimitItemPerHour(20, namespace="one-time codes")
"""Whoever has the password alone would need years to guess a code."""

CODES_OF_ONE_BEGINNING = RateLimitItemPerMinute(40, namespace="code")
"""Somebody who fills in a form sends their code a few times a minute."""

BEGINNING = 4
"""Characters of a code under which tries are counted; a whole code is never kept."""


def _in_memory() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(MemoryStorage())


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Counters of one process; a restart forgets them."""

    _limiter: FixedWindowRateLimiter = field(default_factory=_in_memory)

    def count_sign_in(self, name: str) -> None:
        """Count a try to sign in as ``name``; raises ``TooManyTriesError``."""
        self._count(FOR_ONE_NAME, _plain(name))
        self._count(FOR_ALL, "sign-in")

    def forgive(self, name: str) -> None:
        """Forget the tries of somebody who has signed in."""
        self._limiter.clear(FOR_ONE_NAME, _plain(name))

    def count_link(self, name: str) -> None:
        """Count a password link asked for ``name``; raises ``TooManyTriesError``."""
        self._count(LINKS_FOR_ONE_NAME, _plain(name))
        self._count(LINKS_FOR_ALL, "password link")

    def count_one_time_code(self, account_id: int) -> None:
        """Count a code of a second factor; raises ``TooManyTriesError``."""
        self._count(ONE_TIME_CODES, str(account_id))
        self._count(ONE_TIME_CODES_AN_HOUR, str(account_id))

    def count_code(self, code: str) -> None:
        """Count a normalised code that was sent; raises ``TooManyTriesError``."""
        self._count(CODES_OF_ONE_BEGINNING, code[:BEGINNING])

    def _count(self, limit: RateLimitItem, key: str) -> None:
        if not self._limiter.hit(limit, key):
            raise TooManyTriesError


def _plain(name: str) -> str:
    return name.strip().lower()
