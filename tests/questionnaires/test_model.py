"""What an instrument knows of itself: order, wordings, length."""

from __future__ import annotations

import pytest

from questionnaires.catalogue import Catalogue
from questionnaires.model import (
    Dimension,
    Form,
    Item,
    RaterGroup,
    minutes,
    name_leader,
)

SHIPPED = {i.code: i for i in Catalogue().instruments()}


def dimension(*keys: str) -> Dimension:
    """Build a dimension from item codes; R marks a reverse item, S a short one."""
    items = [Item(key, {}, {}, "R" in key, "S" in key) for key in keys]
    return Dimension("d", {}, {}, tuple(items))


def order(asked: Dimension, form: Form = Form.FULL) -> str:
    return " ".join(item.code for item in asked.asked(form))


@pytest.mark.parametrize(
    ("items", "shown"),
    [
        ("1 2 3 4 5R", "1 2 5R 3 4"),
        ("1R 2 3 4", "2 3 1R 4"),
        ("1 2R", "1 2R"),
        ("1 2 3 4R 5 6R", "1 2 3 4R 5 6R"),
        ("1R 2 3R 4", "2 1R 3R 4"),
        ("1 2 3", "1 2 3"),
        ("1R", "1R"),
    ],
)
def test_a_reverse_item_is_third_and_never_first(items: str, shown: str):
    assert order(dimension(*items.split())) == shown


def test_the_short_form_asks_the_marked_items():
    assert order(dimension("1S", "2", "3S", "4R"), Form.SHORT) == "1S 3S"


def test_without_a_short_form_every_item_is_asked():
    assert order(dimension("1", "2R", "3"), Form.SHORT) == "1 3 2R"


@pytest.mark.parametrize(
    ("codes", "form", "expected"),
    [
        (("ll-35", "ps-8"), Form.FULL, 8),
        (("ll-35", "ps-8"), Form.SHORT, 5),
        (("ps-8",), Form.FULL, 1),
        ((), Form.FULL, 1),
    ],
)
def test_minutes_are_those_the_pages_promise(codes, form, expected):
    assert minutes((SHIPPED[code] for code in codes), form) == expected


def test_the_leader_reads_the_self_wording_and_others_the_name():
    item = next(SHIPPED["ll-35"].items)
    assert item.wording(RaterGroup.SELF, "en", "Mai").startswith("When a problem")
    assert "Mai asks “Why" in item.wording(RaterGroup.PEERS, "en", "Mai")


def test_a_name_at_the_start_is_capitalised_and_elsewhere_left_alone():
    assert name_leader("{leader} waits.", "my leader") == "My leader waits."
    assert name_leader("Then {leader} waits.", "my leader") == "Then my leader waits."


def test_each_side_has_its_instruction():
    ll_35 = SHIPPED["ll-35"]
    assert ll_35.instruction(RaterGroup.SELF, "en").endswith("did you do this?")
    assert "have you seen this?" in ll_35.instruction(RaterGroup.MANAGER, "en")


def test_points_come_with_their_labels_from_low_to_high():
    scale = SHIPPED["ll-35"].response_scale
    assert scale.choices("vi")[0] == (1, "Không bao giờ")
    assert [point for point, _ in scale.choices("en")] == [1, 2, 3, 4, 5]


def test_an_open_question_names_the_leader():
    question = SHIPPED["ll-35"].questions[1]
    assert question.wording("vi", "Mai") == (
        "Một điều Mai có thể làm khác đi từ tháng tới là gì?"
    )


def test_only_team_and_peers_answer_without_a_name():
    anonymous = [group.value for group in RaterGroup if group.is_anonymous]
    assert anonymous == ["team", "peers"]
