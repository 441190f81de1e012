"""Garbled names are told from names that only look unusual."""

from __future__ import annotations

from random import Random

import pytest

from survey.demo_people import people_table
from survey.garbled import Garbling, garbling


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nguyá»…n VÄƒn An", Garbling.MOJIBAKE),
        ("Tráº§n Thá»‹ Lan", Garbling.MOJIBAKE),
        ("LÃª Minh", Garbling.MOJIBAKE),
        ("Nguy?n V?n An", Garbling.LOST),
        ("NguyÔn V¨n An", Garbling.TCVN3),
        ("TrÇn ThÞ §µo", Garbling.TCVN3),
        ("Ph¹m Quang Huy", Garbling.TCVN3),
        ("Nguyeãn Vaên An", Garbling.VNI),
        ("Traàn Thò Ñaøo", Garbling.VNI),
    ],
)
def test_what_garbled_a_name_is_found(text: str, kind: Garbling) -> None:
    assert garbling(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn An",
        "LÃ THỊ HOÀ",
        "Lã Quý Huế",
        "Đoàn Tuấn Khuê",
        "Noël Müller",
        "François Citroën",
        "Zoë O'Brien-Smith",
        "Łukasz Żółć",
        "Åse Ødegård",
        "Phòng R&D (1)",
        "Ca 2 – Hàn/Sơn",
        "Why? No",
    ],
)
def test_an_unusual_name_is_left_alone(text: str) -> None:
    assert garbling(text) is None


def test_no_vietnamese_name_of_the_demo_looks_garbled() -> None:
    names = [row.cells["name"] for row in people_table(Random(3)).rows]
    assert [name for name in names if garbling(name)] == []
