"""What an import of ten thousand people costs, against a bare insert of the same rows.

Run: .venv/bin/python bench/import_people.py [--quick] [--json FILE]

A CSV file and a workbook of the same people are read, checked and stored in a database
that is empty, then looked at once more, and the import is undone. The bare insert gives
the driver the same values, in one transaction.
"""

import io
import sqlite3
import sys
from collections.abc import Callable
from typing import TypeVar

from parts.figures import command_line, keep
from parts.sealing_company import NOW, company, timed
from sqlalchemy.orm import Session

from survey.services.import_undo import undo_import
from survey.services.importing import check_people, import_people
from survey.spreadsheets import Table, read_table, write_csv
from survey.worker import Workshop

T = TypeVar("T")
MOST_SECONDS = 5.0
HEADING = ("id", "name", "email", "manager_id", "unit", "language", "channel")


def people(n: int) -> list[tuple[str, ...]]:
    """Return a company of teams of nine, three letters of which are Vietnamese."""
    return [
        (
            f"{i:06}",
            f"Nguyễn Thị Đào {i}",
            f"dao.{i}@firm.vn",
            f"{(i - 1) // 9:06}" if i else "",
            f"Xưởng {i % 40}",
            "vi",
            "email",
        )
        for i in range(n)
    ]


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    import xlsxwriter  # nothing that everybody loads

    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for line, cells in enumerate((HEADING, *rows)):
            sheet.write_row(line, 0, cells)
    return file.getvalue()


def bare(rows: list[tuple[str, ...]], path: str) -> float:
    """Return the seconds that the driver needs for the same values."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        columns = (
            "id INTEGER PRIMARY KEY, number UNIQUE, name, email UNIQUE, m, u, l, c"
        )
        connection.execute(f"CREATE TABLE bare_person ({columns})")
        insert = (
            "INSERT INTO bare_person (number, name, email, m, u, l, c) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)"
        )

        def store() -> None:
            with connection:
                connection.executemany(insert, rows)

        return timed(store)[1]


def stored(shop: Workshop, act: Callable[[Session], T]) -> float:
    """Return the seconds of one act with its commit."""

    def do() -> T:
        with shop.sessions.begin() as session:
            return act(session)

    return timed(do)[1]


def one_way(shop: Workshop, content: bytes) -> dict[str, float]:
    """Read, look and store; look once more; undo."""
    table: Table
    table, read = timed(lambda: read_table(content))
    looked = stored(shop, lambda session: check_people(session, table))
    kept = stored(shop, lambda session: import_people(session, table, now=NOW))
    again = stored(shop, lambda session: check_people(session, table))
    undone = stored(shop, lambda session: undo_import(session, now=NOW))
    return {
        "read_s": read,
        "look_s": looked,
        "store_s": kept,
        "look_again_s": again,
        "undo_s": undone,
        "whole_s": read + looked + kept,
    }


def main() -> None:
    chosen = command_line(
        __doc__, quick={"action": "store_true", "help": "a tenth of the people"}
    )
    rows = people(1_000 if chosen.quick else 10_000)
    with company() as shop:
        alone = bare(rows, f"{shop.engine.url.database}.bare")
        found = {
            "command": f"python {' '.join(sys.argv)}",
            "people": len(rows),
            "bare_insert_s": alone,
            "csv": one_way(shop, write_csv(HEADING, rows)),
            "xlsx": one_way(shop, workbook(rows)),
        }
    print(f"command: {found['command']}")
    print(f"bare insert of {len(rows):,} people {alone:8.3f} s")
    for kind in ("csv", "xlsx"):
        spent = found[kind]
        assert isinstance(spent, dict)
        steps = ", ".join(f"{k.removesuffix('_s')} {v:.2f}" for k, v in spent.items())
        print(f"{kind:4} {steps} s (whole: target {MOST_SECONDS:g})")
        print(f"     whole / bare insert {spent['whole_s'] / alone:8.1f}")
    keep(found, chosen.json)


if __name__ == "__main__":
    main()
