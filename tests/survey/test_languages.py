"""The catalogue is whole, and dates read as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from survey.languages import format_date, format_moment, join_words, translator
from survey.promise_texts import TEXTS

LATE = datetime(2026, 11, 28, 18, 0, tzinfo=UTC)


def test_every_sentence_of_the_promise_is_translated() -> None:
    gettext = translator("vi").gettext
    assert [text for text in TEXTS.values() if gettext(text) == text] == []


def test_english_stands_in_the_source() -> None:
    assert translator("en").gettext("Send") == "Send"


def test_a_missing_catalogue_is_a_fault_not_a_page_in_english() -> None:
    with pytest.raises(FileNotFoundError):
        translator("fr")


@pytest.mark.parametrize(
    ("language", "text"), [("en", "28 November 2026"), ("vi", "28 tháng 11, 2026")]
)
def test_a_day_is_written_in_words(language: str, text: str) -> None:
    assert format_date(date(2026, 11, 28), language) == text


def test_a_moment_has_the_day_of_its_time_zone() -> None:
    assert format_date(LATE, "en") == "28 November 2026"
    assert format_date(LATE, "en", "Asia/Ho_Chi_Minh") == "29 November 2026"
    assert "29 November 2026" in format_moment(LATE, "en", "Asia/Ho_Chi_Minh")
    assert "01:00" in format_moment(LATE, "en", "Asia/Ho_Chi_Minh")


def test_lists_end_with_a_word() -> None:
    assert join_words((), "en") == ""
    assert join_words(("An",), "en") == "An"
    assert join_words(("An", "Bao", "Chi"), "en") == "An, Bao and Chi"
    assert join_words(("An", "Bao"), "vi") == "An và Bao"
