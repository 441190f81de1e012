from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from survey import schema
from survey.db import make_engine, make_sessions
from survey.models.base import Base
from survey.models.people import Person, Unit
from tests.conftest import add_team

NEXT = '''
"""A migration that only tests know."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}
'''
WIDER = """\
    with op.batch_alter_table("person") as table:
        table.alter_column("name", type_=sa.String(300), existing_nullable=False)
    with op.batch_alter_table("unit") as table:
        table.alter_column("name", type_=sa.String(300), existing_nullable=False)
"""
KILLED = (
    WIDER
    + """\
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("DELETE FROM person")
    raise RuntimeError("the power went")
"""
)
BROKEN = """\
    op.execute("DELETE FROM unit")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give a database without any table."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
        yield engine
        engine.dispose()
        return
    given: Engine = request.getfixturevalue("postgresql")
    name = f"hansei_schema_{uuid4().hex[:12]}"
    with given.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine = make_engine(
        given.url.update_query_dict(
            {"options": f"-csearch_path={name}"}
        ).render_as_string(hide_password=False)
    )
    yield engine
    engine.dispose()
    with given.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


@pytest.fixture
def add_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that puts one more migration behind the real ones."""

    def add(body: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(
            schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__")
        )
        monkeypatch.setattr(schema, "MIGRATIONS", folder)
        head = schema.ScriptDirectory.from_config(schema._config()).get_current_head()
        text = NEXT.format(head=head, body=body)
        (folder / "versions/9999_next.py").write_text(text, encoding="utf-8")

    return add


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def fill(engine: Engine) -> None:
    with make_sessions(engine).begin() as session:
        team = add_team(session, "Lan", 3)
        session.add(Unit(name="Plant"))
        session.flush()
        for person in session.scalars(select(Person)):
            person.unit_id = session.scalars(select(Unit.id)).one()
        assert team.member_ids


def people(engine: Engine) -> int:
    with make_sessions(engine)() as session:
        return len(session.scalars(select(Person)).all())


def test_from_nothing_the_migrations_make_what_the_models_say(engine: Engine) -> None:
    assert not schema.is_at_head(engine)
    schema.upgrade(engine)
    assert schema.is_at_head(engine)
    assert tables(engine) == {*Base.metadata.tables, "alembic_version"}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    schema.upgrade(engine)
    fill(engine)
    schema.upgrade(engine)
    assert people(engine) == 4


def test_a_filled_database_keeps_its_rows_when_tables_are_rebuilt(
    engine: Engine, add_migration
) -> None:
    schema.upgrade(engine)
    fill(engine)
    add_migration(WIDER)
    schema.upgrade(engine)
    assert schema.is_at_head(engine)
    assert people(engine) == 4
    with pytest.raises(Exception, match=r"(?i)foreign key"), engine.begin() as after:
        after.execute(text("DELETE FROM unit"))


def test_a_migration_that_is_killed_leaves_the_old_schema_whole(
    engine: Engine, add_migration
) -> None:
    schema.upgrade(engine)
    fill(engine)
    before = tables(engine)
    add_migration(KILLED)
    with pytest.raises(RuntimeError, match="the power went"):
        schema.upgrade(engine)
    assert tables(engine) == before
    assert people(engine) == 4
    assert not schema.is_at_head(engine)
    columns = {c["name"]: c for c in inspect(engine).get_columns("person")}
    assert columns["name"]["type"].length == 200


def test_a_migration_that_leaves_references_to_nothing_is_taken_back(
    engine: Engine, add_migration
) -> None:
    schema.upgrade(engine)
    fill(engine)
    add_migration(BROKEN)
    with pytest.raises(Exception, match=r"(?i)refer to nothing|foreign key"):
        schema.upgrade(engine)
    with make_sessions(engine)() as session:
        assert session.scalars(select(Unit.name)).all() == ["Plant"]


def test_after_an_upgrade_references_are_watched_again(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


@pytest.mark.parametrize("table", ["sealed_answer", "kept_row"])
def test_answers_keep_no_hidden_row_number(engine: Engine, table: str) -> None:
    schema.upgrade(engine)
    if engine.dialect.name != "sqlite":
        assert "oid" not in {c["name"] for c in inspect(engine).get_columns(table)}
        return
    with engine.connect() as connection:
        made = connection.execute(
            text(f"SELECT sql FROM sqlite_master WHERE name = '{table}'")
        ).scalar()
        assert "WITHOUT ROWID" in made
        with pytest.raises(Exception, match="no such column"):
            connection.execute(text(f"SELECT rowid FROM {table}"))
