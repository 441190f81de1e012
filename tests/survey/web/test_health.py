"""What load balancers and watches ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from survey.jobs import enqueue
from survey.models.job import JobKind
from survey.worker import Workshop
from tests.conftest import NOON
from tests.survey.web.office import Office, open_office


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


def _ask(office: Office, path: str) -> tuple[int, str]:
    answer = office.app.test_client().get(path)
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.text


def test_a_new_installation_is_ready(office: Office) -> None:
    assert _ask(office, "/readyz") == (200, "ready\n")


def test_work_that_nobody_does_makes_it_unready(office: Office) -> None:
    with office.shop.sessions.begin() as session:
        enqueue(session, JobKind.SEND_MAIL, 1, due_at=NOON)
    office.now = NOON + timedelta(minutes=14)
    assert _ask(office, "/readyz")[0] == 200
    office.now = NOON + timedelta(minutes=20)
    assert _ask(office, "/readyz") == (
        503,
        "a job has been due for 20 minutes: does a worker run?\n",
    )


def test_work_of_tomorrow_is_no_reason(office: Office) -> None:
    with office.shop.sessions.begin() as session:
        enqueue(session, JobKind.SEND_MAIL, 1, due_at=NOON + timedelta(days=1))
    assert _ask(office, "/readyz")[0] == 200


def test_an_old_schema_is_named(office: Office) -> None:
    with office.shop.engine.begin() as connection:
        (kept,) = connection.execute(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'old'"))
    try:
        status, said = _ask(office, "/readyz")
        assert status == 503
        assert "hansei db upgrade" in said
    finally:
        with office.shop.engine.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :kept"),
                {"kept": kept[0]},
            )


def test_without_a_database_it_is_alive_and_not_ready(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_engine: object) -> bool:
        raise ConnectionError("refused by 10.0.0.7")

    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("survey.web.health.is_at_head", fail)
    assert _ask(office, "/healthz") == (200, "alive\n")
    assert _ask(office, "/readyz") == (503, "the database does not answer\n")
