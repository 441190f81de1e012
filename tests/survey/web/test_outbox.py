"""Mails of the demo as pages, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from survey.app import create_app
from survey.config import Settings
from survey.worker import Workshop
from tests.conftest import MakeCycle
from tests.survey.web.parsed import Parsed


@pytest.fixture
def demo(settings: Settings, shop: Workshop) -> Iterator[Flask]:
    app = create_app(replace(settings, is_demo=True))
    yield app
    app.extensions["engine"].dispose()


def test_outside_the_demo_there_is_no_outbox(app: Flask) -> None:
    assert app.test_client().get("/outbox/").status_code == 404
    assert "@songhong" not in app.test_client().get("/account/sign-in").text


def test_every_mail_can_be_read_as_plain_text(
    demo: Flask, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 3})
    client = demo.test_client(use_cookies=False)
    page = Parsed(client.get("/outbox/").text)
    assert "Nothing was sent to anybody." in page.one("main").text
    links = [a.get("href") for a in page.all("a") if a.is_inside(page.one("main"))]
    assert len(links) == 4
    mail = Parsed(client.get(links[0]).text)
    assert "Nothing was sent to anybody." in mail.one("main").text
    assert "http://127.0.0.1:8000/" in mail.one("div", **{"class": "mail"}).text


@pytest.mark.parametrize("name", ["nothing.eml", "..%2Fsecret", "../secret"])
def test_only_mails_of_the_folder_are_shown(
    demo: Flask, settings: Settings, name: str
) -> None:
    (settings.instance / "secret").write_text("a secret")
    answer = demo.test_client().get(f"/outbox/{name}")
    assert answer.status_code == 404
    assert "a secret" not in answer.text


def test_the_sign_in_page_of_the_demo_says_whom_to_sign_in_as(demo: Flask) -> None:
    assert "hr@songhong.example" in demo.test_client().get("/account/sign-in").text
