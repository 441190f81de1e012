import unicodedata

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from questionnaires.model import RaterGroup
from reports.render import words as words_module
from reports.render.words import CATALOGUES, Words
from reports.tree import (
    Band,
    Because,
    CountBand,
    End,
    Hidden,
    Mean,
    NoData,
    Quadrant,
    ShownGap,
    ShownInterval,
    Spread,
    Third,
    Verdict,
    WhyMissing,
)

EN, VI = Words("en"), Words("vi")
HIDDEN = Hidden(Because.TOO_FEW)


@pytest.mark.parametrize(
    ("cell", "en", "vi"),
    [
        (Mean(3.4), "3.4", "3,4"),
        (Mean(4.0), "4.0", "4,0"),
        (Mean(4.5, End.OR_ABOVE), "4.5 or above", "từ 4,5 trở lên"),
        (Mean(1.5, End.OR_BELOW), "1.5 or below", "từ 1,5 trở xuống"),
        (Band(None, 2), "2 or below", "từ 2 trở xuống"),
        (Band(2, 2.5), "2–2.5", "2–2,5"),
        (Band(4, None), "4 or above", "từ 4 trở lên"),
        (HIDDEN, "hidden to protect raters", "ẩn để bảo vệ người trả lời"),
        (NoData(), "no answers", "không có câu trả lời"),
    ],
)
def test_a_rating_reads_as_it_may_be_shown(cell, en, vi):
    assert (EN.mean(cell), VI.mean(cell)) == (en, vi)


@pytest.mark.parametrize(
    ("cell", "en", "vi"),
    [
        (CountBand(3, 4), "3–4", "3–4"),
        (CountBand(8, 11), "8–11", "8–11"),
        (CountBand(12, None), "12 or more", "ít nhất 12"),
        (CountBand(1, 1), "1", "1"),
        (HIDDEN, "hidden to protect raters", "ẩn để bảo vệ người trả lời"),
    ],
)
def test_counts_are_bands(cell, en, vi):
    assert (EN.count(cell), VI.count(cell)) == (en, vi)


@pytest.mark.parametrize(
    ("interval", "en", "vi"),
    [
        (ShownInterval(2.8, 3.4), "2.8 to 3.4", "từ 2,8 đến 3,4"),
        (ShownInterval(4.2, None), "4.2 or above", "từ 4,2 trở lên"),
        (ShownInterval(None, 1.9), "1.9 or below", "từ 1,9 trở xuống"),
    ],
)
def test_an_interval_has_two_ends_or_one(interval, en, vi):
    assert (EN.interval(interval), VI.interval(interval)) == (en, vi)


@pytest.mark.parametrize(
    ("gap", "en", "vi"),
    [
        (ShownGap(0.8), "0.8", "0,8"),
        (ShownGap(-0.8), "0.8", "0,8"),
        (ShownGap(-0.4, at_least=True), "at least 0.4", "ít nhất 0,4"),
        (ShownGap(0, at_least=True), "about the same", "gần như giống nhau"),
    ],
)
def test_a_gap_tells_how_far_apart_both_views_are(gap, en, vi):
    assert (EN.gap(gap), VI.gap(gap)) == (en, vi)


@pytest.mark.parametrize(
    ("gap", "en", "vi"),
    [
        (ShownGap(0.8), "0.8 higher", "cao hơn 0,8"),
        (ShownGap(-0.8), "0.8 lower", "thấp hơn 0,8"),
        (ShownGap(0.4, at_least=True), "at least 0.4 higher", "cao hơn ít nhất 0,4"),
        (ShownGap(-0.4, at_least=True), "at least 0.4 lower", "thấp hơn ít nhất 0,4"),
        (ShownGap(0), "the same", "giống nhau"),
        (ShownGap(0, at_least=True), "about the same", "gần như giống nhau"),
    ],
)
def test_a_difference_says_who_rates_higher(gap, en, vi):
    assert (EN.difference(gap), VI.difference(gap)) == (en, vi)


def test_too_few_answers_for_a_verdict_is_said_as_printed():
    assert EN.verdict(None) == "too few answers to say how sure"
    assert VI.verdict(None) == "chưa đủ câu trả lời để biết mức độ chắc chắn"


