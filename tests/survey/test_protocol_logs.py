"""A whole visit over a real server, every logger at DEBUG: what do the logs tell?"""

from __future__ import annotations

import json
import logging
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from hashlib import sha256
from http.client import HTTPConnection
from io import StringIO
from urllib.parse import urlencode

import pytest
from flask import Flask
from waitress.server import create_server

from survey import logs
from survey.app import create_app
from survey.config import Settings
from survey.worker import Workshop
from tests.conftest import NOON, MakeCycle
from tests.survey.test_protocol import Sender, an_answer, one_of, rows_of

CANARY = "Chim hoàng yến hót"
ADDRESS, FORWARDED = "127.0.0.77", "203.0.113.7"
AGENT = "Canary/7.0 (of one person)"
SILENT = ("/a/", "/p/", "/en/", "at=answer.", "at=credential.", "at=entry.")


@pytest.fixture
def app(
    settings: Settings, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """Give the application behind a proxy that forwards addresses."""
    for view in ("entry", "visit", "credential", "answer"):
        monkeypatch.setattr(f"survey.web.{view}.utcnow", lambda: NOON)
    app = create_app(replace(settings, trusted_proxies=1))
    yield app
    app.extensions["engine"].dispose()


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve as `hansei serve` does; give the port."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.effective_port
    finally:
        while server.active_channels:
            time.sleep(0.01)
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(10)


@contextmanager
def every_logger_at_debug() -> Iterator[StringIO]:
    """Collect what every logger says that is there now or comes later, and prints."""
    told = StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, [*root.manager.loggerDict, "waitress"])]
    before = [(logger, logger.level) for logger in loggers]
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        with redirect_stderr(told), redirect_stdout(told):
            logs.set_up(json=False)
            yield told
    finally:
        root.removeHandler(handler)
        for logger, level in before:
            logger.setLevel(level)


def ask(
    port: int, path: str, body: bytes | None = None, kind: str = "text/plain"
) -> tuple[int, bytes]:
    """Ask from an address of our own, as through a proxy."""
    link = HTTPConnection("127.0.0.1", port, source_address=(ADDRESS, 0), timeout=20)
    headers = {"X-Forwarded-For": FORWARDED, "User-Agent": AGENT, "Content-Type": kind}
    method = "GET" if body is None else "POST"
    link.request(method, path, body, headers | {"Connection": "close"})
    answer = link.getresponse()
    found = answer.status, answer.read()
    link.close()
    return found


FORM, STREAM = "application/x-www-form-urlencoded", "application/octet-stream"


def visit(port: int, sender: Sender) -> bytes:
    """Walk the whole way of a browser, with retries and refusals; return the body."""
    given = {"code": sender.code, "scope": str(sender.scope), "first": "1"}
    page = urlencode(given).encode()
    for step in ("start", "seal"):
        assert ask(port, f"/en/{step}", page, FORM)[0] == 200
    (_, signed), again, other = (
        ask(port, "/p/issue", request_of(device), "application/json")
        for device in (sender, sender, sender.on_device(2))
    )
    assert (again, other[0]) == ((200, signed), 409)
    comment = {"question": "Q1", "text": CANARY, "word_for_word": True}
    body = sender.body(sender.unblind(signed), an_answer(comments=[comment]))
    forged = body[:105] + bytes(256) + body[361:]
    statuses = [
        ask(port, "/a/submit", sent, STREAM)[0]
        for sent in (body, body, body[:-1], forged)
    ]
    assert statuses == [200, 200, 400, 403]
    assert ask(port, "/en/sent", page, FORM)[0] == 200
    return body


def request_of(sender: Sender) -> bytes:
    wanted = {"invite": sender.code, "scope": sender.scope.hex}
    wanted["blinded"] = b64encode(sender.blinded).decode()
    return json.dumps(wanted).encode()


def written_as(secret: bytes) -> set[str]:
    """Return the ways in which bytes get into a log."""
    ways = {secret.hex(), secret.hex().upper(), b64encode(secret).decode()}
    return ways | {repr(secret)[2:-1], secret.decode("latin-1")}


def secrets_of(sender: Sender, body: bytes) -> set[str]:
    """Return what must not stand in any log, in every way of writing it."""
    spent = sha256(sender.prepared).digest()
    secrets = [sender.prepared, spent, sender.blinded, body[105:361], body[361:400]]
    coded = {way for secret in secrets for way in written_as(secret)}
    names = {sender.code, sender.code.replace("-", ""), str(sender.scope)}
    return {CANARY, ADDRESS, FORWARDED, AGENT, *names, *coded}


def found_in(said: str, needles: set[str]) -> list[str]:
    """Return the lines in which something stands that must not."""
    return [line for line in said.splitlines() if any(n in line for n in needles)]


def test_no_logger_tells_who_answered_when_or_what(
    app: Flask, shop: Workshop, open_cycle: MakeCycle
) -> None:
    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    with every_logger_at_debug() as told, served(app) as port:
        body = visit(port, sender)
        ask(port, "/healthz")
    assert len(rows_of(shop)) == 1
    said = told.getvalue()
    for heard in ("at=health.alive", "sqlalchemy.engine.Engine", "sealed_answer"):
        assert heard in said  # the ears are open
    assert found_in(said, {*secrets_of(sender, body), *SILENT}) == []


def test_a_fault_on_the_way_of_an_answer_is_logged_without_the_answer(
    app: Flask, shop: Workshop, open_cycle: MakeCycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **named: object) -> None:
        raise RuntimeError("the disk is full")

    sender = one_of(shop, open_cycle(sizes={"Lan": 1}))
    body = sender.body(sender.issue())
    monkeypatch.setattr("survey.web.answer.keep_sealed_answer", fail)
    monkeypatch.setattr("survey.services.issuing.sign", fail)
    with every_logger_at_debug() as told, served(app) as port:
        assert ask(port, "/a/submit", body, STREAM)[0] == 500
        assert ask(port, "/p/issue", request_of(sender), "application/json")[0] == 500
    assert told.getvalue().count("RuntimeError: the disk is full") == 2
    assert found_in(told.getvalue(), secrets_of(sender, body)) == []
