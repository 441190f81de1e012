from __future__ import annotations

from survey.passwords import Cost, hash_password, is_password
from tests.conftest import CHEAP


def test_only_the_password_opens_its_hash() -> None:
    hashed = hash_password("tám con voi ngủ", CHEAP)
    assert is_password("tám con voi ngủ", hashed)
    assert not is_password("tam con voi ngu", hashed)


def test_equal_passwords_have_different_hashes() -> None:
    assert hash_password("same", CHEAP) != hash_password("same", CHEAP)


def test_the_default_cost_is_what_is_recommended_today() -> None:
    assert hash_password("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert Cost().memory_kib >= 19 * 1024