@pytest.mark.parametrize(
    ("quadrant", "en", "vi"),
    [
        (Quadrant.SHARED_STRENGTH, "Shared strength", "Điểm mạnh chung"),
        (Quadrant.SHARED_FOCUS, "Shared focus", "Điểm chung cần cải thiện"),
        (Quadrant.HIDDEN_STRENGTH, "Hidden strength", "Điểm mạnh chưa nhận ra"),
        (Quadrant.BLIND_SPOT, "Blind spot", "Điểm mù"),
        (Quadrant.OPEN, "Cannot tell yet", "Chưa thể kết luận"),
    ],
)
def test_quadrants_have_their_names(quadrant, en, vi):
    assert (EN.quadrant(quadrant), VI.quadrant(quadrant)) == (en, vi)


def test_shares_are_thirds():
    assert [EN.third(t) for t in Third] == [
        "under a third",
        "a third to two thirds",
        "two thirds or more",
    ]
    assert [VI.third(t) for t in Third] == [
        "dưới một phần ba",
        "từ một phần ba đến hai phần ba",
        "từ hai phần ba trở lên",
    ]


def test_agreement_is_told_in_words():
    assert [EN.spread(s) for s in Spread] == [
        "people largely see it the same way",
        "views differ somewhat",
        "your team is split on this",
    ]
    assert [VI.spread(s) for s in Spread] == [
        "mọi người nhìn nhận khá giống nhau",
        "ý kiến có phần khác nhau",
        "nhóm của bạn có ý kiến trái ngược nhau",
    ]


@pytest.mark.parametrize("words", [EN, VI], ids=["en", "vi"])
def test_every_word_of_a_kind_differs_from_the_others(words):
    for say, kind in (
        (words.verdict, Verdict),
        (words.group, [None, *RaterGroup]),
        (words.why_missing, WhyMissing),
    ):
        said = [say(one) for one in kind]
        assert len(set(said)) == len(said)


def test_two_significant_digits():
    assert [EN.significant(x) for x in (0.84, 0.056, 0.9, 3.6, None)] == [
        "0.84",
        "0.056",
        "0.90",
        "3.6",
        "–",
    ]
    assert VI.significant(0.84) == "0,84"


def test_dates_are_written_out():
    assert EN.date("2026-10-05") == "5 October 2026"
    assert VI.date("2026-10-05") == "5 tháng 10, 2026"
    assert EN.date("in autumn") == "in autumn"


def test_texts_fall_back_to_english_then_to_any():
    assert VI.of({"en": "a", "vi": "b"}) == "b"
    assert VI.of({"en": "a"}) == "a"
    assert VI.of({"de": "c"}) == "c"
    assert VI.of({}) == ""


def test_a_language_without_a_catalogue_reads_english():
    assert Words("xx").mean(Mean(4.5, End.OR_ABOVE)) == "4.5 or above"


def test_scale_ends_without_labels_stay_silent():
    assert EN.anchor({}, 0) == ""


def extracted():
    """Return every text of the renderers that is marked for translation."""
    folder = CATALOGUES.parent
    methods = [("**.py", "python"), ("templates/**.html", "jinja2")]
    return {m[2] for m in extract_from_dir(folder, methods)}


def catalogue():
    path = CATALOGUES / "vi" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file)


def test_the_vietnamese_catalogue_is_complete_and_holds_nothing_else():
    assert {m.id for m in catalogue() if m.id} == extracted()
    assert not catalogue().obsolete


def test_no_vietnamese_text_is_missing_or_unsure():
    assert not [m.id for m in catalogue() if m.id and (m.fuzzy or not m.string)]


def test_vietnamese_texts_hold_the_same_fields():
    assert not [m.id for m in catalogue() if list(m.check(catalogue()))]


def test_vietnamese_texts_are_composed_letters():
    texts = [m.string for m in catalogue()]
    assert texts == [unicodedata.normalize("NFC", text) for text in texts]


def test_no_translation_is_hard_coded():
    source = "".join(
        p.read_text(encoding="utf-8")
        for p in CATALOGUES.parent.rglob("*")
        if p.suffix in {".py", ".html"}
    )
    assert not {letter for letter in source if letter in "ăâđêôơưạảấầẩẫậ"}
    assert words_module.SOURCE_LANGUAGE == "en"
