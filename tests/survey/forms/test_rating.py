"""The form asks what the instruments ask, requires nothing and forgets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from questionnaires.loader import load
from questionnaires.model import Form, RaterGroup
from survey.forms.rating import Comment, RatingForm, rating_form

FILES = Path(__file__).parents[3] / "questionnaires/files"
LEAN, SAFETY = (
    load((FILES / f"{name}.toml").read_text(encoding="utf-8"), name=name)
    for name in ("ll-35", "ps-8")
)
BOTH = (LEAN, SAFETY)


@pytest.fixture(autouse=True)
def app() -> Iterator[Flask]:
    app = Flask(__name__)
    app.secret_key = "only for tests"
    Babel(app)
    with app.test_request_context(method="POST"):
        yield app


def filled(
    given: dict[str, str] | None = None, group: RaterGroup = RaterGroup.TEAM
) -> RatingForm:
    form = rating_form(BOTH, Form.FULL, group, "en", "my leader")
    return form(formdata=MultiDict(given or {}))


def test_every_statement_has_its_points_and_cannot_say_last() -> None:
    form = filled()
    assert len(form.codes) == 43
    for code in form.codes:
        choices = form.item(code).iter_choices()
        assert [c.value for c in choices] == ["1", "2", "3", "4", "5", "x"]
        assert choices[-1].label == "Cannot say"
        assert not [c for c in choices if c.selected]


def test_statements_stand_in_parts_and_in_the_order_of_display() -> None:
    parts = rating_form(BOTH, Form.FULL, RaterGroup.TEAM, "vi", "lãnh đạo").parts
    assert [len(part.codes) for part in parts] == [5] * 7 + [8]
    assert parts[0].title == "Khởi xướng tư duy Lean"
    assert parts[0].codes[2] == "LL05"  # reverse-keyed: third
    assert [bool(part.instruction) for part in parts] == [True, *[False] * 6, True]


def test_the_short_form_asks_less() -> None:
    form = rating_form(BOTH, Form.SHORT, RaterGroup.TEAM, "en", "my leader")
    assert len(form.codes) == 29


def test_the_leader_is_named_as_the_group_names_them() -> None:
    form = rating_form(BOTH, Form.FULL, RaterGroup.PEERS, "en", "Lan Tran")
    assert form().item("LL02").label.text.startswith("Lan Tran asks the team")


def test_instruments_are_asked_of_their_groups_only() -> None:
    peers = rating_form(BOTH, Form.FULL, RaterGroup.PEERS, "en", "Lan")
    assert "PS1" not in peers.codes


def test_leaders_read_their_own_wording_and_write_no_comments() -> None:
    form = filled(group=RaterGroup.SELF)
    assert form.item("LL02").label.text.startswith("I ask the team")
    assert form.questions == ()


def test_points_and_cannot_say_are_told_apart() -> None:
    form = filled({"i-LL01": "4", "i-LL02": "x", "send_anyway": "1"})
    assert form.may_be_sent()
    assert form.points() == {"LL01": 4}
    assert form.cannot_say() == ("LL02",)
    assert len(form.skipped()) == 41


def test_skipped_items_are_asked_for_once() -> None:
    assert not filled({"i-LL01": "4"}).may_be_sent()
    assert filled({"i-LL01": "4", "send_anyway": "1"}).may_be_sent()


def test_a_complete_form_may_be_sent_at_once() -> None:
    assert filled({f"i-{code}": "3" for code in filled().codes}).may_be_sent()


@pytest.mark.parametrize("value", ["0", "6", "-1", "4.5", "yes", "99999999999"])
def test_a_point_outside_the_scale_is_refused_in_words(value: str) -> None:
    form = filled({"i-LL01": value, "send_anyway": "1"})
    assert not form.may_be_sent()
    assert form.item("LL01").errors == ["Choose one of the answers."]


def test_a_comment_is_shown_word_for_word_only_if_its_writer_says_so() -> None:
    given = {"c-OQ1": "  Goes to\r\nthe line. ", "c-OQ2": "Ask.", "w-OQ2": "1"}
    form = filled(given | {"send_anyway": "1"})
    assert form.may_be_sent()
    assert form.comments() == (
        Comment("OQ1", "Goes to\nthe line.", word_for_word=False),
        Comment("OQ2", "Ask.", word_for_word=True),
    )


def test_empty_boxes_are_no_comments() -> None:
    assert filled({"c-OQ1": " \r\n ", "w-OQ1": "1"}).comments() == ()


def test_five_hundred_letters_fit_however_they_are_composed() -> None:
    decomposed = "e\u0302\u0323" * 500  # three characters, one letter
    form = filled({"c-OQ1": decomposed, "send_anyway": "1"})
    assert form.may_be_sent()
    assert form.comments()[0].text == "ệ" * 500


def test_a_long_comment_is_refused_with_how_much_is_too_much() -> None:
    form = filled({"c-OQ1": "a" * 501, "send_anyway": "1"})
    assert not form.may_be_sent()
    assert form.comment("OQ1").errors == ["This text is 1 character too long."]


@pytest.mark.parametrize("letter", ["😀", '"', "\\", "\n"])
def test_letters_that_take_more_bytes_are_counted_in_bytes(letter: str) -> None:
    form = filled({"c-OQ1": f"a{letter * 376}a", "send_anyway": "1"})
    fits = len(letter.encode()) < 4
    assert form.may_be_sent() is fits


def test_control_characters_are_dropped() -> None:
    assert filled({"c-OQ1": "a\x00\x07b\u200dc"}).comments()[0].text == "ab\u200dc"


def test_people_with_a_session_send_a_token() -> None:
    form = rating_form(BOTH, Form.FULL, RaterGroup.SELF, "en", "", csrf=True)
    given = {f"i-{code}": "3" for code in form.codes}
    assert not form(formdata=MultiDict(given)).may_be_sent()
    assert form().csrf_token.current_token


def test_an_item_may_have_the_code_of_a_method(tmp_path: Path) -> None:
    text = (FILES / "ps-8.toml").read_text(encoding="utf-8")
    odd = load(text.replace('"PS1"', '"points"').replace('"PS2"', '"code"'), name="x")
    form = rating_form((odd,), Form.FULL, RaterGroup.TEAM, "en", "Lan")
    sent = form(formdata=MultiDict({"i-points": "2", "i-code": "3"}))
    assert sent.points() == {"points": 2, "code": 3}
