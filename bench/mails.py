"""What mails cost: asking for ten thousand, and sending them, against smtplib alone.

Run: .venv/bin/python bench/mails.py [--quick] [--json FILE]

A sink in a process of its own takes every letter. smtplib sends one letter again and
again over one connection; the worker writes each letter, keeps its code and state, and
sends it.
"""

import multiprocessing
import smtplib
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from parts.figures import command_line, keep
from parts.sealing_company import NOW, company, freeze, timed
from sqlalchemy import select

from survey import letter_writing
from survey.lifecycle import CycleState
from survey.mail import SmtpMailer, to_message
from survey.models.cycle import Cycle
from survey.models.mail import Mail
from survey.services import cycles, mailing
from survey.worker import Workshop, run_one

TEAM = 10
FROM = "Hansei <h@example.org>"
MOST_SECONDS, LEAST_SHARE = 5.0, 1 / 3


class Sink:
    """Takes every letter."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802, D102  # aiosmtpd's
        return "250 OK"


def serve(port: int, ready: Any) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    ready.set()
    time.sleep(3600)


@contextmanager
def sink() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=serve, args=(port, ready), daemon=True)
    server.start()
    ready.wait(30)
    try:
        yield port
    finally:
        server.terminate()


def bare(port: int, shop: Workshop, n: int) -> float:
    """Return letters a second that smtplib alone sends over one connection."""
    with shop.sessions.begin() as session:
        mail_id = next(iter(session.scalars(select(Mail.id))))
        letter = mailing.begin_mail(
            session, mail_id, letter_writing.Desk(shop.vault, "http://x", NOW)
        )
        session.rollback()
    assert letter
    message = to_message(letter, FROM)
    with smtplib.SMTP("127.0.0.1", port) as server:
        spent = timed(lambda: [server.send_message(message) for _ in range(n)])[1]
    return n / spent


def main() -> None:
    chosen = command_line(
        __doc__, quick={"action": "store_true", "help": "a tenth of everything"}
    )
    n_people, n_sent = (1_000, 300) if chosen.quick else (10_000, 3_000)
    with company() as shop, sink() as port:
        cycle_id = freeze(shop, n_people // TEAM, TEAM)
        with shop.sessions.begin() as session:
            session.get_one(Cycle, cycle_id).state = CycleState.LAUNCHED
        with shop.sessions.begin() as session:
            cycles.open_cycle(session, cycle_id, now=NOW)

        def ask() -> int:
            with shop.sessions.begin() as session:
                return mailing.queue_invitations(session, cycle_id, now=NOW)

        n, asked = timed(ask)
        alone = bare(port, shop, n_sent)
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", FROM)
        working = Workshop(shop.engine, shop.sessions, shop.vault, mailer, "http://x")
        spent = timed(
            lambda: [run_one(working, now=NOW) for _ in range(n_sent // 100)]
        )[1]
        mailer.rest()
    found = {
        "command": f"python {' '.join(sys.argv)}",
        "mails": n,
        "asked_s": asked,
        "smtplib_per_s": alone,
        "worker_per_s": n_sent / spent,
        "share": n_sent / spent / alone,
    }
    print(f"command: {found['command']}")
    print(f"asking for {n:,} mails       {asked:8.2f} s (target {MOST_SECONDS:g})")
    print(f"smtplib, one connection     {alone:8.0f} a second")
    print(f"worker, code and state kept {found['worker_per_s']:8.0f} a second")
    print(
        f"share                       {found['share']:8.2f} (target {LEAST_SHARE:.2f})"
    )
    keep(found, chosen.json)


if __name__ == "__main__":
    main()
