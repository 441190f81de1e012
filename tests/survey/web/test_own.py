"""One's own account, the log, and what the representative sees."""

from __future__ import annotations

from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle
from survey.models.mail import Mail
from survey.roles import Role
from survey.services import release
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle, answer_all
from tests.survey.web.office import PASSWORD, Desk, Office, open_office

POINTS = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
OWN = "/account/own/"


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


def set_up(desk: Desk) -> tuple[pyotp.TOTP, list[str]]:
    """Set a second step up by the pages; return the app and the recovery codes."""
    desk.post(f"{OWN}second-factor")
    page = desk.page(f"{OWN}second-factor/new")
    assert page.all("svg")
    (secret,) = [e.text for e in page.all("p") if e.get("class") == "code"]
    app = pyotp.TOTP(secret.replace(" ", ""))
    assert "Error" in desk.post(f"{OWN}second-factor/new", code="000000").text
    shown = desk.post(f"{OWN}second-factor/new", code=app.at(NOON))
    return app, [
        code for code in shown.text.replace("<", " ").split() if code.count("-") == 2
    ]


def sign_in(office: Office, email: str) -> Desk:
    desk = Desk(office.app.test_client())
    answer = desk.post("/account/sign-in", email=email, password=PASSWORD)
    assert answer.headers["Location"].startswith("/account/code")
    return desk


def test_a_second_step_is_set_up_asked_for_and_replaced_by_a_recovery_code(
    office: Office,
) -> None:
    app, _ = set_up(office.desk(Role.ADMIN))
    again = sign_in(office, "admin@example.org")
    assert again.get("/admin/").status_code == 302
    assert again.post("/account/code", code="123456").status_code >= 400
    assert again.get("/admin/").status_code == 302
    office.now = NOON + DAY / 24
    again = sign_in(office, "admin@example.org")
    assert again.post("/account/code", code=app.at(office.now)).status_code == 303
    assert again.get("/admin/").status_code == 200


@pytest.mark.parametrize(("role", "must"), [(Role.HR, True), (Role.LEADER, False)])
def test_where_it_is_required_nothing_else_opens_before(
    office: Office, role: Role, must: bool
) -> None:
    settings = office.app.extensions["settings"]
    office.app.extensions["settings"] = replace(settings, second_factor_required=True)
    desk, home = office.desk(role), {Role.HR: "/hr/organisation"}.get(role, "/leader/")
    assert (desk.get(home).status_code == 302) == must
    if must:
        set_up(desk)
        assert desk.get(home).status_code == 200
        assert desk.post(f"{OWN}second-factor/off", code="1").status_code == 403


def test_a_new_password_ends_every_other_sign_in(office: Office) -> None:
    here = office.desk(Role.HR)
    there = Desk(office.app.test_client())
    there.post("/account/sign-in", email="hr@example.org", password=PASSWORD)
    assert there.get("/hr/organisation").status_code == 200
    wrong = here.post(f"{OWN}password", present="wrong", password="another long one")
    assert wrong.status_code >= 400
    assert there.get("/hr/organisation").status_code == 200
    here.post(f"{OWN}password", present=PASSWORD, password="another long one")
    assert there.get("/hr/organisation").status_code == 302
    assert here.get("/hr/organisation").status_code == 200


def test_one_sign_in_is_ended_and_never_that_of_somebody_else(office: Office) -> None:
    here, other = office.desk(Role.HR), office.desk(Role.ADMIN)
    there = Desk(office.app.test_client())
    there.post("/account/sign-in", email="hr@example.org", password=PASSWORD)
    keys = [e.get("value") for e in here.page(OWN).all("button", name="key")]
    (key,) = [key for key in keys if key != "others"]
    other.post(f"{OWN}sign-ins/end", key=key)
    assert there.get("/hr/organisation").status_code == 200
    here.post(f"{OWN}sign-ins/end", key=key)
    assert there.get("/hr/organisation").status_code == 302
    assert here.get("/hr/organisation").status_code == 200


def test_asking_for_a_link_says_the_same_to_everybody(office: Office) -> None:
    office.account(Role.LEADER, "lan@example.org")
    told = {
        office.anonymous.post("/account/link/", email=email).text
        for email in ("lan@example.org", "nobody@example.org")
    }
    assert len(told) == 1


def test_the_log_is_read_checked_and_found_broken(
    office: Office, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(office.shop, cycle_id, POINTS)
    for role in (Role.HR, Role.REPRESENTATIVE):
        desk = office.desk(role)
        log = desk.page(f"/audit/?cycle={cycle_id}").one("main").text
        assert "Form opened" in log
        assert "Signed in" not in log
        assert "Signed in" in desk.page("/audit/").one("main").text
        assert "The chain is whole" in desk.page("/audit/check").one("main").text
    with office.shop.sessions.begin() as session:
        session.execute(
            update(AuditEvent).where(AuditEvent.id == 2).values(act="closed")
        )
    assert "The chain is broken" in desk.page("/audit/check").one("main").text


def test_the_representative_sees_what_to_post_and_what_was_promised(
    office: Office, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with office.shop.sessions() as session:
        check_code = session.get_one(Cycle, cycle_id).fingerprint[:20]
    seen = office.desk(Role.REPRESENTATIVE).page(f"/representative/cycles/{cycle_id}")
    told = "".join(seen.one("main").text.split())
    assert check_code in told
    assert "Nobodycanreadthemwhilethesurveyisopen." in told


def test_the_head_of_the_log_is_mailed_at_launch_closing_and_release(
    office: Office, open_cycle: MakeCycle
) -> None:
    office.account(Role.REPRESENTATIVE, "bao@example.org")
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(office.shop, cycle_id, POINTS)
    closed = NOON + 7 * DAY
    run_due(office.shop, now=closed)
    with office.shop.sessions.begin() as session:
        release.release_cycle(session, office.shop.vault, cycle_id, now=closed)
    run_due(office.shop, now=closed)
    with office.shop.sessions() as session:
        kinds = session.scalars(
            select(Mail.kind).where(Mail.kind.startswith("head")).order_by(Mail.id)
        ).all()
    assert [kind.partition(".")[0] for kind in kinds] == [
        "head_launched",
        "head_closed",
        "head_released",
    ]
    letters = list(office.shop.mailer._folder.glob("head*.eml"))
    assert len(letters) == 3
