from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import letter_writing, sign_ins
from survey.errors import LinkExpiredError, PasswordTooShortError, SignInError
from survey.models.account import PasswordLink, SignIn
from survey.models.mail import Mail
from survey.roles import Role
from survey.services import accounts, mailing, signing_in
from survey.worker import Workshop
from tests.conftest import CHEAP, NOON

EMAIL, PASSWORD = "mai@example.org", "correct horse battery"


@pytest.fixture
def account_id(session: Session) -> int:
    roles = frozenset({Role.HR, Role.ADMIN})
    made = accounts.create_account(
        session, EMAIL, "Mai", roles, now=NOON, password=PASSWORD, cost=CHEAP
    )
    return made.id


def test_the_right_password_opens_the_account_with_its_roles(
    session: Session, account_id: int
) -> None:
    token = signing_in.sign_in(session, " MAI@example.org ", PASSWORD, now=NOON).token
    found = signing_in.signed_in(session, token, now=NOON)
    assert found.account_id == account_id
    assert found.roles == {Role.HR, Role.ADMIN}


def test_a_wrong_password_and_an_unknown_address_read_the_same(
    session: Session, account_id: int
) -> None:
    with pytest.raises(SignInError) as wrong:
        signing_in.sign_in(session, EMAIL, "wrong horse battery", now=NOON)
    with pytest.raises(SignInError) as unknown:
        signing_in.sign_in(session, "nobody@example.org", PASSWORD, now=NOON)
    assert str(wrong.value) == str(unknown.value)


def test_only_the_hash_of_a_sign_in_is_kept(session: Session, account_id: int) -> None:
    token = signing_in.sign_in(session, EMAIL, PASSWORD, now=NOON).token
    (kept,) = session.scalars(select(SignIn.token_hash))
    assert token.encode() not in kept
    assert len(kept) == 32


def test_a_sign_in_ends_when_idle_and_lives_on_when_used(
    session: Session, account_id: int
) -> None:
    token = signing_in.sign_in(session, EMAIL, PASSWORD, now=NOON).token
    later = NOON + sign_ins.IDLE - timedelta(seconds=1)
    signing_in.stay_signed_in(session, token, now=later)
    assert signing_in.signed_in(session, token, now=NOON + sign_ins.IDLE)
    assert signing_in.signed_in(session, token, now=later + sign_ins.IDLE) is None


def test_a_sign_in_ends_after_its_longest_time_however_much_it_is_used(
    session: Session, account_id: int
) -> None:
    token = signing_in.sign_in(session, EMAIL, PASSWORD, now=NOON).token
    end = NOON + sign_ins.LONGEST
    signing_in.stay_signed_in(session, token, now=end - timedelta(minutes=1))
    assert signing_in.signed_in(session, token, now=end) is None


def test_signing_out_ends_it(session: Session, account_id: int) -> None:
    token = signing_in.sign_in(session, EMAIL, PASSWORD, now=NOON).token
    signing_in.sign_out(session, token)
    assert signing_in.signed_in(session, token, now=NOON) is None


def link_of(session: Session, shop: Workshop) -> str:
    accounts.ask_for_password_link(session, EMAIL, now=NOON)
    mail_id = session.scalars(select(Mail.id)).one()
    letter = mailing.begin_mail(
        session, mail_id, letter_writing.Desk(shop.vault, "http://x", NOON)
    )
    return next(
        word.rpartition("/")[2]
        for word in letter.text.split()
        if "/account/password/" in word
    )


def test_a_password_link_is_good_once_and_ends_every_sign_in(
    session: Session, shop: Workshop, account_id: int
) -> None:
    running = signing_in.sign_in(session, EMAIL, PASSWORD, now=NOON).token
    token = link_of(session, shop)
    accounts.set_password(session, token, "another long one", now=NOON, cost=CHEAP)
    assert signing_in.signed_in(session, running, now=NOON) is None
    assert signing_in.sign_in(session, EMAIL, "another long one", now=NOON).token
    with pytest.raises(LinkExpiredError):
        accounts.set_password(session, token, "a third long one", now=NOON)


def test_a_password_link_ends_after_an_hour(
    session: Session, shop: Workshop, account_id: int
) -> None:
    token = link_of(session, shop)
    late = NOON + letter_writing.LINK_LIVES
    assert accounts.password_link_is_good(session, token, now=NOON)
    assert not accounts.password_link_is_good(session, token, now=late)
    with pytest.raises(LinkExpiredError):
        accounts.set_password(session, token, "another long one", now=late)


def test_a_short_password_is_refused_and_the_link_stays_good(
    session: Session, shop: Workshop, account_id: int
) -> None:
    token = link_of(session, shop)
    with pytest.raises(PasswordTooShortError, match="12"):
        accounts.set_password(session, token, "elevenchars", now=NOON)
    assert accounts.password_link_is_good(session, token, now=NOON)


def test_a_link_for_an_unknown_address_makes_no_mail(session: Session) -> None:
    accounts.ask_for_password_link(session, "nobody@example.org", now=NOON)
    assert session.scalars(select(Mail)).all() == []
    assert session.scalars(select(PasswordLink)).all() == []
