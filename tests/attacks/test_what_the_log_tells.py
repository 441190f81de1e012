"""The attacker holds PostgreSQL's whole data folder, its write-ahead log included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from survey.db import Scrubbed, make_engine, scrub
from survey.models.audit import AuditEvent
from survey.services.release import SCRUBBED
from survey.worker import Workshop
from tests.attacks.test_what_the_files_tell import (
    ciphertexts,
    is_in,
    middle,
    send_canaries,
)
from tests.conftest import MakeCycle, codes_of, own_schema
from tests.survey.services.test_whole_way import close_and_release


def recycle_log(engine: Engine, *, on: bool) -> None:
    """Say whether PostgreSQL keeps old log files to write over them later."""
    wanted = "on" if on else "off"
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as server:
        server.execute(text(f"ALTER SYSTEM SET wal_recycle = {wanted}"))
        server.execute(text("SELECT pg_reload_conf()"))
        for _ in range(100):
            if server.execute(text("SHOW wal_recycle")).scalar_one() == wanted:
                break
            server.execute(text("SELECT pg_sleep(0.02)"))


@pytest.fixture
def own_server(own_postgresql_url: str) -> Iterator[Engine]:
    """Give a server of our own: its settings are changed here, its folder read."""
    with own_schema(own_postgresql_url) as engine:
        recycle_log(engine, on=False)
        yield engine
        recycle_log(engine, on=True)


@pytest.fixture
def database_url(own_server: Engine) -> str:
    return own_server.url.render_as_string(hide_password=False)


def whole_folder(engine: Engine) -> list[bytes]:
    """Return every file of the server: tables, indexes, log, all of them."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as server:
        folder = Path(server.execute(text("SHOW data_directory")).scalar_one())
        server.execute(text("CHECKPOINT"))
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


def test_after_release_no_file_of_the_server_holds_a_ciphertext_or_a_code(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    send_canaries(shop, cycle_id)
    sealed = [middle(ciphertext) for ciphertext in ciphertexts(shop)]
    codes = [shop.vault.pepper.hide(c.replace("-", "")) for c in codes_of(shop, 1)]
    before = whole_folder(shop.engine)
    assert all(is_in(before, needle) for needle in [*sealed, *codes])
    close_and_release(shop, cycle_id)
    after = whole_folder(shop.engine)
    assert not any(is_in(after, needle) for needle in [*sealed, *codes])
    with shop.sessions() as session:
        done = select(AuditEvent).where(AuditEvent.act == "destroyed")
        assert session.scalars(done).one().details == {"left": "nothing left"}


def test_a_server_that_recycles_its_log_is_told_of(own_server: Engine) -> None:
    recycle_log(own_server, on=True)
    assert scrub(own_server, *SCRUBBED) is Scrubbed.LOG_LEFT


def test_a_role_that_may_not_turn_the_log_over_still_rewrites_the_tables(
    own_server: Engine,
) -> None:
    with own_server.begin() as connection:
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        connection.execute(text("CREATE ROLE plain"))
        for table in SCRUBBED:
            connection.execute(text(f"ALTER TABLE {table} OWNER TO plain"))
        connection.execute(text(f"GRANT ALL ON SCHEMA {schema} TO plain"))
    as_plain = own_server.url.update_query_dict(
        {"options": f"{own_server.url.query['options']} -crole=plain"}
    )
    engine = make_engine(as_plain.render_as_string(hide_password=False))
    assert scrub(engine, *SCRUBBED) is Scrubbed.LOG_LEFT
    engine.dispose()
    with own_server.begin() as connection:
        for table in SCRUBBED:
            connection.execute(text(f"ALTER TABLE {table} OWNER TO CURRENT_USER"))
        connection.execute(text("DROP OWNED BY plain"))
        connection.execute(text("DROP ROLE plain"))


def test_a_transaction_that_still_reads_the_old_state_keeps_no_ciphertext(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    send_canaries(shop, cycle_id)
    sealed = [middle(ciphertext) for ciphertext in ciphertexts(shop)]
    with shop.engine.connect() as reader:
        reader.execution_options(isolation_level="REPEATABLE READ")
        reader.execute(text("SELECT count(*) FROM cycle"))
        close_and_release(shop, cycle_id)
        files = whole_folder(shop.engine)
    assert not any(is_in(files, needle) for needle in sealed)
