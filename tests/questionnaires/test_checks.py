"""Each rule refuses its fault, at its place, and nothing else."""

from __future__ import annotations

import pytest

from questionnaires.checks import RULES, WARNINGS, launch_problems, warnings
from questionnaires.loader import InstrumentError, load

LONG = "a" * 161


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ('"complete"', '"1st"', "code", "“1st” is no code"),
        ('"often3"', '"Öfter"', "response_scale.code", "“Öfter” is no code"),
        ('"asking"', '"as king"', "dimension “as king”", "is no code; a code starts"),
        ('"A2"', '"A2\\n"', "item “A2\\n”", "is no code"),
        ('"A2"', f'"{"A" * 65}"', f"item “{'A' * 40}...”", "at most 64 characters"),
        ('"asking.low.1"', '"asking/low"', "suggestion “asking/low”", "is no code"),
        ('"Q1"', '"١"', "question “١”", "is no code"),
        ('"A2"', '"A1"', "item A1", "the code is used 2 times; give each its own"),
        ('"1.0"', '"1.0-rc1"', "version", "“1.0-rc1” is not made of numbers and dots"),
        ('"1.0"', '"1.٢"', "version", "is not made of numbers"),
        ('"1.0"', f'"{"1." * 20}1"', "version", "is not made of numbers"),
        ('"CC0-1.0"', '" "', "licence", "it is blank; name the licence"),
        ('["en", "vi"]', '["en", "vi", "en"]', "languages", "“en” is there 2 times"),
        ('"peers", "man', '"peers", "peers", "man', "asked", "“peers” is there 2 tim"),
        ('["full", "short"]', '["short"]', "forms", "“full” is missing"),
        ("high = 3", "high = 1", "response_scale", "low is 1 and high is 1; low must"),
        ("low = 1", "low = -9", "response_scale", "there are 13 points, at most 11"),
        ('"Sometimes", ', "", "response_scale.anchors.en", "2 labels for 3 poi"),
        ("anchors.vi", "anchors.de", "response_scale.anchors.vi", "0 labels for 3 poi"),
        ("anchors.vi", "anchors.de", "response_scale.anchors.de", "it is not in “lang"),
        ('"Luôn luôn"', '" "', "response_scale.anchors.vi[3]", "the label is blank"),
        ('vi = "Đầy đủ"', 'vi = " "', "title.vi", "missing or blank; write it"),
        (', vi = "Đầy đủ"', "", "title.vi", "the text is missing or blank"),
        (', vi = "Hỏi trước khi ra lệnh."', "", "dimension asking, description.vi", ""),
        ('vi = "Bạn làm điều này ở mức nào?"', 'vi = ""', "instruction.self.vi", ""),
        ('en = "I ask why."', 'en = ""', "item A1, self.en", "missing or blank"),
        ('{ en = "I wait.", vi = "Tôi chờ." }', "{}", "item A3, self.vi", "missing"),
        ('vi = "Hãy hỏi thêm một câu."', "", "suggestion asking.low.1, vi", "missing"),
        ('vi = "{leader} nên tiếp', 'fr = "{leader} nên tiếp', "question Q1, vi", "mi"),
        ('vi = "{leader} nên tiếp', 'fr = "{leader} nên tiếp', "question Q1, fr", "ne"),
        ('vi = "Xin đừng nêu tên."', 'vn = "Xin đừng."', "question Q1, help.vn", "nei"),
        ("I wait.", "I\\nwait.", "item A3, self.en", "the text has several lines"),
        ("I wait.", "I wait.\\n", "item A3, self.en", "control character U+000A"),
        ("I wait.", "I\\twait.", "item A3, self.en", "control character U+0009; del"),
        ("Made for", "Made\\u001b for", "credit", "control character U+001B"),
        ("I wait.", "I wai\u0302t.", "item A3, self.en", "is not in Unicode form NFC"),
        ('["S1"]', '["S\u0302"]', "dimension asking, source", "not in Unicode form"),
        ('"S1-2"', '"S\u0302"', "item A1, source", "not in Unicode form NFC"),
        ('"causes"', '"causes\\n"', "item A1, facet", "control character"),
        ("I wait.", LONG, "item A3, self.en", "has 161 characters, at most 160 fit"),
        ("{leader} waits.", "They wait.", "item A3, other.en", "{leader} is missing"),
        ("{leader} waits", "{Leader} waits", "item A3, other.en", "only {leader} is f"),
        ("{leader} waits", "{leader}} waits", "item A3, other.en", "curly brackets"),
        ("I wait.", "I, {leader}, wait.", "item A3, self.en", "filled in only in"),
        ('"Always"', '"{leader}"', "response_scale.anchors.en[3]", "filled in only in"),
        ('"A3"\nshort = true', '"A3"', "dimension asking", "short form asks 1 of its"),
        ("reverse_keyed = true", "reverse_keyed = true\nshort = true", "item A2", "a"),
        ('["full", "short"]', '["full"]', "item A1", "marked short, but “forms” has"),
        ("overall_min_dimensions = 1", "overall_min_dimensions = 2",
         "scoring.overall_min_dimensions", "found 2, more than there are"),
    ],
)  # fmt: skip
def test_a_fault_is_named_at_its_place(old, new, where, message, changed, faults):
    found = faults(changed((old, new)))
    assert any(f.startswith(f"{where}: ") and message in f for f in found), found


