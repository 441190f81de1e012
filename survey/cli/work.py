"""Serve, work, tick, and keep the schema."""

from __future__ import annotations

import signal
import threading

import click
import waitress
from flask import Flask

from survey import logs
from survey.cli.context import with_app
from survey.config import Settings
from survey.schema import upgrade
from survey.selfcheck import logs_that_tell
from survey.worker import loop, run_due

THREADS = 8
WAIT_FOR_SERVER = 5.0
"""Seconds after which the pages can be reached."""


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
@with_app
def upgrade_schema(app: Flask) -> None:
    """Bring the schema to the newest state; each step whole or not at all."""
    upgrade(app.extensions["engine"])
    click.echo("The database is up to date.", err=True)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--no-worker", is_flag=True, help="Jobs are done by `hansei worker`.")
@with_app
def serve(app: Flask, host: str, port: int, no_worker: bool) -> None:
    """Serve the pages, with the worker inside.

    Example: hansei serve --port 8080
    """
    upgrade(app.extensions["engine"])
    _look_into_logs(app.extensions["settings"])
    run_server(app, host, port, with_worker=not no_worker)


def _look_into_logs(settings: Settings) -> None:
    """Warn, once people can reach us, if a log in front tells who answers when."""

    def look() -> None:
        for log in logs_that_tell(settings.base_url, settings.access_logs):
            logs.note_warning(
                "this log tells who answers when",
                file=str(log),
                repair="switch logging off for /a/ and /p/, see deploy/nginx.conf",
            )

    if settings.access_logs:
        timer = threading.Timer(WAIT_FOR_SERVER, look)
        timer.daemon = True
        timer.start()


def run_server(app: Flask, host: str, port: int, *, with_worker: bool) -> None:
    """Serve until interrupted; the worker finishes the job it has begun."""
    logs.set_up(json=False)
    stop = threading.Event()
    shop = app.extensions["workshop"]
    thread = threading.Thread(target=loop, args=(shop, stop), name="worker")
    if with_worker:
        thread.start()
    click.echo(f"Listening on http://{host}:{port}  (Ctrl+C stops)", err=True)
    try:
        waitress.serve(app, host=host, port=port, threads=THREADS, ident=None)
    finally:
        stop.set()
        if with_worker:
            thread.join()


@click.command()
@with_app
def worker(app: Flask) -> None:
    """Do jobs until interrupted."""
    logs.set_up(json=False)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    loop(app.extensions["workshop"], stop)


@click.command()
@with_app
def tick(app: Flask) -> None:
    """Do every job that is due, then stop. For cron and timers."""
    n = run_due(app.extensions["workshop"])
    click.echo(f"{n} jobs done.", err=True)
