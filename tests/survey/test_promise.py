"""Each sentence of the promise is printed exactly where it is true."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from questionnaires.model import RaterGroup
from survey.languages import LANGUAGES, translator
from survey.promise import (
    PromiseFacts,
    Together,
    mail_sentences,
    promise_hash,
    sentences,
)
from survey.promise_texts import TEXTS

SERVER = PromiseFacts(
    mode="one_visit",
    path="server",
    k=5,
    retention="aggregates",
    open_questions=True,
    opens_on=date(2026, 11, 20),
    closes_on=date(2026, 11, 28),
    release_by=date(2026, 12, 28),
    launched_on=date(2026, 11, 10),
    purge_on=date(2028, 1, 1),
    readers=("leader",),
    representative="Bao Vu",
)
BROWSER = replace(SERVER, path="browser")
MERGED = {"team": "colleagues", "peers": "colleagues"}
FORBIDDEN = ("100 % anonymous", "impossible to trace", "even we can never", "100%")


def said(
    facts: PromiseFacts,
    language: str = "en",
    *,
    group: RaterGroup = RaterGroup.TEAM,
    n_invited: int = 12,
    **on_page: str,
) -> dict[str, str]:
    printed = sentences(
        facts, language, leader="Lan", group=group, n_invited=n_invited, **on_page
    )
    assert len({s.id for s in printed}) == len(printed)
    return {s.id: s.text for s in printed}


DAY = {"mode": "activation_day"}
CASES = [
    ("P1", BROWSER, SERVER),
    ("P2a", BROWSER, replace(BROWSER, **DAY)),
    ("P2b", replace(BROWSER, **DAY), BROWSER),
    ("P5", replace(SERVER, k=4), SERVER),
    ("P6", replace(SERVER, merged=MERGED), SERVER),
    ("P7", SERVER, replace(SERVER, open_questions=False)),
    ("P8a", SERVER, replace(SERVER, retention="rows")),
    ("P8b", replace(SERVER, retention="rows"), SERVER),
    ("P10", BROWSER, replace(BROWSER, trustees=("An",))),
    ("P10t", replace(BROWSER, trustees=("An",)), BROWSER),
    ("P11", SERVER, BROWSER),
    ("P16a", SERVER, replace(BROWSER, **DAY)),
    ("P16b", replace(BROWSER, **DAY), BROWSER),
]


@pytest.mark.parametrize(("key", "true", "false"), CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_stands_where_its_condition_holds_and_nowhere_else(
    key: str, true: PromiseFacts, false: PromiseFacts, language: str
) -> None:
    assert key in said(true, language)
    assert key not in said(false, language)


@pytest.mark.parametrize("key", ["P8c", "P9", "P15"])
@pytest.mark.parametrize("group", RaterGroup)
def test_some_sentences_stand_everywhere(key: str, group: RaterGroup) -> None:
    assert key in said(SERVER, group=group)
    assert key in said(BROWSER, group=group)


@pytest.mark.parametrize("key", ["P3", "P4", "P7", "P11", "P12", "P16a"])
def test_sentences_on_sealed_answers_are_not_for_named_ratings(key: str) -> None:
    assert key in said(SERVER)
    assert key in said(SERVER, group=RaterGroup.PEERS)
    assert key not in said(SERVER, group=RaterGroup.SELF)
    assert key not in said(SERVER, group=RaterGroup.MANAGER)


def test_only_the_own_manager_reads_that_their_ratings_are_named() -> None:
    named = replace(SERVER, manager_named=True)
    assert "P13" in said(named, group=RaterGroup.MANAGER)
    assert "P13" not in said(named)
    assert "P13" not in said(SERVER, group=RaterGroup.MANAGER)


def test_only_leaders_read_that_these_are_their_own_ratings() -> None:
    assert "P14" in said(SERVER, group=RaterGroup.SELF)
    assert "P14" not in said(SERVER)


def test_small_groups_read_that_they_are_small() -> None:
    assert "Only 7 people can rate Lan" in said(SERVER, n_invited=7)["P17"]
    assert "P17" not in said(SERVER, n_invited=8)
    assert "P17" not in said(SERVER, group=RaterGroup.SELF, n_invited=1)


TOGETHER = Together(("An", "Bao"), 7)


def test_merged_teams_read_with_whom_they_are_shown_and_who_reads_it() -> None:
    merging = replace(BROWSER, merges_teams=True, readers=("leader", "hr"))
    text = said(merging, n_invited=3, together=TOGETHER)
    assert (
        "Its answers are shown together with those about An and Bao, as one result in "
        "one report that Lan, An and Bao read." in text["P6"]
    )
    assert (
        text["P9"]
        == "The common report is read by these leaders and the HR department."
    )
    assert (
        "apart from the ratings, to these leaders and the HR department." in text["P7"]
    )
    assert "Only 7 people are asked in these teams together." in text["P17"]
    assert "P17" not in said(merging, n_invited=3, together=Together(("An",), 8))
    alone = said(merging, n_invited=3)
    assert "P6" not in alone
    assert alone["P9"] == "Lan's report is read by the leader and the HR department."


def test_the_hash_covers_what_merged_teams_read() -> None:
    assert promise_hash(replace(BROWSER, merges_teams=True)) != promise_hash(BROWSER)


def test_larger_sets_are_named_only_where_there_are_some() -> None:
    assert "unless" not in said(SERVER, n_invited=6)["P17"]
    with_sets = replace(SERVER, larger_sets=("all",))
    text = said(with_sets, n_invited=6)["P17"]
    assert "unless the view of all raters together, fixed at launch, reaches 5" in text


def test_two_trustees_are_said_to_be_able_to_open_alone() -> None:
    one = said(replace(BROWSER, trustees=("An",)))["P10t"]
    two = said(replace(BROWSER, trustees=("An", "Bao")))["P10t"]
    assert "Either of them can open" not in one
    assert "held by An and Bao, not by the server. Either of them can open." in two


def test_the_server_path_of_an_activation_day_says_nothing_on_reminders() -> None:
    text = said(replace(SERVER, **DAY))["P16a"]
    assert "reminders" not in text
    assert "reminders" in said(SERVER)["P16a"]


def test_a_page_without_script_says_confidential_in_any_cycle() -> None:
    here = said(BROWSER, path="server")
    assert "P11" in here
    assert not {"P1", "P2a", "P10"} & set(here)
    assert here["P15"] == said(BROWSER)["P15"]


def test_fields_are_filled_in_both_languages() -> None:
    both = said(SERVER), said(SERVER, "vi")
    assert "Lan sees results of a group only when 5 or more" in both[0]["P4"]
    assert "after 28 November 2026" in both[0]["P4"]
    assert "sau ngày 28 tháng 11, 2026" in both[1]["P4"]
    assert not [t for d in both for t in d.values() if "%(" in t or "{" in t]


def test_a_merged_group_reads_with_whom() -> None:
    text = said(replace(SERVER, merged=MERGED))["P6"]
    assert text == "Your group is shown together with peers as “colleagues”."


def test_a_sentence_begins_with_a_capital_whoever_the_leader_is() -> None:
    printed = sentences(
        SERVER, "vi", leader="mỗi lãnh đạo", group=RaterGroup.TEAM, n_invited=9
    )
    assert all(s.text[0].isupper() for s in printed)


def every_case() -> list[tuple[PromiseFacts, RaterGroup, int]]:
    settings = product(
        ("one_visit", "activation_day"),
        ("server", "browser"),
        (3, 5),
        ("aggregates", "rows"),
        ((), ("An",), ("An", "Bao")),
        ({}, MERGED),
        ((), ("all", "pooled")),
        (False, True),
    )
    facts = [
        replace(
            SERVER,
            mode=mode,
            path=path,
            k=k,
            retention=kept,
            trustees=trustees,
            merged=merged,
            larger_sets=sets,
            readers=("leader", "hr", "manager"),
            manager_named=named,
        )
        for mode, path, k, kept, trustees, merged, sets, named in settings
    ]
    groups = (RaterGroup.TEAM, RaterGroup.SELF, RaterGroup.MANAGER)
    return list(product(facts, groups, (3, 20)))


def test_ratings_under_a_name_are_never_kept_and_their_givers_read_so() -> None:
    keeping = replace(SERVER, retention="rows", manager_named=True)
    for group in (RaterGroup.SELF, RaterGroup.MANAGER):
        assert {"P8a", "P8b"} & said(keeping, group=group).keys() == {"P8a"}


def test_no_combination_says_a_forbidden_word_or_leaves_a_hole() -> None:
    for facts, group, n in every_case():
        for language in LANGUAGES:
            text = " ".join(
                said(facts, language, group=group, n_invited=n).values()
            ).lower()
            assert not [w for w in FORBIDDEN if w in text]
            assert "%" not in text
            assert "  " not in text


@pytest.mark.parametrize(
    ("language", "word", "only"),
    [
        ("en", "anonymous", "confidential, not anonymous"),
        ("vi", "ẩn danh", "được bảo mật, không phải ẩn danh"),
    ],
)
def test_the_server_path_never_claims_anonymity(
    language: str, word: str, only: str
) -> None:
    for facts, group, n in every_case():
        if facts.path == "server":
            text = " ".join(said(facts, language, group=group, n_invited=n).values())
            assert word not in text.replace(only, "")


def test_the_hash_changes_with_every_fact_that_a_sentence_states() -> None:
    changed = [replace(SERVER, **change) for change in CHANGES]
    hashes = {promise_hash(facts) for facts in [SERVER, BROWSER, *changed]}
    assert len(hashes) == len(changed) + 2


LATER = date(2029, 2, 3)
CHANGES: list[dict[str, object]] = [
    {"k": 6},
    {"k": 4},
    {"retention": "rows"},
    {"open_questions": False},
    {"closes_on": LATER},
    {"release_by": LATER},
    {"launched_on": LATER},
    {"readers": ("leader", "hr")},
    {"merged": MERGED},
    {"merges_teams": True},
    {"larger_sets": ("all",)},
    {"manager_named": True},
    {"mode": "activation_day"},
]


EACH_SENTENCE = [
    replace(SERVER, k=4, merged=MERGED, manager_named=True),
    replace(SERVER, retention="rows", larger_sets=("all",), **DAY),
    replace(BROWSER, merges_teams=True),
    replace(BROWSER, trustees=("An",), **DAY),
    replace(BROWSER, trustees=("An", "Bao")),
]


@pytest.mark.parametrize("key", TEXTS)
def test_the_hash_changes_with_the_words_of_any_sentence(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [promise_hash(facts) for facts in EACH_SENTENCE]
    reworded = {**TEXTS, key: f"{TEXTS[key]} Or not."}
    monkeypatch.setattr("survey.promise.TEXTS", reworded)
    assert before != [promise_hash(facts) for facts in EACH_SENTENCE]


@pytest.mark.parametrize("key", TEXTS)
def test_the_hash_changes_with_a_translation(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [promise_hash(facts) for facts in EACH_SENTENCE]
    catalogue = translator("vi")
    monkeypatch.setitem(catalogue._catalog, TEXTS[key], "Không hứa gì.")
    assert before != [promise_hash(facts) for facts in EACH_SENTENCE]


def test_facts_survive_the_database() -> None:
    facts = replace(BROWSER, merged=MERGED, trustees=("An",), larger_sets=("all",))
    kept = json.loads(json.dumps(facts.to_json()))
    assert PromiseFacts.from_json(kept) == facts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_how_the_answer_is_protected_and_who_sees_it_when(
    language: str,
) -> None:
    page = said(SERVER, language)
    confidential, seen = mail_sentences(SERVER, language, leader="Lan")
    assert page["P11"].endswith(confidential)
    assert seen == page["P4"]
    assert mail_sentences(BROWSER, language, leader="Lan") == (
        said(BROWSER, language)["P2a"],
        said(BROWSER, language)["P4"],
    )
