"""A tablet that many people use: what one person leaves, the next one never sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from survey.clock import utcnow
from tests.browser.asked import (
    ALL_ANSWERED,
    SEND,
    START,
    Asking,
    choose,
    expect_thanks,
    kept,
    watch_policy,
)
from tests.browser.company import SCALES
from tests.browser.conftest import NewPage, follow
from tests.conftest import DAY

pytestmark = [pytest.mark.browser, pytest.mark.long]

TABLET = {"width": 800, "height": 1100}
FIRST, *_ = SCALES
NEXT = "#kiosk .next-person"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport=TABLET, has_touch=True)


def code_of(link: str) -> str:
    return link.partition("#")[2].partition(".")[2]


def begin(page: Page, asking: Asking, language: str = "en") -> None:
    page.goto(f"{asking.site.url}/{language}/kiosk")
    expect_empty_start(page, asking, language)


def type_code(page: Page, code: str) -> None:
    page.fill("#code", code)
    follow(page, "#page > button[type=submit]")


def open_statements(page: Page, asking: Asking) -> None:
    type_code(page, code_of(asking.somebody()))
    page.click(START)
    expect(page.locator("#answers")).to_be_visible()


def expect_empty_start(page: Page, asking: Asking, language: str = "en") -> None:
    expect(page.locator("#kiosk[data-start]")).to_be_visible()
    expect(page.locator("#page")).to_be_visible()
    assert page.url == f"{asking.site.url}/{language}/kiosk"
    assert page.input_value("#code") == ""
    assert kept(page) == set()


def test_two_people_answer_one_after_the_other_and_both_answers_arrive(
    asking: Asking, page: Page
) -> None:
    complaints = watch_policy(page)
    given, arrived = asking.counted()
    begin(page, asking)
    for _ in range(2):
        open_statements(page, asking)
        choose(page, ALL_ANSWERED)
        page.click(SEND)
        expect_thanks(page)
        page.click(NEXT)
        expect_empty_start(page, asking)
    page.go_back()
    expect_empty_start(page, asking)
    assert asking.counted() == (given + 2, arrived + 2)
    assert complaints == []


def test_the_back_button_shows_the_empty_start_whatever_was_open(
    asking: Asking, page: Page
) -> None:
    begin(page, asking)
    open_statements(page, asking)
    choose(page, {f"i-{FIRST}": "3"})
    page.click(NEXT)
    expect_empty_start(page, asking)
    for _ in range(2):  # statements, start; before them the tablet's first page
        page.go_back()
        expect_empty_start(page, asking)
    page.reload()
    expect_empty_start(page, asking)


def test_back_and_reload_within_a_visit_show_no_form(
    asking: Asking, page: Page
) -> None:
    begin(page, asking)
    open_statements(page, asking)
    page.reload()
    expect_empty_start(page, asking)


def test_next_person_clears_what_the_last_one_chose(asking: Asking, page: Page) -> None:
    code = code_of(asking.somebody())
    begin(page, asking)
    for _ in range(2):
        type_code(page, code)
        page.click(START)
        expect(page.locator("#answers")).to_be_visible()
        assert page.locator("#answers input:checked").count() == 0
        choose(page, {f"i-{FIRST}": "3"})
        assert kept(page) == {"draft"}
        page.click(NEXT)
        expect_empty_start(page, asking)


def test_after_a_silence_a_countdown_clears_everything(
    asking: Asking, page: Page
) -> None:
    page.clock.install()
    begin(page, asking)
    open_statements(page, asking)
    choose(page, {f"i-{FIRST}": "3"})
    page.evaluate("scrollTo(0, 2000)")
    page.wait_for_timeout(300)
    page.clock.run_for(88_000)
    expect(page.locator("#countdown")).to_be_hidden()
    page.clock.run_for(5_000)
    page.wait_for_timeout(300)
    expect(page.locator("#countdown")).to_be_in_viewport()
    assert 10 <= int(page.inner_text("#seconds")) <= 20
    page.clock.run_for(20_000)
    expect_empty_start(page, asking)


def test_one_touch_stops_the_countdown_and_keeps_the_answers(
    asking: Asking, page: Page
) -> None:
    page.clock.install()
    begin(page, asking)
    open_statements(page, asking)
    choose(page, {f"i-{FIRST}": "3"})
    page.clock.pause_at(utcnow() + timedelta(seconds=30))  # a slow machine adds nothing
    page.clock.run_for(65_000)
    where = page.locator("#countdown button").bounding_box()
    page.touchscreen.tap(where["x"] + 5, where["y"] + 5)
    expect(page.locator("#countdown")).to_be_hidden()
    page.clock.run_for(60_000)
    expect(page.locator("#answers")).to_be_visible()
    assert page.locator("#answers input:checked").count() == 1
    page.clock.run_for(60_000)
    expect_empty_start(page, asking)


def test_a_code_that_was_typed_and_left_is_cleared(asking: Asking, page: Page) -> None:
    page.clock.install()
    begin(page, asking)
    page.clock.run_for(DAY.total_seconds() * 10)
    expect(page.locator("#countdown")).to_be_hidden()
    page.fill("#code", "7K3M")
    page.clock.run_for(115_000)
    expect_empty_start(page, asking)


def test_an_unsent_answer_waits_without_reset_and_is_sent_by_itself(
    asking: Asking, page: Page
) -> None:
    given, arrived = asking.counted()
    page.clock.install()
    page.route("**/p/issue", lambda route: route.abort())
    begin(page, asking)
    open_statements(page, asking)
    choose(page, ALL_ANSWERED)
    page.click(SEND)
    expect(page.locator("#told button")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    page.clock.run_for(20_000)
    expect(page.locator(NEXT)).to_be_hidden()
    page.unroute("**/p/issue")
    page.clock.run_for(31_000)
    expect_thanks(page)
    assert asking.counted() == (given + 1, arrived + 1)


def test_the_other_language_keeps_the_tablet_and_what_was_chosen(
    asking: Asking, page: Page
) -> None:
    begin(page, asking)
    open_statements(page, asking)
    choose(page, {f"i-{FIRST}": "3"})
    follow(page, ".languages button[lang=vi]")
    expect(page.locator("#answers")).to_be_visible()
    assert page.locator("#answers input:checked").count() == 1
    page.click(NEXT)
    expect_empty_start(page, asking, "vi")


def test_what_is_touched_is_large(asking: Asking, page: Page) -> None:
    begin(page, asking)
    for what in ("#page > button[type=submit]", "#code", ".languages a"):
        assert page.locator(what).bounding_box()["height"] >= 60, what
    open_statements(page, asking)
    for what in ("#answers fieldset label >> nth=0", NEXT, ".languages button[lang]"):
        assert page.locator(what).bounding_box()["height"] >= 60, what


def test_without_a_script_the_tablet_offers_no_form(
    asking: Asking, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{asking.site.url}/en/kiosk")
    expect(page.locator("#page")).to_be_hidden()
    expect(page.locator("noscript .problem")).to_be_visible()


def test_typing_groups_a_code_and_counts_it(asking: Asking, page: Page) -> None:
    page.goto(f"{asking.site.url}/en/")
    page.focus("#code")
    page.keyboard.type("7k3mq9tx2o")
    assert page.input_value("#code") == "7K3M-Q9TX-20"
    expect(page.locator("#code-help")).to_have_text("10 of 12 characters")
    for key in ("ArrowLeft", "ArrowLeft", "Backspace", "Backspace"):
        page.keyboard.press(key)
    assert page.input_value("#code") == "7K3M-Q9T2-0"
    page.keyboard.type("x")
    assert page.input_value("#code") == "7K3M-Q9TX-20"
    page.keyboard.press("End")
    page.keyboard.type("u")
    expect(page.locator("#code-help")).to_contain_text("No code has U")
    page.keyboard.press("Backspace")
    page.keyboard.type("da")
    expect(page.locator("#code-help")).to_contain_text("complete")
