"""The attacker holds the database's files and looks for who gave which answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from survey.models.answer import SealedAnswer
from survey.models.base import Base
from survey.models.cycle import Cycle, Scope
from survey.models.invitation import Collected
from survey.models.mail import Mail
from survey.roles import Role
from survey.services.confidential import (
    PlainAnswer,
    PlainComment,
    keep_confidential_answer,
)
from survey.services.visiting import open_visit
from survey.vault.keys import box_key
from survey.vault.sealing import unseal
from survey.worker import Workshop, run_due
from tests.conftest import NOON, MakeCycle, answer_all, codes_of
from tests.survey.services.anew import account, ask, grant, waiting
from tests.survey.services.test_whole_way import CLOSED, LOW, close_and_release

CANARY = "Chim hoàng yến hót trong hầm mỏ"
SLICE = 40


def send_canaries(shop: Workshop, cycle_id: int) -> None:
    for code in codes_of(shop, cycle_id):
        with shop.sessions.begin() as session:
            (sheet,) = open_visit(session, shop.vault, code, now=NOON).sheets
            comment = PlainComment("Q1", CANARY, word_for_word=True)
            answer = PlainAnswer(LOW, (), (comment,))
            keep_confidential_answer(
                session, shop.vault, code, sheet.scope_id, answer, now=NOON
            )


def ciphertexts(shop: Workshop) -> list[bytes]:
    with shop.sessions() as session:
        return list(session.scalars(select(SealedAnswer.sealed)))


def database_files(shop: Workshop) -> list[bytes]:
    """Return every file in which the engine keeps tables, as an operator could."""
    if shop.engine.dialect.name == "sqlite":
        folder = Path(shop.engine.url.database).parent
        return [f.read_bytes() for f in folder.glob("hansei.sqlite3*")]
    with shop.engine.connect() as connection:
        connection.execute(text("COMMIT"))
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        oid = connection.execute(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        ).scalar_one()
        connection.execute(text("CHECKPOINT"))
    try:
        files = [f for f in (folder / "base" / str(oid)).iterdir() if f.is_file()]
    except OSError as error:
        pytest.skip(f"the server's data folder is not readable from here: {error}")
    return [*contents(files)]


def contents(files: list[Path]) -> Iterator[bytes]:
    """Read what is there; another test's table may be dropped meanwhile."""
    for file in files:
        with suppress(FileNotFoundError):
            yield file.read_bytes()


def is_in(files: list[bytes], needle: bytes) -> bool:
    return any(needle in content for content in files)


def middle(ciphertext: bytes) -> bytes:
    """A slice: SQLite splits a large value over pages."""
    return ciphertext[200 : 200 + SLICE]


def test_what_is_not_a_column_cannot_join_an_answer_to_a_person() -> None:
    assert set(SealedAnswer.__table__.columns.keys()) == {
        "spent",
        "scope_id",
        "sealed",
    }
    (key,) = SealedAnswer.__table__.foreign_keys
    assert key.column.table.name == "scope"
    pointing_at_it = [
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "sealed_answer"
    ]
    assert pointing_at_it == []


def test_no_table_on_the_way_of_an_answer_holds_a_time(shop: Workshop) -> None:
    tables = inspect(shop.engine)
    for name in ("sealed_answer", "collected", "invitation", "invitation_secret"):
        types = [str(c["type"]).upper() for c in tables.get_columns(name)]
        assert not [t for t in types if "TIME" in t or "DATE" in t], name


def test_sqlite_keeps_no_hidden_row_number_of_an_answer(shop: Workshop) -> None:
    if shop.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has hidden row numbers")
    with shop.engine.connect() as connection:
        created = text("SELECT sql FROM sqlite_master WHERE name = 'sealed_answer'")
        assert "WITHOUT ROWID" in connection.execute(created).scalar_one()


