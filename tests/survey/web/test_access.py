"""Who gets in: every address with every role, the cookie, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from survey.app import create_app
from survey.config import Settings
from survey.roles import Role
from survey.web.access import is_local
from survey.web.headers import SIGNED_IN
from survey.worker import Workshop
from tests.conftest import MakeCycle
from tests.survey.web.office import PASSWORD, Desk, Office, open_office, token_of

ANONYMOUS, ANY_ROLE = "anonymous", frozenset(Role)
MAY_AGREE = {Role.HR, Role.ADMIN, Role.REPRESENTATIVE}
FOR_RATERS = ("entry.", "credential.", "answer.", "opt_out.")
PUBLIC = {
    "static",
    "leader.report_styles",
    "health.alive",
    "health.ready",
    "account.sign_in",
    "account.keep_sign_in",
    "account.ask_for_link",
    "account.send_link",
    "account.new_password",
    "account.keep_password",
    "account.ask_for_code",
    "account.take_code",
    "sign_in_link.ask",
    "sign_in_link.send",
    "sign_in_link.show",
    "sign_in_link.use",
}
ROLES_OF = {
    "account": ANY_ROLE,
    "own": ANY_ROLE,
    "sign_in_link": ANY_ROLE,
    "audit": {Role.HR, Role.REPRESENTATIVE},
    "representative": {Role.REPRESENTATIVE},
    "hr": {Role.HR},
    "people": {Role.HR},
    "steps": {Role.HR},
    "persons": {Role.HR},
    "jobs": {Role.HR, Role.ADMIN},
    "drafts": {Role.HR},
    "preview": {Role.HR},
    "shared": {Role.HR, Role.ORGANISATION_READER},
    "paper": {Role.HR},
    "leader": {Role.LEADER},
    "admin": {Role.ADMIN},
    "peers": {Role.HR, Role.LEADER},
    "peers.show_leaders": {Role.HR},
    "peers.ask_leaders": {Role.HR},
    "peers.approve_all": {Role.HR},
    "reissue": MAY_AGREE,
    "reissue.choose": {Role.HR},
    "reissue.ask": {Role.HR},
}
"""By blueprint, or by view where a blueprint serves several roles."""
ARGUMENTS = {
    "account_id": 1,
    "cycle_id": 1,
    "leader_id": 1,
    "person_id": 1,
    "job_id": 1,
    "mail_id": 1,
    "token": "unknown",
    "name": "app.css",
    "request_id": UUID(int=1),
    "language": "en",
    "shown": "en",
    "_step": "start",
}


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


def _office_rules(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in PUBLIC and not rule.endpoint.startswith(FOR_RATERS):
            yield rule


def _roles_of(rule: Rule) -> Collection[Role]:
    part = rule.endpoint.partition(".")[0]
    return ROLES_OF.get(rule.endpoint) or ROLES_OF[part]


def _path(app: Flask, rule: Rule) -> str:
    with app.test_request_context():
        values = {name: ARGUMENTS[name] for name in rule.arguments}
        return app.url_for(rule.endpoint, **values)


def _status(desk: Desk, method: str, path: str) -> tuple[int, str]:
    answer = desk.client.open(path, method=method)
    return answer.status_code, answer.headers.get("Location", "")


def test_every_address_turns_a_stranger_away(office: Office) -> None:
    for rule in _office_rules(office.app):
        path = _path(office.app, rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            status, target = _status(office.anonymous, method, path)
            assert status == 302, path
            way_back = {"next": path} if method == "GET" else {}
            assert target == office.sign_in_address(**way_back), path


@pytest.mark.parametrize("role", Role)
def test_every_address_knows_its_roles(
    office: Office, open_cycle: MakeCycle, role: Role
) -> None:
    open_cycle(sizes={"Lan": 5})
    desk = office.desk(role)
    for rule in _office_rules(office.app):
        path = _path(office.app, rule)
        may = role in _roles_of(rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            status, _ = _status(desk, method, path)
            assert (status != 403) == may, (method, path, status)


def test_every_form_is_refused_without_its_token(
    office: Office, open_cycle: MakeCycle
) -> None:
    open_cycle(sizes={"Lan": 5})
    desks = {role: office.desk(role) for role in Role}
    posts = [r for r in office.app.url_map.iter_rules() if "POST" in r.methods]
    for rule in posts:
        if rule.endpoint.startswith(FOR_RATERS):
            continue
        desk = desks[min(_roles_of(rule))]
        assert _status(desk, "POST", _path(office.app, rule))[0] == 400, rule


def test_every_page_behind_a_sign_in_sends_the_referrer_that_its_forms_need(
    app: Flask,
) -> None:
    parts = {rule.endpoint.partition(".")[0] for rule in _office_rules(app)}
    assert parts <= SIGNED_IN | {"outbox"}


def test_an_address_without_declared_access_does_not_exist(app: Flask) -> None:
    app.add_url_rule("/forgotten-decorator", view_func=lambda: "secret")
    answer = app.test_client().get("/forgotten-decorator")
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_after_signing_in_one_is_where_one_wanted_to_be(office: Office) -> None:
    office.account(Role.HR, "hr@example.org")
    desk = office.anonymous
    ask = desk.get("/hr/people?from=mail").headers["Location"]
    page = desk.page(ask)
    answer = desk.client.post(
        ask,
        data={
            "csrf_token": token_of(page),
            "next": page.one("input", name="next").get("value"),
            "email": "hr@example.org",
            "password": PASSWORD,
        },
    )
    assert answer.headers["Location"] == "/hr/people?from=mail"


ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "hr/",
    "",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_way_back_never_leads_elsewhere(office: Office, target: str) -> None:
    assert not is_local(target)
    office.account(Role.HR, "hr@example.org")
    answer = office.anonymous.post(
        "/account/sign-in", email="hr@example.org", password=PASSWORD, next=target
    )
    assert answer.headers["Location"] == "/account/"


def _cookie(answer_headers: list[str], name: str) -> str:
    (found,) = [h for h in answer_headers if h.startswith(f"{name}=")]
    return found


def test_the_cookie_is_for_this_site_and_no_script(office: Office) -> None:
    office.account(Role.HR, "hr@example.org")
    answer = office.anonymous.post(
        "/account/sign-in", email="hr@example.org", password=PASSWORD
    )
    cookie = _cookie(answer.headers.getlist("Set-Cookie"), "hansei")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Expires" not in cookie


def test_over_https_the_cookie_is_bound_to_this_host(
    settings: Settings, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(replace(settings, base_url="https://survey.example.org"))
    office = open_office(app, shop, monkeypatch)
    office.account(Role.HR, "hr@example.org")
    client = app.test_client()
    page = client.get("/account/sign-in", base_url="https://survey.example.org")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post(
        "/account/sign-in",
        base_url="https://survey.example.org",
        headers={"Referer": "https://survey.example.org/account/sign-in"},
        data={"csrf_token": token, "email": "hr@example.org", "password": PASSWORD},
    )
    cookie = _cookie(answer.headers.getlist("Set-Cookie"), "__Host-hansei")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    app.extensions["engine"].dispose()


READER = "organisation_reader@example.org"


def _token(desk: Desk) -> str:
    cookie = desk.client.get_cookie("hansei")
    return cookie.value if cookie else ""


def _opens(office: Office, token: str) -> bool:
    desk = office.anonymous
    desk.client.set_cookie("hansei", token)
    return desk.get("/account/").status_code == 200


def test_signing_in_again_gives_a_new_token_and_ends_the_old_one(
    office: Office,
) -> None:
    desk = office.desk(Role.ORGANISATION_READER)
    old = _token(desk)
    desk.post("/account/sign-in", email=READER, password=PASSWORD)
    assert _token(desk) != old
    assert not _opens(office, old)
    assert _opens(office, _token(desk))


def test_forms_given_before_signing_in_are_void_afterwards(office: Office) -> None:
    desk = office.desk(Role.ORGANISATION_READER)
    token = desk.token()
    desk.post("/account/sign-in", email=READER, password=PASSWORD)
    stale = {"csrf_token": token, "language": "vi"}
    assert desk.client.post("/account/language", data=stale).status_code == 400
    assert desk.post("/account/language", language="vi").status_code == 303


def test_signing_out_ends_it_on_the_server_too(office: Office) -> None:
    desk = office.desk(Role.ORGANISATION_READER)
    token = _token(desk)
    assert _opens(office, token)
    assert desk.post("/account/sign-out").status_code == 303
    assert _token(desk) == ""
    assert not _opens(office, token)


def test_an_idle_sign_in_ends_after_half_an_hour(office: Office) -> None:
    desk = office.desk(Role.HR)
    office.now += timedelta(minutes=31)
    assert desk.get("/hr/people").status_code == 302


def test_who_keeps_working_stays_signed_in_for_twelve_hours(office: Office) -> None:
    desk = office.desk(Role.HR)
    begun = office.now
    while office.now < begun + timedelta(hours=11, minutes=40):
        office.now += timedelta(minutes=20)
        assert desk.get("/hr/people").status_code == 200
    office.now = begun + timedelta(hours=12)
    assert desk.get("/hr/people").status_code == 302


def test_pages_behind_a_sign_in_are_not_kept_and_send_no_referrer_elsewhere(
    office: Office,
) -> None:
    headers = office.desk(Role.HR).get("/hr/people").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "script-src" not in headers["Content-Security-Policy"]


def test_a_page_for_raters_neither_reads_nor_sets_a_cookie(office: Office) -> None:
    desk = office.desk(Role.HR)
    for path in ("/en/", "/vi/", "/no-such-page"):
        answer = desk.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "Hr" not in answer.text.split()