def test_a_sound_file_breaks_no_rule(read, faults):
    for name in ("complete", "smallest", "self_only", "high_is_bad", "stub"):
        assert faults(read(name)) == [], name


def test_all_problems_are_told_at_once(read, faults):
    found = faults(read("many_problems"))
    assert len(found) == 26
    assert len({fault.partition(":")[0] for fault in found}) == 20


def test_an_item_of_160_characters_fits(changed, faults):
    assert faults(changed(("I wait.", "a" * 160))) == []


def test_eleven_points_fit(changed, faults):
    labels = ", ".join(f'"{n}"' for n in range(11))
    changes = ("high = 1", "high = 10"), ('"No", "Yes"', labels)
    assert faults(changed(*changes, of="smallest")) == []


def test_credit_or_citation_is_enough_but_one_must_be_there(changed, faults):
    without = ('credit = "Made for tests."\n', ""), ('"Nobody (2026)."', '" "')
    assert faults(changed(without[0])) == []
    assert faults(changed(*without))[0].startswith("credit: neither “credit” nor")


def test_a_text_beside_a_blank_one_must_be_whole(changed, faults):
    """Optional texts may be left out, but not in one language only."""
    assert (
        faults(
            changed(('help = { en = "Name nobody.", vi = "Xin đừng nêu tên." }', ""))
        )
        == []
    )
    assert faults(changed(('vi = "Xin đừng nêu tên."', 'vi = ""'))) != []


def test_without_a_self_form_nobody_needs_the_self_wording(changed, faults):
    changes = ('["self", ', "["), ('self = { en = "I wait.", vi = "Tôi chờ." }', "")
    assert faults(changed(*changes)) == []
    assert faults(changed(changes[1])) != []


def test_items_about_the_team_need_not_name_the_leader(changed, faults):
    changes = ('"leader"', '"team"'), ("{leader} waits.", "We wait.")
    assert faults(changed(*changes)) == []


def test_half_of_a_dimension_may_be_reverse_but_not_more(changed, faults):
    reverse = [
        (f'code = "A{n}"', f'code = "A{n}"\nreverse_keyed = true') for n in (3, 4)
    ]
    plain = [("short = true\n", ""), ("short = true\n", ""), (', "short"', "")]
    assert faults(changed(*plain, reverse[0])) == []
    assert faults(changed(*plain, *reverse)) == [
        (
            "dimension asking: 3 of 4 items are reverse, at most half may be; turn the "
            "dimension round or replace items"
        )
    ]


def test_a_reverse_item_that_must_come_first_is_refused(changed, faults):
    text = changed(('code = "L1"', 'code = "L1"\nreverse_keyed = true'), of="smallest")
    assert any(
        fault.startswith("item L1: a reverse item is shown first in its dimension")
        for fault in faults(text)
    )


def warned(text: str) -> list[str]:
    return [f"{w.where}: {w.message}" for w in warnings(load(text, name="test"))]


@pytest.mark.parametrize("word", ["and", "OR", "và", "hoặc"])
def test_two_statements_in_one_are_doubted(word, changed):
    (warning,) = warned(changed(("I wait.", f"I wait {word} look.")))
    assert warning.startswith(f"item A3, self.en: “{word}” may join two statements")


def test_joined_words_in_brackets_or_outside_items_are_no_matter(changed):
    text = changed(("I wait.", "I wait (now and then)."), ("Ask one", "Ask and ask"))
    assert warned(text) == []


