"""The page of 43 statements: complete, small, and it keeps what was typed."""

from __future__ import annotations

import pytest

from survey.worker import Workshop
from tests.survey.web.parsed import Element, Parsed
from tests.survey.web.raters import Rater, checked, everything, n_answers

LANGUAGES = pytest.mark.parametrize("language", ["en", "vi"])


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Ask one engine only: a page does not depend on it."""
    return sqlite_url


def label_of(page: Parsed, radio: Element) -> Element:
    (label,) = [p for p in radio.parents if p.tag == "label"]
    return label


@LANGUAGES
def test_the_form_has_43_statements_each_a_fieldset_of_six_radios(
    rater_of_43: Rater, language: str
) -> None:
    page = rater_of_43.page("form", language)
    fieldsets = page.all("fieldset")
    assert len(fieldsets) == 43
    for fieldset in fieldsets:
        radios = [r for r in page.all("input", type="radio") if r.is_inside(fieldset)]
        (legend,) = [x for x in page.all("legend") if x.is_inside(fieldset)]
        assert len({(r.get("name"), r.get("value")) for r in radios}) == 6
        assert all(label_of(page, r).text.strip() for r in radios)
        assert legend.text.strip()


@LANGUAGES
def test_nothing_is_preselected_or_required_and_no_script_is_needed(
    rater_of_43: Rater, language: str
) -> None:
    page = rater_of_43.page("form", language)
    names = {name for e in page.elements for name in e.attributes}
    assert not {"checked", "required", "style", "onclick"} & names
    assert page.all("script") == []
    assert page.all("style") == []
    assert page.repeated_ids() == []


@LANGUAGES
def test_the_form_is_small(rater_of_43: Rater, language: str) -> None:
    sizes = [
        len(rater_of_43.post(step, language).data) for step in ("start", "form", "send")
    ]
    assert max(sizes) < 45_000


def test_a_page_with_its_files_stays_under_60_kb_and_4_requests(
    rater_of_43: Rater,
) -> None:
    answer = rater_of_43.post("form", "vi")
    addresses = Parsed(answer.text).loaded_addresses()
    files = [
        rater_of_43.client.get(a, headers={"Accept-Encoding": "gzip"})
        for a in addresses
    ]
    assert len(files) <= 3
    sent = [answer, *files]
    assert sum(len(f.data) + len(str(f.headers)) for f in sent) < 60_000
    assert all(f.status_code == 200 for f in sent)


def test_switching_the_language_keeps_ten_answers_and_writes_nothing(
    rater_of_43: Rater, shop: Workshop
) -> None:
    given = {f"i-LL{n:02}": "x" if n % 5 == 0 else str(n % 5) for n in range(1, 11)}
    words = {"c-OQ1": "Đến tận nơi <b>&", "w-OQ1": "1"}
    before = everything(shop)
    english = rater_of_43.page("form", "en", **given, **words)
    (button,) = [b for b in english.all("button") if b.get("lang") == "vi"]
    assert button.get("formaction") == "/vi/form"
    assert button.get("form") == english.one("form").get("id")
    assert "formnovalidate" in button.attributes
    vietnamese = rater_of_43.page("form", "vi", **given, **words)
    assert checked(english) == checked(vietnamese) == given
    assert vietnamese.one("textarea", name="c-OQ1").text.strip() == words["c-OQ1"]
    assert "checked" in vietnamese.one("input", name="w-OQ1").attributes
    assert everything(shop) == before


def test_enter_sends_and_does_not_switch_the_language(rater: Rater) -> None:
    page = rater.page("form")
    first = next(b for b in page.all("button") if b.get("form") == "page")
    assert first.get("formaction") is None


def test_the_language_leaves_no_trace_in_the_answer(
    rater_of_43: Rater, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed: list[object] = []
    monkeypatch.setattr(
        "survey.web.entry.keep_confidential_answer",
        lambda *given, now: sealed.append(given[4]) or True,
    )
    given = {"i-LL01": "2", "i-PS1": "x", "send_anyway": "1", "c-OQ1": "Hỏi nhóm."}
    for language in ("en", "vi"):
        rater_of_43.post("send", language, **given)
    assert sealed[0] == sealed[1]


def test_a_comment_that_is_too_long_is_an_error_that_keeps_everything(
    rater_of_43: Rater, shop: Workshop
) -> None:
    given = {"i-LL01": "2", "c-OQ2": "a" * 510, "send_anyway": "1"}
    answer = rater_of_43.post("send", **given)
    page = Parsed(answer.text)
    assert answer.status_code == 422
    assert page.one("title").text.startswith("Error:")
    assert "10 characters too long" in page.one("section", role="alert").text
    assert page.one("textarea", name="c-OQ2").text.strip() == "a" * 510
    assert checked(page) == {"i-LL01": "2"}
    assert n_answers(shop) == 0


def test_what_is_written_is_shown_as_text(rater_of_43: Rater) -> None:
    page = rater_of_43.page("form", **{"c-OQ1": "</textarea><script>x</script>"})
    assert page.all("script") == []
