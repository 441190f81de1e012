"""The database's schema: bring it to the newest state, or say how old it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"


class BrokenReferenceError(Exception):
    """A migration would leave rows that refer to rows that are gone."""


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, each whole or not at all."""
    with (
        engine.connect() as connection,
        _rebuilding(connection),
        connection.begin(),
    ):
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _check_references(connection)


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a table that others refer to, which it does to alter one.

    Only outside a transaction can its foreign keys be switched.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    plain: Any = connection.connection.dbapi_connection
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        plain.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    """Refuse, and so roll back, if a migration left a reference to nothing."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise BrokenReferenceError(f"rows of {tables} would refer to nothing")


def is_at_head(engine: Engine) -> bool:
    """Whether no migration is missing."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