def test_while_open_no_file_holds_a_readable_answer(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    send_canaries(shop, cycle_id)
    files = database_files(shop)
    assert is_in(files, middle(ciphertexts(shop)[0]))  # the search does find things
    assert not is_in(files, CANARY.encode())
    assert not is_in(files, b'"points"')


def test_until_release_the_order_ties_a_ciphertext_to_a_person(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    """What SECURITY.md says openly, measured: the seal is what keeps the content."""
    cycle_id = open_cycle(sizes={"Lan": 6})
    if shop.engine.dialect.name == "postgresql":
        send_canaries(shop, cycle_id)
        pairs = (
            "SELECT count(*) FROM sealed_answer s JOIN collected c ON s.xmin = c.xmin"
        )
        with shop.engine.connect() as connection:
            assert connection.execute(text(pairs)).scalar_one() == 6
        return
    arrived: list[bytes] = []
    for n in range(6):
        answer_all(shop, cycle_id, LOW, n + 1)
        arrived += [c for c in ciphertexts(shop) if c not in arrived]
    log = Path(f"{shop.engine.url.database}-wal").read_bytes()
    places = [log.index(middle(ciphertext)) for ciphertext in arrived]
    assert places == sorted(places)


def test_after_release_no_file_holds_a_ciphertext_a_flag_or_a_key(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    send_canaries(shop, cycle_id)
    sealed = ciphertexts(shop)
    secrets = [shop.vault.pepper.hide(c.replace("-", "")) for c in codes_of(shop, 1)]
    before = database_files(shop)
    assert all(is_in(before, secret) for secret in secrets)
    close_and_release(shop, cycle_id)
    after = database_files(shop)
    assert not any(is_in(after, middle(ciphertext)) for ciphertext in sealed)
    assert not any(is_in(after, secret) for secret in secrets)
    with shop.sessions() as session:
        assert session.scalars(select(Collected)).all() == []
    assert list(shop.vault.folder.glob("**/*.pem")) == []


def test_after_release_no_file_tells_for_whom_a_new_key_was_asked(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    hr, admin = (account(shop, f"{r}@example.org", r) for r in (Role.HR, Role.ADMIN))
    ask(shop, hr, at=0)
    names = waiting(shop)
    grant(shop, admin)
    ask(shop, hr, at=1)
    names += waiting(shop)
    is_text = shop.engine.dialect.name == "sqlite"
    needles = [name.hex.encode() if is_text else name.bytes for name in names]
    before = database_files(shop)
    assert is_in(before, needles[1])
    answer_all(shop, cycle_id, LOW)
    close_and_release(shop, cycle_id)
    after = database_files(shop)
    assert not any(is_in(after, needle) for needle in needles)
    assert waiting(shop) == []


def test_after_release_no_file_tells_who_was_reminded(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with shop.sessions() as session:
        at = session.get_one(Cycle, cycle_id).reminds_at[0]
    run_due(shop, now=at)
    with shop.sessions() as session:
        reminders = select(Mail.message_id).where(Mail.kind == "remind_1")
        name = session.scalars(reminders).first().encode()  # other tests remind too
    assert is_in(database_files(shop), name)
    answer_all(shop, cycle_id, LOW)
    close_and_release(shop, cycle_id)
    assert not is_in(database_files(shop), name)


def test_a_box_below_the_minimum_stays_shut(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    """Ciphertexts that cannot be opened would be counted, were they touched."""
    cycle_id = open_cycle(sizes={"Lan": 6})
    with shop.sessions.begin() as session:
        scope = session.scalars(select(Scope).where(Scope.box_key.is_not(None))).one()
        for n in range(4):
            session.add(
                SealedAnswer(spent=bytes([n]) * 32, scope_id=scope.id, sealed=b"shut")
            )
    run_due(shop, now=CLOSED)
    with shop.sessions() as session:
        scope = session.scalars(select(Scope).where(Scope.cycle_id == cycle_id)).all()
        assert [s.n_invalid for s in scope if s.box_key] == [0]


def test_128_people_of_one_group_send_at_the_same_moment(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 128})
    codes = codes_of(shop, cycle_id)

    def send(n: int) -> bool:
        with shop.sessions.begin() as session:
            code = codes[n]
            (sheet,) = open_visit(session, shop.vault, code, now=NOON).sheets
            answer = PlainAnswer({"A1": 1 + n % 5, "G1": 1 + n % 3})
            return keep_confidential_answer(
                session, shop.vault, code, sheet.scope_id, answer, now=NOON
            )

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(send, range(128)))
    assert opened_sums(shop, cycle_id) == {
        "A1": sum(1 + n % 5 for n in range(128)),
        "G1": sum(1 + n % 3 for n in range(128)),
    }


def opened_sums(shop: Workshop, cycle_id: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    with shop.sessions() as session:
        for answer in session.scalars(select(SealedAnswer)):
            key = box_key(shop.vault.folder, cycle_id, answer.scope_id)
            opened = json.loads(unseal(answer.sealed, key, answer.scope_id))
            for code, points in opened["points"].items():
                sums[code] = sums.get(code, 0) + points
    return sums


def test_of_two_sendings_with_one_code_the_first_stands(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    assert answer_all(shop, cycle_id, {"A1": 2}, 1) == 1
    assert answer_all(shop, cycle_id, {"A1": 5}, 1) == 0
    assert opened_sums(shop, cycle_id) == {"A1": 2}


def test_one_code_sent_sixteen_times_at_once_counts_once(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with ThreadPoolExecutor(16) as pool:
        sent = pool.map(lambda _: answer_all(shop, cycle_id, {"A1": 3}, 1), range(16))
    assert sum(sent) == 1
    assert opened_sums(shop, cycle_id) == {"A1": 3}
