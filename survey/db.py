"""The engine, and the one place that commits."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import (
    Connection,
    Engine,
    PoolProxiedConnection,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

_BUSY, _BUSY_WHILE_SCRUBBING = 30_000, 1_000
"""Milliseconds that SQLite waits for a lock."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={_BUSY}",
)


logging.getLogger("sqlalchemy.engine.Engine").addFilter(
    lambda record: record.levelno > logging.DEBUG
)
"""Rows are never logged, whatever level somebody sets; parameters are hidden below."""


def make_engine(url: str) -> Engine:
    """Return an engine; SQLite gets its pragmas and takes the write lock at once.

    A transaction that first reads and then writes could otherwise fail half-way, when
    another one wrote in between. Errors never quote what was to be stored.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: object) -> None:
    """Leave transactions to us, not to the driver."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return the factory of sessions; entities stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit when the block ends, roll back when it raises."""
    factory: sessionmaker[Session] = current_app.extensions["sessions"]
    with factory.begin() as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Read a consistent state without holding up writers; nothing is committed."""
    factory: sessionmaker[Session] = current_app.extensions["sessions"]
    with factory() as session:
        session.connection(execution_options=_as_of_now(session))
        yield session
        session.rollback()


def _as_of_now(session: Session) -> dict[str, Any]:
    """Let all reads of a transaction see one state, as SQLite does by itself."""
    options: dict[str, Any] = {"reading": True}
    if session.get_bind().dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    return options


class Scrubbed(StrEnum):
    """What of deleted rows is left in the database's files."""

    NOTHING_LEFT = "nothing left"
    LOG_LEFT = "log left"
    BUSY = "busy"


def scrub(engine: Engine, *tables: str) -> Scrubbed:
    """Rewrite the files, so that deleted rows are gone from them too.

    Returns
    -------
    Scrubbed
        ``BUSY`` if other connections kept the log of SQLite busy: try again later.
        ``LOG_LEFT`` if PostgreSQL keeps old files of its log, or does not let us see
        whether it does: they hold the rows until it writes over them.
    """
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            return _scrub_sqlite(connection)
        finally:
            connection.close()
    for table in tables:
        _write_anew(engine, table)
    outside = engine.execution_options(isolation_level="AUTOCOMMIT")
    with outside.connect() as open_connection:
        return _turn_over_log(open_connection)


def _write_anew(engine: Engine, table: str) -> None:
    """Put the rows that are left into a fresh file, in random order.

    `VACUUM FULL` would also keep deleted rows that some open transaction could see.
    """
    left = f"SELECT * FROM {table} ORDER BY random()"  # noqa: S608  # a name of ours
    back = f"INSERT INTO {table} SELECT * FROM rows_left"  # noqa: S608  # as above
    statements = (
        f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        f"CREATE TEMPORARY TABLE rows_left ON COMMIT DROP AS {left}",
        f"TRUNCATE {table}",
        back,
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


_LEFT = text(
    "SELECT current_setting('wal_recycle')::boolean OR EXISTS"
    " (SELECT FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$' AND name <= :closed)"
)
"""Whether a closed log file is still there, or would come back under a new name."""


def _turn_over_log(connection: Connection) -> Scrubbed:
    """Begin a new log file and let PostgreSQL drop those before it."""
    try:
        switch = text("SELECT pg_walfile_name(pg_switch_wal())")
        closed = connection.execute(switch).scalar_one()
        connection.execute(text("CHECKPOINT"))
        is_left = connection.execute(_LEFT, {"closed": closed}).scalar_one()
    except ProgrammingError:
        return Scrubbed.LOG_LEFT
    return Scrubbed.LOG_LEFT if is_left else Scrubbed.NOTHING_LEFT


def _scrub_sqlite(connection: PoolProxiedConnection) -> Scrubbed:
    """Wait for readers only briefly: the job comes back, and writers wait meanwhile."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_WHILE_SCRUBBING}")
    try:
        if not _checkpoint(cursor):
            return Scrubbed.BUSY
        cursor.execute("VACUUM")
        return Scrubbed.NOTHING_LEFT if _checkpoint(cursor) else Scrubbed.BUSY
    finally:
        cursor.execute(f"PRAGMA busy_timeout={_BUSY}")


def _checkpoint(cursor: DBAPICursor) -> bool:
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    is_busy: int = cursor.fetchall()[0][0]
    return is_busy == 0
