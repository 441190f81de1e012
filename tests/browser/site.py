"""A real server on a free port of this machine, over HTTP or HTTPS."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from survey.app import create_app
from survey.config import Settings
from survey.schema import upgrade
from survey.worker import Workshop

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Certificate:
    """Files by which the server proves its name."""

    chain: Path
    key: Path


@dataclass(frozen=True)
class Site:
    """Where the pages are, and what is behind them."""

    url: str
    app: Flask

    @property
    def shop(self) -> Workshop:
        return self.app.extensions["workshop"]

    @property
    def outbox(self) -> Path:
        return self.app.extensions["settings"].outbox


class _Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        del type, message, args


@contextmanager
def serve(
    folder: Path, certificate: Certificate | None = None, smtp_url: str = ""
) -> Iterator[Site]:
    """Serve an empty installation in ``folder`` until the block ends."""
    port = _free_port()
    url = f"https://localhost:{port}" if certificate else f"http://127.0.0.1:{port}"
    app = create_app(_settings(folder, url, smtp_url))
    engine = app.extensions["engine"]
    upgrade(engine)
    tls = (str(certificate.chain), str(certificate.key)) if certificate else None
    server = make_server(
        "127.0.0.1", port, app, threaded=True, request_handler=_Quiet, ssl_context=tls
    )
    thread = threading.Thread(target=server.serve_forever, name="pages")
    thread.start()
    try:
        yield Site(url, app)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _settings(folder: Path, url: str, smtp_url: str) -> Settings:
    return Settings(
        instance=folder / "instance",
        vault=folder / "vault",
        database_url=f"sqlite:///{folder / 'instance/hansei.sqlite3'}",
        secret_key="only for tests",
        base_url=url,
        smtp_url=smtp_url,
        mail_from="Hansei <hansei@example.org>",
        questionnaires=None,
        trusted_proxies=0,
        cheap_passwords=True,
    )
