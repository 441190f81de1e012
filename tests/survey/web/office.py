"""People who sign in, and what tests need of their browsers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.roles import Role
from survey.services.accounts import create_account
from survey.worker import Workshop
from tests.conftest import CHEAP, NOON
from tests.survey.web.parsed import Parsed

PASSWORD = "correct horse battery"
CLOCKED = (
    "access",
    "account",
    "admin",
    "cycle_page",
    "drafts",
    "health",
    "hr",
    "leader",
    "own",
    "sign_in_link",
    "representative",
    "people",
    "peers",
    "paper",
    "planning",
    "preview",
    "reissue",
    "steps",
    "jobs",
    "persons",
    "shared_reports",
)


@dataclass(frozen=True)
class Desk:
    """Somebody who is signed in, with a browser."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def page(self, path: str) -> Parsed:
        return Parsed(self.client.get(path).text)

    def token(self) -> str:
        return token_of(self.page("/account/sign-in"))

    def post(self, path: str, **given: object) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **given})


def token_of(page: Parsed) -> str:
    return page.all("input", name="csrf_token")[0].get("value") or ""


@dataclass
class Office:
    """The application with a clock to turn, and the accounts of a test."""

    app: Flask
    shop: Workshop
    now: datetime = NOON

    def account(self, role: Role, email: str) -> None:
        with self.shop.sessions.begin() as session:
            create_account(
                session,
                email,
                email.partition("@")[0].title(),
                frozenset({role}),
                now=self.now,
                password=PASSWORD,
                cost=CHEAP,
            )

    def desk(self, role: Role = Role.HR, email: str = "") -> Desk:
        """Sign somebody in who has this role."""
        email = email or f"{role}@example.org"
        self.account(role, email)
        desk = Desk(self.app.test_client())
        answer = desk.post("/account/sign-in", email=email, password=PASSWORD)
        assert answer.status_code == 303, answer.text
        return desk

    def sign_in_address(self, **query: str) -> str:
        with self.app.test_request_context():
            return self.app.url_for("account.sign_in", **query)

    @property
    def anonymous(self) -> Desk:
        return Desk(self.app.test_client())


def open_office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give the office a clock of its own."""
    office = Office(app, shop)
    for module in CLOCKED:
        monkeypatch.setattr(f"survey.web.{module}.utcnow", lambda: office.now)
    return office
