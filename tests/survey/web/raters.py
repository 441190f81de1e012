"""Somebody who was asked, and what tests look at afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from survey.models.answer import SealedAnswer
from survey.models.base import Base
from survey.worker import Workshop
from tests.conftest import codes_of
from tests.survey.web.parsed import Parsed


@dataclass(frozen=True)
class Rater:
    """Somebody with a code and a browser."""

    client: FlaskClient
    code: str
    scopes: tuple[str, ...]

    def post(self, step: str, language: str = "en", **given: str) -> TestResponse:
        data = {"code": self.code, "scope": self.scopes[0]} | given
        return self.client.post(f"/{language}/{step}", data=data)

    def page(self, step: str, language: str = "en", **given: str) -> Parsed:
        return Parsed(self.post(step, language, **given).text)


def rater_of(app: Flask, shop: Workshop, cycle_id: int) -> Rater:
    code = codes_of(shop, cycle_id)[0]
    client = app.test_client(use_cookies=False)
    page = Parsed(client.post("/en/start", data={"code": code}).text)
    scopes = [b.get("value") or "" for b in page.all("button", name="scope")]
    return Rater(client, code, tuple(dict.fromkeys(scopes)))


def n_answers(shop: Workshop) -> int:
    with shop.sessions() as session:
        return session.scalar(select(func.count()).select_from(SealedAnswer)) or 0


def checked(page: Parsed) -> dict[str, str]:
    inputs = page.all("input", type="radio")
    return {e.get("name"): e.get("value") for e in inputs if "checked" in e.attributes}


def everything(shop: Workshop) -> list[list[tuple[object, ...]]]:
    """Return every row of the database."""
    with shop.engine.connect() as connection:
        return [
            [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
            for name in Base.metadata.tables
        ]
