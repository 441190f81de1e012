"""The canary: does a log in front of us tell who answers when?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from survey.selfcheck import TAIL, logs_that_tell


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Give a real server that writes every request into an access log."""
    log = tmp_path / "access.log"
    log.write_bytes(b"GET /hr 200\n" * (TAIL // 8))

    class Talkative(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with log.open("a", encoding="utf-8") as lines:
                lines.write(f"{self.client_address[0]} POST {self.path}\n")
            self.send_error(404)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Talkative)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", log
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_log_that_holds_the_way_of_an_answer_is_named(
    proxy: tuple[str, Path], tmp_path: Path
) -> None:
    url, log = proxy
    quiet = tmp_path / "quiet.log"
    quiet.write_text("nothing", encoding="utf-8")
    assert logs_that_tell(url, [quiet, log], patience=0.1) == [log]


def test_a_log_that_is_not_there_tells_nothing(
    proxy: tuple[str, Path], tmp_path: Path
) -> None:
    assert logs_that_tell(proxy[0], [tmp_path / "none.log"], patience=0) == []


def test_a_server_that_does_not_answer_is_no_fault_of_ours(tmp_path: Path) -> None:
    assert logs_that_tell("http://127.0.0.1:9", [tmp_path], patience=0) == []
