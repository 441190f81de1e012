from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import DBAPIError

from survey.db import (
    Scrubbed,
    make_engine,
    make_sessions,
    reading,
    scrub,
    transaction,
)
from survey.models.people import Organisation, Unit
from survey.worker import Workshop


@pytest.fixture
def app(shop: Workshop) -> Iterator[Flask]:
    """Give the least application that `transaction` and `reading` need."""
    app = Flask(__name__)
    app.extensions["sessions"] = shop.sessions
    with app.app_context():
        yield app


def begun(engine: Engine) -> list[str]:
    """Collect how transactions begin."""
    seen: list[str] = []

    def note(*args: object) -> None:
        if str(args[2]).startswith("BEGIN"):
            seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", note)
    return seen


def test_the_connection_that_served_a_write_is_durable_and_strict(
    sqlite_url: str,
) -> None:
    engine = make_engine(sqlite_url)
    with make_sessions(engine).begin() as session:
        session.add(Unit(name="Plant"))
        session.flush()
        kept = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "secure_delete",
                "busy_timeout",
            )
        }
    engine.dispose()
    assert kept == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 30000,
    }


def test_a_writer_takes_the_lock_at_once_and_a_reader_takes_none(
    sqlite_url: str,
) -> None:
    engine = make_engine(sqlite_url)
    seen = begun(engine)
    app = Flask(__name__)
    app.extensions["sessions"] = make_sessions(engine)
    with app.app_context():
        with transaction() as session:
            session.execute(select(Unit))
        with reading() as session:
            session.execute(select(Unit))
        with transaction() as session:
            session.execute(select(Unit))
    engine.dispose()
    assert seen == ["BEGIN IMMEDIATE", "BEGIN", "BEGIN IMMEDIATE"]


def test_a_block_that_ends_is_kept_and_one_that_raises_is_not(
    app: Flask, shop: Workshop
) -> None:
    with transaction() as session:
        session.add(Unit(name="kept"))
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(Unit(name="lost"))
        session.flush()
        raise RuntimeError
    with shop.sessions() as session:
        assert session.scalars(select(Unit.name)).all() == ["kept"]


def test_nothing_written_while_reading_is_kept(app: Flask) -> None:
    with reading() as session:
        session.add(Unit(name="lost"))
        session.flush()
    with reading() as session:
        assert session.scalars(select(Unit)).all() == []


def test_a_reader_sees_one_state_while_others_write(app: Flask) -> None:
    with reading() as session:
        assert session.scalars(select(Unit.name)).all() == []
        with transaction() as other:
            other.add(Unit(name="new"))
        assert session.scalars(select(Unit.name)).all() == []
    with reading() as session:
        assert session.scalars(select(Unit.name)).all() == ["new"]


def test_two_writers_that_first_read_wait_for_each_other(shop: Workshop) -> None:
    with shop.sessions.begin() as session:
        session.add(Organisation(name="0", contact="0"))
    barrier = threading.Barrier(4)

    def add_one() -> None:
        barrier.wait()
        for _ in range(5):
            with shop.sessions.begin() as session:
                row = session.scalars(select(Organisation).with_for_update()).one()
                row.contact = str(int(row.contact) + 1)

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with shop.sessions() as session:
        assert session.scalars(select(Organisation.contact)).one() == "20"


def test_errors_never_quote_what_was_to_be_stored(shop: Workshop) -> None:
    for _ in range(2):
        try:
            with shop.sessions.begin() as session:
                session.add(Unit(id=1, name="a secret name"))
        except DBAPIError as error:
            told = str(error)
    assert "parameters hidden" in told
    assert "a secret name" not in told.partition("DETAIL")[0]


def test_deleted_rows_are_gone_from_the_files(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        session.add(Unit(name="QUITE-UNUSUAL-NAME"))
    with sessions.begin() as session:
        session.delete(session.scalars(select(Unit)).one())
    assert scrub(engine, "unit") is Scrubbed.NOTHING_LEFT
    engine.dispose()
    folder = sqlite_url.removeprefix("sqlite:///").rpartition("/")[0]
    assert "QUITE-UNUSUAL-NAME" not in bytes_in(folder)


def bytes_in(folder: str) -> str:
    from pathlib import Path  # noqa: PLC0415  # beside its only use

    return "".join(
        file.read_bytes().decode("latin-1")
        for file in Path(folder).iterdir()
        if file.is_file()
    )


def test_while_somebody_reads_old_pages_scrubbing_says_try_again(
    sqlite_url: str,
) -> None:
    engine = make_engine(sqlite_url)
    sessions = make_sessions(engine)
    with sessions() as reader:
        reader.connection(execution_options={"reading": True})
        reader.scalars(select(Unit)).all()
        with sessions.begin() as session:
            session.add(Unit(name="x"))
        assert scrub(engine, "unit") is Scrubbed.BUSY
    assert scrub(engine, "unit") is Scrubbed.NOTHING_LEFT
    engine.dispose()
