"""The people of the demo: made up, and said to be made up wherever they show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from survey.spreadsheets import Row, Table

COLUMNS = ("id", "name", "email", "manager_id", "unit", "language", "channel")
ORGANISATION = "Sông Hồng Works (made up)"
DOMAIN = "songhong.example"

_FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Phan",
    "Võ",
]
_MIDDLE = ["Thị", "Văn", "Minh", "Thu", "Đức", "Ngọc", "Quang", "Thanh", "Hữu", "Kim"]
_GIVEN = [
    "An",
    "Bảo",
    "Bình",
    "Chi",
    "Cường",
    "Dung",
    "Đạt",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hiếu",
    "Hoa",
    "Hùng",
    "Hương",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Ngân",
    "Nga",
    "Nhung",
    "Phong",
    "Phúc",
    "Phương",
    "Quân",
    "Quỳnh",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thắng",
    "Thủy",
    "Toàn",
    "Trang",
    "Trung",
    "Tuấn",
    "Tùng",
    "Uyên",
    "Vân",
    "Việt",
    "Xuân",
    "Yến",
]
_ENGLISH = [
    "Emma Clarke",
    "Daniel Hughes",
    "Grace Miller",
    "Thomas Reed",
    "Olivia Brooks",
    "Henry Walsh",
    "Sophie Turner",
    "Jack Morgan",
    "Laura Bennett",
    "Peter Shaw",
    "Alice Fraser",
    "Simon Doyle",
]


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """One leader's team; ``level`` and ``bias`` shape the made-up answers.

    ``level`` is how the team sees the leader in points, ``bias`` what the leader adds
    to it, ``turnout`` the share of members who answer.
    """

    unit: str
    leader: str
    above: str
    size: int
    level: float
    bias: float
    turnout: float


TEAMS = (
    TeamPlan("Management", "L01", "", 2, 3.7, 0.2, 1.0),
    TeamPlan("Production", "L02", "L01", 0, 3.5, 0.5, 1.0),
    TeamPlan("Quality and logistics", "L03", "L01", 1, 3.9, -0.3, 1.0),
    TeamPlan("Office", "L04", "L01", 2, 3.4, 0.1, 1.0),
    TeamPlan("Assembly 1", "L05", "L02", 15, 3.1, 1.0, 0.9),
    TeamPlan("Assembly 2", "L06", "L02", 15, 3.9, -0.6, 0.8),
    TeamPlan("Press shop", "L07", "L02", 15, 2.7, 1.2, 0.7),
    TeamPlan("Paint shop", "L08", "L02", 14, 3.6, 0.0, 0.9),
    TeamPlan("Maintenance", "L09", "L02", 12, 4.2, 0.1, 0.8),
    TeamPlan("Incoming goods", "L10", "L03", 11, 3.3, 0.6, 0.75),
    TeamPlan("Shipping", "L11", "L03", 10, 3.7, 0.3, 0.6),
    TeamPlan("Laboratory", "L12", "L03", 8, 4.0, -0.4, 1.0),
    TeamPlan("Planning", "L13", "L04", 13, 3.4, 0.8, 0.9),
    TeamPlan("People and finance", "L14", "L04", 6, 3.8, 0.2, 0.5),
)


def people_table(rng: Random) -> Table:
    """Return the company as HR's spreadsheet would hold it."""
    rows: list[dict[str, str]] = []
    names = _names(rng)
    for team in TEAMS:
        rows.append(_person(team.leader, next(names), team.above, team.unit))
        for n in range(1, team.size + 1):
            number = f"{team.leader}-{n:02}"
            rows.append(_person(number, next(names), team.leader, team.unit))
    return Table(
        COLUMNS, tuple(Row(line, cells) for line, cells in enumerate(rows, start=2))
    )


def _names(rng: Random) -> Iterator[str]:
    english = iter(_ENGLISH)
    seen: set[str] = set()
    while True:
        if rng.random() < 0.08 and (name := next(english, "")):  # noqa: PLR2004
            yield name
            continue
        name = " ".join(rng.choice(part) for part in (_FAMILY, _MIDDLE, _GIVEN))
        if name not in seen:
            seen.add(name)
            yield name


def _person(number: str, name: str, manager: str, unit: str) -> dict[str, str]:
    is_english = name in _ENGLISH
    has_mail = not (unit == "Press shop" and number[-1] in "13579")
    return {
        "id": number,
        "name": name,
        "email": f"{number.lower()}@{DOMAIN}" if has_mail else "",
        "manager_id": manager,
        "unit": unit,
        "language": "en" if is_english else "vi",
        "channel": "email" if has_mail else "slip",
    }


COMMENTS = {
    "OQ1": (
        "Trưởng nhóm đến tận dây chuyền khi có lỗi, không hỏi ai sai mà hỏi vì sao.",
        "Họp mười phút buổi sáng rất có ích, xin hãy giữ.",
        "Keeps asking what slows us down, and then does something about it.",
        "Ghi nhận cả những cải tiến nhỏ trước cả nhóm.",
        "The board with our lead time: everybody looks at it now.",
        "Luôn cảm ơn khi có người báo vấn đề.",
    ),
    "OQ2": (
        "Cho nhóm tự quyết những thay đổi nhỏ, không cần chờ duyệt.",
        "Nghe hết câu rồi hãy nói.",
        "Tell us what became of the ideas from last quarter.",
        "Phản hồi sớm hơn, đừng đợi đến cuối tháng.",
        "Come to the line more often, not only when something is late.",
        "Giải thích vì sao đổi kế hoạch.",
    ),
}
