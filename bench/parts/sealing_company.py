"""A made-up company on SQLite: everybody has a browser that seals."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, text

from questionnaires.catalogue import Catalogue
from survey import plans
from survey.db import make_engine, make_sessions
from survey.intake import instruments_of, replace_code
from survey.mail import FolderMailer
from survey.models.cycle import Cycle, Scope
from survey.models.invitation import Collected
from survey.models.people import Person
from survey.schema import upgrade
from survey.services import cycles, issuing, launching
from survey.services.answers import keep_sealed_answer
from survey.services.confidential import PlainAnswer, keep_confidential_answer
from survey.services.organisation import set_up_organisation
from survey.vault.pepper import Vault
from survey.worker import Workshop
from tests.survey.credentials import client

T = TypeVar("T")
NOW = datetime.now(UTC)
EARLY = NOW - timedelta(days=1)


@dataclass(frozen=True)
class Sender:
    """Somebody who was asked, and what the directory says about their scope."""

    code: str
    scope: UUID
    sign_key: bytes
    box_key: bytes


@contextmanager
def company() -> Iterator[Workshop]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = make_engine(f"sqlite:///{folder}/bench.sqlite3")
        upgrade(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE bare (n INTEGER)"))
        mailer = FolderMailer(folder / "outbox", "Hansei <h@example.org>")
        vault = Vault.at(folder / "vault")
        yield Workshop(engine, make_sessions(engine), vault, mailer, "http://localhost")
        engine.dispose()


def freeze(shop: Workshop, n_leaders: int, n_members: int) -> int:
    """Launch a cycle, up to the making of its keys."""
    with shop.sessions.begin() as session:
        set_up_organisation(session, "Bench")
        leaders = [_person(f"L{n}") for n in range(n_leaders)]
        session.add_all(leaders)
        session.flush()
        for leader in leaders:
            names = (f"{leader.number}-{n}" for n in range(n_members))
            session.add_all(_person(name, manager_id=leader.id) for name in names)
        session.flush()
        texts = tuple(plans.text_from(Catalogue(), c) for c in ("ll-35", "ps-8"))
        closes = NOW + timedelta(days=7)
        plan = plans.CyclePlan("Bench", texts, opens_at=EARLY, closes_at=closes)
        cycle_id = cycles.create_cycle(session, plan, now=EARLY).id
        launching.launch_cycle(session, cycle_id, now=EARLY)
    return cycle_id


def _person(name: str, manager_id: int | None = None) -> Person:
    email = f"{name.lower()}@example.org"
    return Person(number=name, name=name, email=email, manager_id=manager_id)


def make_all_keys(shop: Workshop, cycle_id: int) -> None:
    is_done = False
    while not is_done:
        with shop.sessions.begin() as session:
            is_done = launching.make_keys(session, shop.vault, cycle_id, now=NOW)


def open_form(shop: Workshop, cycle_id: int) -> list[Sender]:
    with shop.sessions.begin() as session:
        cycles.open_cycle(session, cycle_id, now=NOW)
        rights = session.scalars(select(Collected)).all()
        senders = []
        for right in rights:
            given = (session, shop.vault.pepper, right.invitation_id)
            scope = session.get_one(Scope, right.scope_id)
            code = replace_code(*given, kind="bench")
            keys = scope.sign_key or b"", scope.box_key or b""
            senders.append(Sender(code, scope.id, *keys))
        return senders


def some_points(shop: Workshop, cycle_id: int) -> dict[str, int]:
    """Return an answer to every statement."""
    with shop.sessions() as session:
        instruments = instruments_of(session.get_one(Cycle, cycle_id))
        return {item.code: 4 for i in instruments for item in i.items}


def commit(shop: Workshop) -> None:
    with shop.engine.begin() as connection:
        connection.execute(text("INSERT INTO bare VALUES (1)"))


def issue(shop: Workshop, sender: Sender, blinded: bytes) -> bytes:
    given = (shop.vault, sender.code, sender.scope, blinded)
    with shop.sessions.begin() as session:
        admitted = issuing.admit(session, *given, now=NOW)
    return issuing.sign(shop.vault, admitted)


def submit(shop: Workshop, body: bytes) -> None:
    with shop.sessions.begin() as session:
        keep_sealed_answer(session, body, now=NOW)


def send(
    shop: Workshop, sender: Sender, points: Mapping[str, int]
) -> tuple[float, float]:
    """Send as a browser does; return the seconds of issuing and of submitting."""
    seconds: list[float] = []

    def sign(blinded: bytes) -> bytes:
        signed, spent = timed(lambda: issue(shop, sender, blinded))
        seconds.append(spent)
        return signed

    whole = {"points": points, "cannot_say": [], "comments": [], "path": "browser"}
    answer = json.dumps(whole).encode()
    credential = client.obtain(sender.scope, sender.sign_key, sign)
    sealed = client.seal(answer, sender.box_key, sender.scope)
    body = client.body(sender.scope, credential, sealed)
    return seconds[0], timed(lambda: submit(shop, body))[1]


def send_plain(shop: Workshop, sender: Sender, points: Mapping[str, int]) -> float:
    """Send as a browser without a script does; return the seconds."""
    given = (shop.vault, sender.code, sender.scope, PlainAnswer(dict(points)))

    def keep() -> None:
        with shop.sessions.begin() as session:
            keep_confidential_answer(session, *given, now=NOW)

    return timed(keep)[1]


def timed(act: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    found = act()
    return found, time.perf_counter() - start
