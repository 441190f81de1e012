"""Wrong keys and types: each is told at its place, in words, and never guessed away."""

from __future__ import annotations

import json

import pytest

from questionnaires.catalogue import SHIPPED
from questionnaires.file_format import json_schema


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("format = 1", "format = 2", "format: found 2, expected 1, the format this"),
        ("format = 1", "format = true", "format: found true, expected 1"),
        ("format = 1\n", "", "format: the key is missing; add it"),
        ('code = "complete"', "code = 7", "code: found 7, expected a text in quot"),
        ('"1.0"', "2026-11-24", "version: found a date or time, expected a text"),
        ('"1.0"', "1.0", "version: found 1.0, expected a text"),
        ('"ready"', '"done"', "status: found “done”, expected 'ready' or 'stub'"),
        ('["en", "vi"]', '["en", "VI"]', "languages[2]: found “VI”, expected a lang"),
        ('["en", "vi"]', "[]", "languages: found an empty list, expected at least"),
        ('["en", "vi"]', '"en"', "languages: found “en”, expected a list in square"),
        ('"peers"', '"peer"', "asked[3]: found “peer”, expected 'self', 'team', "),
        ('referent = "leader"', "referent = [1]", "referent: found a list, expected"),
        ("low = 1", 'low = "1"', "response_scale.low: found “1”, expected a whole num"),
        ("low = 1", "low = 1.0", "response_scale.low: found 1.0, expected a whole"),
        ("high = 3", "high = true", "response_scale.high: found true, expected a who"),
        ("high = 3", "high = 0x" + "f" * 9999, "response_scale.high: found a very lar"),
        ("low = 1", "low = -11", "response_scale.low: found -11, expected at least -"),
        ('"Always"', "3", "response_scale.anchors.en[3]: found 3, expected a text"),
        ('en = "Complete"', "en = {a = 1}", "title.en: found a table, expected a te"),
        ("min_share = 0.5", "min_share = nan", "scoring.min_share: found nan, expect"),
        ("min_share = 0.5", "min_share = 0", "scoring.min_share: found 0, expected m"),
        ("min_share = 0.5", "min_share = 1.5", "scoring.min_share: found 1.5, expec"),
        ("min_share = 0.5", "min_share = false", "scoring.min_share: found false, e"),
        ('"mean"', '"sum"', "scoring.dimension: found “sum”, expected 'mean'"),
        ("short = true", "short = 1", "item A1, short: found 1, expected true or fal"),
        ("short = true", 'short = "yes"', "item A1, short: found “yes”, expected true"),
        ('"asks for causes"', "12:30:00", "item A1, hint: found a date or time, exp"),
        ('high_is = "good"', 'high_is = "fine"', "dimension asking, high_is: found “"),
        ('when = "low"', 'when = "lo"', "suggestion asking.low.1, when: found “lo”"),
        ('vi = "Hãy hỏi thêm một câu."', "vi = 3", "suggestion asking.low.1, vi: f"),
        ('"A2"', '""\nhint = 3', "dimension asking, item 2, hint: found 3, expected"),
        ('code = "A2"\n', "", "dimension asking, item 2, code: the key is missing"),
        ('code = "A2"', 'code = "A2"\nhint = 1', "item A2, hint: found 1"),
        ('"A2"', '"A\\u001b2\\n"\nhint = 1', "item “A\\x1b2\\n”, hint: found 1"),
        ("[[questions]]", "[questions]", "questions: found a table; write its head"),
        ("[instruction]", "[[instruction]]", "instruction: found a list, expected a t"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_at_its_place(old, new, problem, changed, faults):
    found = faults(changed((old, new)))
    assert any(fault.startswith(problem) for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("short = true", "shrot = true", "item A1, shrot: there is no such key; did"),
        ("low = 1", "low = 1\nforms = []", "response_scale.forms: the key belongs at"),
        ("[scoring]", "[scoring]\nxyz = 1", "scoring.xyz: there is no such key here;"),
        ("[scoring]", '[scoring]\n"\\u001b[2J" = 1', "scoring.“\\x1b[2J”: there is no"),
        ("[scoring]", "[scorings]", "scorings: there is no such key; did you mean “sc"),
        ("[scoring]", "[scoring]\nself_ = 1", "scoring.self_: there is no such key"),
        ("help =", "helpp =", "question Q1, helpp: found a table, expected a text in"),
        ('when = "low"', 'when = "low"\nwenn = "low"', "suggestion asking.low.1, wenn"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_told_with_what_may_be_meant(
    old, new, problem, changed, faults
):
    found = faults(changed((old, new)))
    assert any(fault.startswith(problem) for fault in found), found


def test_of_an_unknown_key_the_known_ones_are_told(changed, faults):
    assert faults(changed(("[scoring]", "[scoring]\nxyz = 1"))) == [
        (
            "scoring.xyz: there is no such key here; known are dimension, min_share, "
            "overall_min_dimensions"
        )
    ]
    (fault,) = faults(changed(('when = "low"', 'when = "low"\nwenn = "low"')))
    assert fault.endswith("one of “languages” (en, vi); did you mean “when”?")
    fault = faults(changed(("short = true", "shrot = true")))[0]
    assert fault.endswith("did you mean “short”?")
    (fault,) = faults(changed(("low = 1", "low = 1\nforms = []")))
    assert fault.endswith("at the top of the file, before the first [table]")


def test_a_single_bracket_too_few_is_told(changed, faults):
    (fault,) = faults(changed(("[[questions]]", "[questions]")))
    assert fault.endswith("write its heading in double brackets: [[questions]]")


def test_an_unknown_key_hides_no_broken_rule(changed, faults):
    text = changed(("[scoring]", "[scoring]\nxyz = 1"), ('"1.0"', '"next"'))
    assert [fault.partition(":")[0] for fault in faults(text)] == [
        "scoring.xyz",
        "version",
    ]


def test_all_wrong_values_are_told_at_once(changed, faults):
    text = changed(("format = 1", "format = 2"), ("low = 1", "low = '1'"), ("A2", ""))
    assert len(faults(text)) == 2


def test_a_faulty_entry_is_told_once_not_also_as_a_faulty_list(faults, read):
    text = read("smallest").split("[[dimensions.items]]")[0] + "items = [3]"
    assert faults(text) == ["dimension listening, item 1: found 3, expected a table"]


def test_a_file_without_anything_lists_what_must_be_there(faults):
    assert {fault.partition(":")[0] for fault in faults("")} == {
        "format",
        "code",
        "version",
        "status",
        "licence",
        "languages",
        "referent",
        "asked",
        "title",
        "response_scale",
        "dimensions",
    }


def test_a_dimension_without_items_is_told(faults, read):
    text = read("smallest").split("[[dimensions.items]]")[0]
    assert faults(text) == ["dimension listening, items: the key is missing; add it"]


def test_a_long_value_is_shortened(faults, changed):
    (fault,) = faults(changed(('"ready"', f'"{"x" * 1000}"')))
    assert "x" * 40 + "...”" in fault
    assert "x" * 41 not in fault


def test_the_published_schema_is_the_one_of_the_code():
    published = (SHIPPED.parent / "instrument.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == json_schema(), (
        "run: hansei questionnaire schema > questionnaires/instrument.schema.json"
    )


def test_the_schema_knows_languages_beside_the_keys_of_a_question():
    question = json_schema()["$defs"]["QuestionTable"]
    assert question["additionalProperties"] is False
    (pattern,) = question["patternProperties"]
    assert pattern.startswith("^[a-z]{2,3}")


def test_what_is_left_out_has_its_default(instrument):
    smallest = instrument("smallest")
    assert (smallest.min_share, smallest.overall_min_dimensions) == (0.5, 1)
    assert [form.value for form in smallest.forms] == ["full"]
    assert smallest.dimensions[0].description == {"en": ""}
    assert next(smallest.items).self_wording == {"en": ""}
    assert smallest.questions == ()


def test_every_key_reaches_the_instrument(instrument):
    complete = instrument("complete")
    (dimension,) = complete.dimensions
    first, second = dimension.items[:2]
    assert (first.source, first.facet, first.hint) == (
        ("S1-1", "S1-2"),
        "causes",
        "asks for causes",
    )
    assert (first.short, first.reverse_keyed) == (True, False)
    assert (second.short, second.reverse_keyed) == (False, True)
    assert first.self_wording == {"en": "I ask why.", "vi": "Tôi hỏi tại sao."}
    assert dimension.source == ("S1",)
    assert dimension.suggestions[0].source == ("S1-1",)
    assert dimension.suggestions[0].texts["vi"] == "Hãy hỏi thêm một câu."
    assert complete.questions[0].help["vi"] == "Xin đừng nêu tên."
    assert (complete.citation, complete.permission, complete.credit) == (
        "Nobody (2026).",
        "None is needed.",
        "Made for tests.",
    )


def test_a_dimension_may_be_bad_when_high(instrument):
    assert instrument("complete").dimensions[0].high_is_good
    assert not instrument("high_is_bad").dimensions[0].high_is_good