def test_more_than_a_third_of_reverse_items_is_doubted(changed):
    changes = ('code = "A4"', 'code = "A4"\nreverse_keyed = true')
    assert warned(changed(changes)) == [
        "dimension asking: 2 of 4 items are reverse; a third or less is better"
    ]


def test_a_third_of_reverse_items_is_fine(changed):
    text = changed(('"A4"', '"A4"'))
    start = text.index('[[dimensions.items]]\ncode = "A4"')
    end = text.index("[[dimensions.suggestions]]")
    assert warned(text[:start] + text[end:]) == []


def test_items_that_all_point_one_way_are_doubted(changed):
    (warning,) = warned(changed(("reverse_keyed = true\n", "")))
    assert warning.startswith("dimensions: all items point the same way")


def test_more_than_ten_minutes_are_doubted(changed):
    def long(n_questions: int) -> str:
        more = '\n[[questions]]\ncode = "M{}"\nen = "Why?"\nvi = "Tại sao?"\n'
        return changed() + "".join(more.format(n) for n in range(n_questions))

    assert warned(long(37)) == []
    (warning,) = warned(long(39))
    assert warning.startswith("dimensions: the full form takes about 11 minutes")


def test_a_stub_says_how_much_is_missing(read, changed):
    assert warned(read("stub"))[-1] == (
        "status: stub: 6 texts are empty; the wording needs permission"
    )
    (warning,) = warned(changed(('"ready"', '"stub"')))
    assert "if you may use them, set status to ready" in warning


def test_a_stub_lacks_only_what_somebody_would_read(changed):
    text = changed(('["self", "team"]', '["team"]'), of="stub")
    assert "stub: 3 texts are empty" in warned(text)[-1]


def test_a_filled_stub_is_not_ready_by_being_renamed(changed, faults):
    found = faults(changed(('"stub"', '"ready"'), of="stub"))
    assert len(found) == 6


def launch(*texts: str, languages: tuple[str, ...] = ()) -> list[str]:
    instruments = [load(text, name="test") for text in texts]
    problems = launch_problems(instruments, languages=languages)
    return [f"{p.where}: {p.message}" for p in problems]


def test_sound_instruments_may_be_launched_together(read):
    assert launch(read("complete"), read("smallest"), languages=("en",)) == []


def test_a_stub_cannot_be_launched(read):
    assert launch(read("complete"), read("stub")) == [
        "waiting: stub: 6 texts are empty; the wording needs permission"
    ]


def test_a_language_of_the_cycle_must_be_in_every_instrument(read):
    assert launch(read("complete"), read("smallest"), languages=("en", "vi")) == [
        "smallest: there are no texts in “vi”, a language of this cycle"
    ]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"L1"', '"A1"', "item A1"),
        ('"listening"', '"asking"', "dimension asking"),
        ("[[dimensions]]", '[[questions]]\ncode = "Q1"\nen = "Why?"\n[[dimensions]]',
         "question Q1"),
    ],
)  # fmt: skip
def test_two_instruments_of_a_cycle_share_no_code(old, new, where, changed, read):
    assert launch(read("complete"), changed((old, new), of="smallest")) == [
        (
            f"{where}: the code stands in complete and smallest; choose one of them, "
            "or give it another code in a new version"
        )
    ]


def test_an_instrument_is_chosen_once(read, changed):
    assert launch(read("smallest"), changed(('"1"', '"2"'), of="smallest")) == [
        "smallest: it is chosen 2 times; choose one version"
    ]


def test_ps_8_and_a_filled_edmondson_file_exclude_each_other(read, changed):
    ps_8 = changed(('"complete"', '"ps-8"'))
    filled = changed(('"smallest"', '"edmondson-1999"'), of="smallest")
    assert launch(filled) == launch(ps_8) == []
    assert launch(ps_8, filled) == [
        (
            "edmondson-1999: it measures what ps-8 measures; choose one of the two for "
            "a cycle"
        )
    ]


def test_an_edmondson_stub_is_told_once(changed):
    stub = changed(('code = "waiting"', 'code = "edmondson-1999"'), of="stub")
    assert len(launch(changed(('"complete"', '"ps-8"')), stub)) == 1


def test_a_refusal_says_every_problem(read):
    with pytest.raises(InstrumentError, match=r"mine: 26 problem\(s\)\n  dimension"):
        load(read("many_problems"), name="mine")


def test_every_rule_and_warning_says_why():
    assert all(rule.__doc__ for rule in (*RULES, *WARNINGS))
