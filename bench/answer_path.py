"""What keeping one answer costs, against a bare durable commit of the same database.

Run: .venv/bin/python bench/answer_path.py [--json FILE]
On SQLite, or on the PostgreSQL of TEST_DATABASE_URL.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from questionnaires.catalogue import Catalogue
from survey.db import make_engine, make_sessions
from survey.intake import replace_code
from survey.mail import FolderMailer
from survey.models.invitation import Invitation
from survey.models.people import Person
from survey.schema import upgrade
from survey.services import confidential, cycles, launching, visiting
from survey.services.organisation import set_up_organisation
from survey.vault.pepper import Vault
from survey.worker import Workshop, run_due

N = 200
NOW = datetime.now(UTC)


def main() -> None:
    """Print both medians and their ratio, measured in turn in one run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path, help="write all figures there")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = _shop(Path(folder))
        codes = _open_cycle(shop)
        with shop.engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS bare (n INTEGER)"))
        bare, kept = [], []
        for code in codes:
            bare.append(_seconds(lambda: _commit(shop)))
            kept.append(_seconds(lambda code=code: _answer(shop, code)))
        with shop.engine.begin() as connection:
            connection.execute(text("DROP TABLE bare"))
        one, all_of_it = statistics.median(bare), statistics.median(kept)
        print(f"command: python {' '.join(sys.argv)}")
        print(f"engine: {shop.engine.dialect.name}, {N} answers of 43 statements")
        print(f"bare durable commit   {one * 1000:7.2f} ms (median)")
        print(f"one answer kept       {all_of_it * 1000:7.2f} ms (median)")
        print(f"ratio                 {all_of_it / one:7.2f}")
        if chosen.json:
            found = {"bare_s": one, "kept_s": all_of_it, "ratio": all_of_it / one}
            chosen.json.write_text(json.dumps(found, indent=1) + "\n")
        shop.engine.dispose()


def _shop(folder: Path) -> Workshop:
    url = os.environ.get("TEST_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
    engine = make_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    upgrade(engine)
    vault = Vault.at(folder / "vault")
    mailer = FolderMailer(folder / "outbox", "Hansei <h@example.org>")
    return Workshop(engine, make_sessions(engine), vault, mailer, "http://localhost")


def _open_cycle(shop: Workshop) -> list[str]:
    early = NOW - timedelta(days=1)
    with shop.sessions.begin() as session:
        set_up_organisation(session, "Bench")
        leader = Person(number="L", name="Leader", email="l@example.org")
        session.add(leader)
        session.flush()
        session.add_all(
            Person(
                number=f"{n}",
                name=f"P{n}",
                email=f"p{n}@example.org",
                manager_id=leader.id,
            )
            for n in range(N)
        )
        session.flush()
        plan = cycles.CyclePlan(
            name="Bench",
            texts=tuple(cycles.text_from(Catalogue(), c) for c in ("ll-35", "ps-8")),
            opens_at=early,
            closes_at=NOW + timedelta(days=7),
        )
        cycle_id = cycles.create_cycle(session, plan, now=early).id
        launching.launch_cycle(session, cycle_id, now=early)
    run_due(shop, now=NOW)
    with shop.sessions.begin() as session:
        ids = [i.id for i in session.query(Invitation) if i.cycle_id == cycle_id]
        return [replace_code(session, shop.vault.pepper, i, kind="bench") for i in ids]


def _commit(shop: Workshop) -> None:
    with shop.engine.begin() as connection:
        connection.execute(text("INSERT INTO bare VALUES (1)"))


def _answer(shop: Workshop, code: str) -> None:
    with shop.sessions.begin() as session:
        visit = visiting.open_visit(session, shop.vault, code, now=NOW)
        points = {
            item.code: 4
            for instrument in visit.instruments
            for item in instrument.items
        }
        confidential.keep_confidential_answer(
            session,
            shop.vault,
            code,
            visit.sheets[0].scope_id,
            confidential.PlainAnswer(points),
            now=NOW,
        )


def _seconds(act: Callable[[], None]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
