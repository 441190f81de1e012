"""`/p/issue` and `/p/directory` over HTTP, as the client in the browser calls them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.config import Settings
from survey.credentials.fingerprint import SHOWN, Directory
from survey.models.cycle import Cycle, Scope
from survey.rate_limits import CODES_OF_ONE_BEGINNING
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle
from tests.survey.test_protocol import Sender, flags_of, one_of, senders_of
from tests.survey.web.parsed import Parsed
from tests.survey.web.raters import everything

CLOSED = NOON + 7 * DAY
VIEWS = ("entry", "visit", "credential", "answer")


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Let every page of people who answer read this time."""
    for view in VIEWS:
        monkeypatch.setattr(f"survey.web.{view}.utcnow", lambda: now)


@pytest.fixture
def client(
    settings: Settings, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    """Give a browser at noon on the opening day; it would keep a cookie."""
    set_clock(monkeypatch, NOON)
    app = create_app(settings)
    yield app.test_client()
    app.extensions["engine"].dispose()


@pytest.fixture
def sender(shop: Workshop, open_cycle: MakeCycle) -> Sender:
    """Give the one member of a team."""
    return one_of(shop, open_cycle(sizes={"Lan": 1}))


def coded(blinded: bytes) -> str:
    return b64encode(blinded).decode()


def request_of(sender: Sender, **changes: object) -> dict[str, object]:
    """Return what the client posts to get a credential."""
    whole = {"invite": sender.code, "scope": sender.scope.hex}
    return whole | {"blinded": coded(sender.blinded)} | changes


def ask(client: FlaskClient, sender: Sender, **changes: object) -> TestResponse:
    return client.post("/p/issue", json=request_of(sender, **changes))


def test_a_device_gets_its_signature_and_the_same_one_again(
    client: FlaskClient, sender: Sender
) -> None:
    first, again = ask(client, sender), ask(client, sender)
    assert (first.status_code, len(first.data)) == (200, 256)
    assert again.data == first.data
    assert sender.unblind(first.data)


def test_another_device_is_told_that_the_code_was_used(
    client: FlaskClient, sender: Sender
) -> None:
    ask(client, sender)
    refused = ask(client, sender.on_device(2))
    assert refused.status_code == 409
    assert "already been used" in refused.text


def test_code_and_scope_may_be_written_as_people_and_machines_write_them(
    client: FlaskClient, sender: Sender
) -> None:
    for typed in (sender.code.lower(), sender.code.replace("-", " ")):
        given = {"invite": typed, "scope": str(sender.scope)}
        assert ask(client, sender, **given).status_code == 200


MALFORMED: list[dict[str, object]] = [
    *({"blinded": coded(bytes(size))} for size in (0, 1, 255, 257, 4096)),
    {"blinded": coded(b"\xff" * 256)},
    *({"blinded": wrong} for wrong in ("=" * 344, "*" * 344, "ế", None, ["AA=="])),
    *({"scope": wrong} for wrong in ("", "nonsense", 7)),
    *({"invite": wrong} for wrong in (None, {"a": 1})),
]


def test_what_is_no_blinded_message_is_refused_and_spends_nothing(
    client: FlaskClient, sender: Sender
) -> None:
    got = {str(c)[:60]: ask(client, sender, **c).status_code for c in MALFORMED}
    assert {what: status for what, status in got.items() if status != 400} == {}
    assert flags_of(sender.shop) == []
    assert ask(client, sender).status_code == 200


BODIES = (b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"[" * 100_000)


def test_what_is_no_json_object_is_refused(client: FlaskClient) -> None:
    for address, body in product(("/p/issue", "/p/directory"), BODIES):
        answer = client.post(address, data=body, content_type="application/json")
        assert (body[:9], answer.status_code) == (body[:9], 400)


def test_a_form_of_another_site_collects_nothing(
    client: FlaskClient, sender: Sender
) -> None:
    """A page elsewhere may post text or fields without asking us, but not JSON."""
    given = request_of(sender)
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = client.post("/p/issue", data=json.dumps(given), content_type=kind)
        assert answer.status_code == 400
    assert client.post("/p/issue", data=given).status_code == 400
    assert flags_of(sender.shop) == []


def test_an_unknown_code_and_a_foreign_leader_are_not_found(
    client: FlaskClient, sender: Sender
) -> None:
    assert ask(client, sender, invite="0" * 12).status_code == 404
    assert ask(client, sender, scope=uuid4().hex).status_code == 404
    assert flags_of(sender.shop) == []


def test_nothing_is_signed_before_the_opening_day_or_after_the_closing_date(
    client: FlaskClient, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, CLOSED)
    assert ask(client, sender).status_code == 410
    with sender.shop.sessions.begin() as session:
        session.scalars(select(Cycle)).one().state = "launched"
    set_clock(monkeypatch, NOON - timedelta(minutes=1))
    early = ask(client, sender)
    assert (early.status_code, "opens on 2026-11-24" in early.text) == (403, True)
    assert flags_of(sender.shop) == []


def test_once_closed_a_code_is_as_unknown_as_any_other(
    client: FlaskClient, sender: Sender
) -> None:
    run_due(sender.shop, now=CLOSED)
    told = {ask(client, sender, invite=c).text for c in (sender.code, "0" * 12)}
    assert ask(client, sender).status_code == 404
    assert len(told) == 1


def test_a_lost_sign_key_is_our_fault_and_tells_nothing_about_the_machine(
    client: FlaskClient, sender: Sender
) -> None:
    (file,) = sender.shop.vault.folder.glob(f"*/{sender.scope}.sign.pem")
    away = file.rename(file.parent / "away")
    lost = ask(client, sender)
    assert lost.status_code == 500
    assert str(sender.shop.vault.folder) not in lost.text
    away.rename(file)
    assert sender.unblind(ask(client, sender).data)


def test_every_request_for_a_credential_has_one_size(
    client: FlaskClient, shop: Workshop, open_cycle: MakeCycle
) -> None:
    people = senders_of(shop, open_cycle(sizes={"Lan": 2, "Minh": 2}))
    devices = [sender.on_device(n) for n, sender in enumerate(people)]
    assert len({len(json.dumps(request_of(sender))) for sender in devices}) == 1
    answers = [ask(client, sender) for sender in devices]
    assert {len(answer.data) for answer in answers} == {256}
    assert len({str(answer.headers) for answer in answers}) == 1


def test_no_answer_sets_a_cookie_or_may_be_kept(
    client: FlaskClient, sender: Sender
) -> None:
    client.set_cookie("hansei", "somebody")
    answers = [
        ask(client, sender),
        ask(client, sender.on_device(2)),
        ask(client, sender, invite=""),
        client.post("/p/directory", json={"invite": sender.code}),
    ]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_guessing_codes_is_slowed_down_at_both_addresses(
    client: FlaskClient, sender: Sender
) -> None:
    for address in ("/p/issue", "/p/directory"):
        tries = CODES_OF_ONE_BEGINNING.amount + 1
        guess = request_of(sender, invite=f"{address[3:5]}00 0000 0000")
        answers = [client.post(address, json=guess) for _ in range(tries)]
        assert {a.status_code for a in answers[:-1]} == {404}
        assert answers[-1].status_code == 429


def directory_of(client: FlaskClient, sender: Sender) -> list[str]:
    answer = client.post("/p/directory", json={"invite": sender.code})
    assert answer.status_code == 200
    return answer.text.splitlines()


def test_page_and_directory_lead_to_the_fingerprint_that_people_compare(
    client: FlaskClient, shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 1, "Minh": 1, "An": 1})
    sender = one_of(shop, cycle_id)
    directory = Directory.of(cycle_id, directory_of(client, sender))
    fingerprint = fingerprint_of(shop, cycle_id)
    assert (len(directory.lines), directory.fingerprint) == (3, fingerprint)
    given = {"code": sender.code, "scope": str(sender.scope)}
    page = Parsed(client.post("/en/seal", data=given).text).one("form", id="answers")
    line = next(kept for kept in directory.lines if kept.startswith(sender.scope.hex))
    assert page.get("data-line") == line
    assert tuple(page.get("data-path").split()) == directory.path(line)
    assert page.get("data-fingerprint") == fingerprint
    start = client.post("/en/start", data={"code": sender.code})
    assert fingerprint[:SHOWN] in start.text


def fingerprint_of(shop: Workshop, cycle_id: int) -> str:
    with shop.sessions() as session:
        return session.get_one(Cycle, cycle_id).fingerprint


def test_a_key_changed_after_launch_no_longer_leads_to_the_fingerprint(
    client: FlaskClient, sender: Sender
) -> None:
    with sender.shop.sessions.begin() as session:
        scope = session.get_one(Scope, sender.scope)
        scope.box_key = scope.box_key[:-1] + bytes([scope.box_key[-1] ^ 1])
        cycle_id = scope.cycle_id
    lines = directory_of(client, sender)
    fingerprint = fingerprint_of(sender.shop, cycle_id)
    assert Directory.of(cycle_id, lines).fingerprint != fingerprint


def test_opening_pages_and_directory_changes_no_row(
    client: FlaskClient, sender: Sender
) -> None:
    before = everything(sender.shop)
    directory_of(client, sender)
    ask(client, sender, blinded=7)
    assert everything(sender.shop) == before
