"""Names that people give to the columns of a table of people, in two languages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from survey.spreadsheets import Row, Table

KNOWN = ("id", "name", "email", "manager_id", "unit", "language", "channel")
VIETNAMESE = (
    "Mã nhân viên",
    "Họ và tên",
    "Email",
    "Mã quản lý",
    "Đơn vị",
    "Ngôn ngữ",
    "Kênh gửi",
)
"""The same columns as the Vietnamese template names them."""

_SPELLINGS = {
    "id": (
        "id, personnel number, personnel no, employee id, employee number, "
        "employee no, staff id, staff number, staff no, person id, ma, ma nv, "
        "ma nhan vien, ma so, ma so nhan vien, ma so nv, msnv, manv"
    ),
    "name": (
        "name, full name, employee name, display name, ten, ho ten, ho va ten, "
        "ten nhan vien, ho ten nhan vien, ho va ten nhan vien"
    ),
    "email": (
        "email, e mail, mail, email address, e mail address, work email, thu dien tu, "
        "dia chi email, email cong ty, email cong viec"
    ),
    "manager_id": (
        "manager id, manager, manager number, manager no, manager employee id, "
        "line manager, line manager id, reports to, supervisor, supervisor id, "
        "boss id, ma quan ly, ma nguoi quan ly, ma nv quan ly, ma so quan ly, quan ly, "
        "nguoi quan ly, ma cap tren, cap tren, bao cao cho"
    ),
    "unit": (
        "unit, department, division, team, plant, organisation unit, "
        "organization unit, org unit, don vi, phong ban, phong, bo phan, nha may"
    ),
    "language": "language, lang, preferred language, ngon ngu",
    "channel": "channel, invitation channel, kenh, kenh gui, cach gui, hinh thuc gui",
}


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Return a text without case, marks and signs: “Mã_NV ” is “ma nv”."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", letters))


_MEANT = {
    spelling: column
    for column, spellings in _SPELLINGS.items()
    for spelling in spellings.split(", ")
}


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """A table under our names of its columns, and what the file calls them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    called: dict[str, str]
    not_imported: tuple[str, ...]
    twice: dict[str, tuple[str, ...]]


def understand(table: Table) -> PeopleTable:
    """Find out which column means what; a meaning given twice is told apart."""
    found: dict[str, list[str]] = {}
    for written in filter(None, table.columns):
        if meant := _MEANT.get(fold(written)):
            found.setdefault(meant, []).append(written)
    called = {meant: names[0] for meant, names in found.items()}
    rows = tuple(
        Row(row.line, {meant: row.cells[name] for meant, name in called.items()})
        for row in table.rows
    )
    used = {name for names in found.values() for name in names}
    return PeopleTable(
        columns=tuple(called),
        rows=rows,
        called=called,
        not_imported=tuple(c for c in table.columns if c and c not in used),
        twice={m: tuple(names) for m, names in found.items() if len(names) > 1},
    )
