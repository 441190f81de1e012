"""The form of a new cycle: what it proposes and how it reads times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from survey.forms.cycle import AbandonForm
from survey.forms.draft import CycleForm, proposed_dates

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLAN = {
    "name": "Autumn",
    "instruments": "ll-35 1",
    "form": "full",
    "opens_at": "2026-12-01T08:00",
    "closes_at": "2026-12-14T18:00",
    "k": "5",
    "languages": "vi",
    "representative": "Bảo Vũ",
    "contact": "Mai, 101",
}


def _app() -> Flask:
    app = Flask(__name__)
    app.config["WTF_CSRF_ENABLED"] = False
    Babel(app)
    return app


@pytest.fixture(autouse=True)
def request_of_somebody() -> Iterator[None]:
    with _app().test_request_context():
        yield


def _form(**changes: str) -> CycleForm:
    given = MultiDict(PLAN | changes)
    return CycleForm({"ll-35 1": "Lean leadership"}, formdata=given)


def test_it_proposes_next_monday_morning_where_the_organisation_is() -> None:
    sunday_there = datetime(2026, 11, 29, 18, tzinfo=UTC)  # Monday 01:00 in Vietnam
    proposed = proposed_dates(sunday_there, "Asia/Ho_Chi_Minh")
    assert proposed["opens_at"] == datetime(2026, 12, 7, 8)  # noqa: DTZ001
    assert proposed_dates(TUESDAY, "UTC")["opens_at"].day == 30


def test_it_proposes_two_weeks() -> None:
    proposed = proposed_dates(TUESDAY, "Europe/Berlin")
    assert (proposed["closes_at"] - proposed["opens_at"]).days == 14


@pytest.mark.parametrize(
    ("zone", "utc"),
    [("Asia/Ho_Chi_Minh", "01:00"), ("UTC", "08:00"), ("America/Lima", "13:00")],
)
def test_what_is_typed_is_meant_in_the_time_zone_of_the_organisation(
    zone: str, utc: str
) -> None:
    form = _form()
    assert form.validate(), form.errors
    moment = form.moment(form.opens_at, zone).astimezone(UTC)
    assert moment.isoformat() == f"2026-12-01T{utc}:00+00:00"


@pytest.mark.parametrize("typed", ["2026-12-01 08:00", "2026-12-01T08:00:00"])
def test_browsers_without_a_date_picker_may_type_it(typed: str) -> None:
    assert _form(opens_at=typed).validate()


@pytest.mark.parametrize(("k", "is_right"), [("3", 1), ("12", 1), ("2", 0), ("13", 0)])
def test_k_stays_between_three_and_twelve(k: str, is_right: int) -> None:
    assert _form(k=k).validate() == bool(is_right)


@pytest.mark.parametrize(
    ("typed", "is_right"), [("Autumn", 1), ("  AUTUMN ", 1), ("Autum", 0), ("", 0)]
)
def test_abandoning_asks_for_the_name(typed: str, is_right: int) -> None:
    with _app().test_request_context(method="POST", data={"name": typed}):
        assert AbandonForm("Autumn").validate() == bool(is_right)
