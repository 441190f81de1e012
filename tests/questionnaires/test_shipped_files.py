"""The shipped questionnaires say what they are meant to say, word for word."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from questionnaires.catalogue import SHIPPED, Catalogue
from questionnaires.checks import launch_problems, warnings
from questionnaires.loader import load_bytes
from questionnaires.model import Form, RaterGroup, Referent, When

LL_35, PS_8, EDMONDSON = (
    load_bytes((SHIPPED / f"{code}.toml").read_bytes(), name=code)
    for code in ("ll-35", "ps-8", "edmondson-1999")
)
ITEMS = {item.code: item for i in (LL_35, PS_8, EDMONDSON) for item in i.items}
MY_LEADER = {"en": "my leader", "vi": "lãnh đạo của tôi"}


def read_by_team(code: str, language: str) -> str:
    return ITEMS[code].wording(RaterGroup.TEAM, language, MY_LEADER[language])


def codes(form: Form) -> list[str]:
    return [i.code for d in LL_35.dimensions for i in d.asked(form)]


def test_three_files_are_shipped_and_readable():
    found = [(i.code, i.version, i.is_ready) for i in Catalogue().instruments()]
    assert found == [
        ("edmondson-1999", "0.1.0", False),
        ("ll-35", "0.1.0", True),
        ("ps-8", "0.1.0", True),
    ]
    assert Catalogue().errors == ()


def test_the_ready_files_call_for_no_second_thought():
    assert warnings(LL_35) == warnings(PS_8) == ()
    assert launch_problems([LL_35, PS_8], languages=["en", "vi"]) == ()


def test_ll_35_has_seven_dimensions_of_five_items():
    assert [(d.code, len(d.items)) for d in LL_35.dimensions] == [
        ("mindset", 5),
        ("values", 5),
        ("listen", 5),
        ("support", 5),
        ("kaizen", 5),
        ("behaviour", 5),
        ("measure", 5),
    ]
    assert [i.code for i in LL_35.items] == [f"LL{n:02}" for n in range(1, 36)]


def test_the_last_item_of_each_lean_dimension_is_reverse_and_shown_third():
    reverse = [i.code for i in LL_35.items if i.reverse_keyed]
    assert reverse == [f"LL{n:02}" for n in range(5, 36, 5)]
    assert codes(Form.FULL)[:5] == ["LL01", "LL02", "LL05", "LL03", "LL04"]
    assert codes(Form.FULL)[2::5] == reverse


def test_the_short_form_has_these_21_items():
    left_out = {4, 7, 14, 18, 23, 28, 34, *range(5, 36, 5)}
    assert codes(Form.SHORT) == [f"LL{n:02}" for n in range(1, 36) if n not in left_out]


def test_ll_35_is_asked_of_everybody_about_the_leader():
    assert LL_35.asked_groups == tuple(RaterGroup)
    assert LL_35.referent is Referent.LEADER
    assert (LL_35.min_share, LL_35.overall_min_dimensions) == (0.5, 5)
    assert LL_35.response_scale.anchors["vi"] == (
        "Không bao giờ",
        "Hiếm khi",
        "Thỉnh thoảng",
        "Thường xuyên",
        "Luôn luôn",
    )


@pytest.mark.parametrize(
    ("code", "language", "text"),
    [
        (
            "LL01",
            "en",
            (
                "When a problem comes up, my leader asks “Why does this happen?” "
                "before proposing a solution."
            ),
        ),
        (
            "LL05",
            "vi",
            (
                "Lãnh đạo của tôi đưa ra giải pháp định sẵn trước khi nghe ý kiến của "
                "nhóm."
            ),
        ),
        (
            "LL10",
            "en",
            "My leader lets an improvement initiative fade away unexplained.",
        ),
        (
            "LL13",
            "en",
            "When someone says that something is not working, my leader thanks them.",
        ),
        (
            "LL26",
            "vi",
            (
                "Khi yêu cầu nhóm áp dụng cách làm mới, lãnh đạo của tôi là người đầu "
                "tiên thực hiện."
            ),
        ),
        (
            "LL28",
            "en",
            (
                "When evaluating people’s work, my leader takes their improvement "
                "contributions into account."
            ),
        ),
        (
            "LL35",
            "vi",
            (
                "Lãnh đạo của tôi giữ nguyên kế hoạch ban đầu dù dữ liệu mới cho thấy "
                "kế hoạch không hiệu quả."
            ),
        ),
        (
            "PS2",
            "en",
            "I can disagree with our leader without getting into trouble.",
        ),
        (
            "PS8",
            "vi",
            "Trong nhóm này, ý kiến của một số người bị phớt lờ.",
        ),
    ],
)
def test_the_team_reads_the_printed_sentence(code, language, text):
    assert read_by_team(code, language) == text


def test_every_lean_item_names_the_leader_once_in_both_languages():
    for item in LL_35.items:
        counts = [text.count("{leader}") for text in item.other_wording.values()]
        assert counts == [1, 1], item.code


def test_every_item_has_a_source_and_every_bullet_of_the_article_is_used():
    used = {source for item in LL_35.items for source in item.source}
    bullets = {2: 3, 3: 3, 4: 4, 5: 3, 6: 3, 7: 4}
    assert {
        f"S{s}-b{n}" for s, last in bullets.items() for n in range(1, last + 1)
    } <= used
    assert all(item.source for item in LL_35.items)


def test_each_lean_dimension_has_three_low_two_over_and_two_under():
    for dimension in LL_35.dimensions:
        found = Counter(suggestion.when for suggestion in dimension.suggestions)
        assert found == {When.LOW: 3, When.OVER: 2, When.UNDER: 2}, dimension.code
    assert sum(len(d.suggestions) for d in LL_35.dimensions) == 49


def test_a_suggestion_is_named_after_its_dimension_and_finding():
    for dimension in LL_35.dimensions:
        for suggestion in dimension.suggestions:
            start = f"{dimension.code}.{suggestion.when.value}."
            assert suggestion.code.startswith(start)


def test_a_suggestion_says_what_is_printed():
    texts = {s.code: s.texts for d in LL_35.dimensions for s in d.suggestions}
    assert texts["kaizen.over.1"]["en"] == (
        "Recall the last failed trial: what were your first words? Ask one participant "
        "how they remember it."
    )
    assert texts["measure.under.2"]["vi"] == (
        "Chia sẻ bảng của bạn với nhóm bên cạnh và so sánh cách định nghĩa chỉ số."
    )


def test_the_open_questions_warn_that_words_are_shown():
    assert [question.code for question in LL_35.questions] == ["OQ1", "OQ2"]
    for question in LL_35.questions:
        assert "exactly as written" in question.help["en"]
        assert "nguyên văn" in question.help["vi"]


def test_ps_8_is_one_dimension_of_four_facets():
    (safety,) = PS_8.dimensions
    assert safety.code == "safety"
    assert [i.facet for i in safety.items[::2]] == [
        "voice",
        "error",
        "question",
        "contribution",
    ]
    assert [i.code for i in safety.items if i.reverse_keyed] == ["PS4", "PS8"]
    assert [i.code for i in safety.asked(Form.FULL)] == [f"PS{n}" for n in range(1, 9)]


def test_ps_8_suggests_after_low_over_and_split():
    (safety,) = PS_8.dimensions
    assert {s.code: s.when.value for s in safety.suggestions} == {
        "ps.low.1": "low",
        "ps.low.2": "low",
        "ps.low.3": "low",
        "ps.over.1": "over",
        "ps.split.1": "split",
    }


def test_the_edmondson_file_holds_keys_and_hints_but_no_word():
    items = list(EDMONDSON.items)
    assert [i.code for i in items if i.reverse_keyed] == ["e1", "e3", "e5"]
    assert all(i.hint for i in items)
    assert {
        t for i in items for t in (*i.self_wording.values(), *i.other_wording.values())
    } == {""}
    assert EDMONDSON.response_scale.n_points == 7


def test_the_edmondson_file_cannot_be_launched():
    (problem,) = launch_problems([EDMONDSON])
    assert problem.message == "stub: 28 texts are empty; the wording needs permission"


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.toml")), ids=lambda f: f.name)
def test_a_file_points_its_editor_to_the_schema(file: Path):
    first = file.read_text(encoding="utf-8").splitlines()[0]
    path = first.removeprefix("#:schema ")
    assert first != path
    assert (file.parent / path).is_file()


def test_the_licence_stands_beside_the_files():
    text = (SHIPPED / "LICENSE").read_text(encoding="utf-8")
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in text
    assert {LL_35.licence, PS_8.licence} == {"CC-BY-4.0"}
