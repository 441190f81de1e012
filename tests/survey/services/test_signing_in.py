from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey import letter_writing
from survey.errors import LinkExpiredError, WrongCodeError
from survey.models.account import SignIn
from survey.models.mail import Mail
from survey.roles import Role
from survey.services import accounts, auditing, mailing, securing, signing_in
from survey.worker import Workshop
from tests.conftest import CHEAP, NOON

EMAIL, PASSWORD = "mai@example.org", "correct horse battery"


def account(session: Session, role: Role) -> int:
    made = accounts.create_account(
        session,
        EMAIL,
        "Mai",
        frozenset({role}),
        now=NOON,
        password=PASSWORD,
        cost=CHEAP,
    )
    return made.id


def n_mails(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Mail)) or 0


def link(session: Session, shop: Workshop) -> str:
    accounts.ask_for_sign_in_link(session, EMAIL, now=NOON)
    mail_id = session.scalars(select(func.max(Mail.id))).one()
    desk = letter_writing.Desk(shop.vault, "http://x", NOON)
    letter = mailing.begin_mail(session, mail_id, desk)
    assert letter
    return next(
        word.rpartition("/")[2]
        for word in letter.text.split()
        if "/account/link/" in word
    )


def test_a_sign_in_link_opens_once(session: Session, shop: Workshop) -> None:
    account(session, Role.LEADER)
    token = link(session, shop)
    begun = signing_in.sign_in_by_link(session, token, now=NOON)
    assert signing_in.signed_in(session, begun.token, now=NOON)
    with pytest.raises(LinkExpiredError):
        signing_in.sign_in_by_link(session, token, now=NOON)


def test_a_sign_in_link_ends_after_a_quarter_of_an_hour(
    session: Session, shop: Workshop
) -> None:
    account(session, Role.LEADER)
    token = link(session, shop)
    with pytest.raises(LinkExpiredError):
        signing_in.sign_in_by_link(session, token, now=NOON + timedelta(minutes=15))


def test_no_link_is_mailed_to_hr_with_a_password_nor_to_strangers(
    session: Session,
) -> None:
    account(session, Role.HR)
    accounts.ask_for_sign_in_link(session, EMAIL, now=NOON)
    accounts.ask_for_sign_in_link(session, "nobody@example.org", now=NOON)
    assert n_mails(session) == 0


def secured(session: Session, shop: Workshop) -> tuple[int, pyotp.TOTP, list[str]]:
    mine = account(session, Role.ADMIN)
    pepper = shop.vault.pepper
    securing.begin_setting_up(session, mine)
    app = pyotp.TOTP(securing.draft(session, pepper, mine).secret)
    codes = securing.confirm(session, pepper, mine, app.at(NOON), token="", now=NOON)
    return mine, app, codes


def finish(session: Session, shop: Workshop, code: str, minutes: int = 1) -> str:
    now = NOON + timedelta(minutes=minutes)
    begun = signing_in.sign_in(session, EMAIL, PASSWORD, now=now)
    assert begun.waits_for_code
    assert signing_in.signed_in(session, begun.token, now=now) is None
    return signing_in.finish_with_code(
        session, shop.vault.pepper, begun.token, code, now=now
    )


def test_a_code_of_the_app_opens_once(session: Session, shop: Workshop) -> None:
    _, app, _ = secured(session, shop)
    code = app.at(NOON + timedelta(minutes=1))
    assert finish(session, shop, code)
    with pytest.raises(WrongCodeError):
        finish(session, shop, code)


def test_a_recovery_code_opens_once(session: Session, shop: Workshop) -> None:
    mine, _, codes = secured(session, shop)
    assert finish(session, shop, codes[0])
    assert securing.n_codes_left(session, mine) == len(codes) - 1
    with pytest.raises(WrongCodeError):
        finish(session, shop, codes[0])


def test_after_a_reset_the_password_is_enough(session: Session, shop: Workshop) -> None:
    mine, _, _ = secured(session, shop)
    securing.reset(session, mine, now=NOON)
    assert not signing_in.sign_in(session, EMAIL, PASSWORD, now=NOON).waits_for_code
    assert securing.n_codes_left(session, mine) == 0


def test_others_end_and_this_sign_in_stays(session: Session) -> None:
    mine = account(session, Role.HR)
    here, there = (
        signing_in.sign_in(session, EMAIL, PASSWORD, now=NOON).token for _ in range(2)
    )
    listed = signing_in.running(session, mine, here, now=NOON)
    assert [one.is_this for one in listed].count(True) == 1
    assert len(listed) == 2
    signing_in.end_others(session, mine, here)
    assert signing_in.signed_in(session, there, now=NOON) is None
    assert signing_in.signed_in(session, here, now=NOON)


def test_a_sign_in_keeps_neither_address_nor_browser() -> None:
    assert set(SignIn.__table__.columns.keys()) == {
        "token_hash",
        "account_id",
        "idle_until",
        "ends_at",
        "began_at",
        "seen_on",
        "waits_for_code",
    }


def test_signing_in_is_logged_but_not_of_leaders(session: Session) -> None:
    account(session, Role.LEADER)
    signing_in.sign_in(session, EMAIL, PASSWORD, now=NOON)
    page = auditing.log_page(session, cycle_id=None, page=1)
    assert "signed_in" not in {entry.act for entry in page.entries}
