"""How often something may be tried."""

from __future__ import annotations

from contextlib import suppress

import pytest

from survey.errors import TooManyTriesError
from survey.rate_limits import RateLimits


def test_five_tries_for_one_name_and_not_a_sixth() -> None:
    limits = RateLimits()
    for _ in range(5):
        limits.count_sign_in("mai@firm.vn")
    with pytest.raises(TooManyTriesError):
        limits.count_sign_in(" Mai@Firm.vn")
    limits.count_sign_in("lan@firm.vn")


def test_signing_in_forgives_the_tries_before() -> None:
    limits = RateLimits()
    for _ in range(3):
        for _ in range(5):
            limits.count_sign_in("mai@firm.vn")
        limits.forgive("mai@firm.vn")


def test_all_names_together_are_limited_too() -> None:
    limits = RateLimits()
    for n in range(120):
        limits.count_sign_in(f"{n}@firm.vn")
    with pytest.raises(TooManyTriesError):
        limits.count_sign_in("mai@firm.vn")


def test_tries_for_one_name_do_not_use_up_the_tries_of_all() -> None:
    limits = RateLimits()
    for _ in range(200):
        with suppress(TooManyTriesError):
            limits.count_sign_in("mai@firm.vn")
    limits.count_sign_in("lan@firm.vn")


def test_password_links_have_limits_of_their_own() -> None:
    limits = RateLimits()
    for _ in range(3):
        limits.count_link("mai@firm.vn")
    with pytest.raises(TooManyTriesError):
        limits.count_link("MAI@firm.vn")
    limits.count_sign_in("mai@firm.vn")


def test_every_application_counts_for_itself() -> None:
    first, second = RateLimits(), RateLimits()
    for _ in range(5):
        first.count_sign_in("mai@firm.vn")
    second.count_sign_in("mai@firm.vn")
