"""Administrators make accounts and see no results."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey.models.account import Account
from survey.models.mail import Mail
from survey.roles import Role
from survey.worker import Workshop
from tests.survey.web.office import Desk, Office, open_office

NEW = {
    "name": "Mai Phạm",
    "email": " Mai@Firm.vn ",
    "language": "vi",
    "roles": ["hr", "admin"],
}


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def admin(office: Office) -> Desk:
    return office.desk(Role.ADMIN)


def _n_mails(shop: Workshop) -> int:
    with shop.sessions() as session:
        return session.scalar(select(func.count(Mail.id))) or 0


def test_a_new_account_has_its_roles_and_gets_a_link_instead_of_a_password(
    admin: Desk, shop: Workshop
) -> None:
    assert admin.post("/admin/accounts/new", **NEW).status_code == 303
    with shop.sessions() as session:
        kept = session.scalars(
            select(Account).where(Account.email == "mai@firm.vn")
        ).one()
        assert {r.role for r in kept.roles} == {Role.HR, Role.ADMIN}
        assert kept.password_hash is None
    assert _n_mails(shop) == 1
    assert "mai@firm.vn" in admin.get("/admin/").text


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"email": "mai"}, {"roles": []}, {"roles": ["king"]}],
)
def test_an_account_with_a_wrong_field_is_not_made(
    admin: Desk, shop: Workshop, wrong: dict[str, object]
) -> None:
    assert admin.post("/admin/accounts/new", **(NEW | wrong)).status_code == 422
    with shop.sessions() as session:
        assert session.scalar(select(func.count(Account.id))) == 1


def test_a_link_can_be_sent_to_somebody_who_forgot_the_password(
    admin: Desk, office: Office
) -> None:
    office.account(Role.HR, "hr@example.org")
    answer = admin.post("/admin/accounts/link", email="hr@example.org")
    assert answer.status_code == 200
    assert _n_mails(office.shop) == 1
