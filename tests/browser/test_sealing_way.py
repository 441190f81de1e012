"""What leaves a browser that seals answers, and what stays in it."""

from __future__ import annotations

import json
import unicodedata
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from survey.clock import utcnow
from tests.browser.asked import (
    ALL_ANSWERED,
    PLAIN_START,
    SEND,
    START,
    Asking,
    Heard,
    choose,
    chosen,
    expect_thanks,
    kept,
    listening,
    open_form,
    watch_policy,
)
from tests.browser.company import HR, SCALES
from tests.browser.conftest import DESK, PHONE, NewPage, sign_in, type_code
from tests.conftest import DAY
from tests.survey.web.raters import everything

pytestmark = [pytest.mark.browser, pytest.mark.long]

FIRST, SECOND, THIRD, *_ = SCALES
COMMENT = "Họp mười phút buổi sáng rất có ích."
PROTOCOL = ("/p/issue", "/a/submit")
TELLTALES = {"COOKIE", "AUTHORIZATION", "REFERER"}


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport=PHONE)


def protocol(heard: list[Heard]) -> tuple[Heard, Heard]:
    """Return the two requests of one answer."""
    issue, submit = (h for h in heard if h.path in PROTOCOL)
    assert (issue.path, submit.path) == PROTOCOL
    return issue, submit


@pytest.mark.parametrize("language", ["en", "vi"])
def test_only_a_blind_credential_and_a_sealed_answer_leave_the_browser(
    asking: Asking, page: Page, language: str
) -> None:
    sign_in(page, asking.site, HR)
    assert page.context.cookies()
    given, arrived = asking.counted()
    with listening(asking.site.app) as heard:
        open_form(page, asking.somebody(language))
        choose(page, ALL_ANSWERED | {f"i-{FIRST}": "x", "w-OQ1": "1"})
        page.fill("#c-OQ1", unicodedata.normalize("NFD", f"  {COMMENT}\n"))
        page.click(SEND)
        expect_thanks(page, language)
    issue, submit = protocol(heard)
    assert set(json.loads(issue.body)) == {"invite", "scope", "blinded"}
    assert len(submit.body) == 4538
    assert (issue.headers.keys() | submit.headers.keys()) & TELLTALES == set()
    assert [h.path for h in heard if "Set-Cookie" in h.answered] == []
    assert [h.path for h in heard if "REFERER" in h.headers] == []
    others = b" ".join(h.query + h.body for h in heard if h not in (issue, submit))
    assert b"i-" not in others
    assert b"OQ1" not in others
    assert asking.counted() == (given + 1, arrived + 1)
    points = {item: 3 for item in SCALES if item != FIRST}
    said = {"question": "OQ1", "text": COMMENT, "word_for_word": True}
    assert {
        "points": points,
        "cannot_say": [FIRST],
        "comments": [said],
        "path": "browser",
    } in asking.arrived()


def test_all_answers_have_one_size_on_the_wire(
    asking: Asking, new_page: NewPage
) -> None:
    sizes = set()
    for words in ("", "ệ" * 500):
        page = new_page(viewport=PHONE)
        with listening(asking.site.app) as heard:
            open_form(page, asking.somebody())
            choose(page, ALL_ANSWERED if words else {})
            page.fill("#c-OQ1", words)
            page.click(SEND)
            if not words:
                page.click("#anyway")
            expect_thanks(page)
        sizes.add(tuple(len(h.body) for h in protocol(heard)))
    assert len(sizes) == 1


def test_no_policy_is_violated_and_nothing_comes_from_elsewhere(
    asking: Asking, page: Page
) -> None:
    complaints, hosts = watch_policy(page), set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.route("**/p/issue", lambda route: route.abort(), times=1)
    open_form(page, asking.somebody())
    page.click(SEND)
    page.click("#anyway")
    page.click("#told button")
    expect_thanks(page)
    assert hosts == {urlsplit(asking.site.url).netloc}
    with page.expect_console_message(lambda m: m.text.startswith("refused")):
        page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert complaints == ["refused style-src-attr inline"]


class Hand:
    """A hand that counts its taps."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, what: str) -> None:
        self.page.click(what)
        self.taps += 1


def test_two_leaders_take_no_more_taps_than_without_a_script(
    asking: Asking, new_page: NewPage
) -> None:
    sealing = Hand(new_page(viewport=PHONE))
    plain = Hand(new_page(viewport=PHONE, java_script_enabled=False))
    before = asking.counted()
    sealing.page.goto(asking.somebody_with_two_leaders())
    sealing.tap(START)
    type_code(
        plain.page, asking.site, asking.somebody_with_two_leaders().rpartition(".")[2]
    )
    plain.tap(PLAIN_START)
    for leader in range(2):
        _rate(sealing, SEND, "#anyway")
        _rate(plain, "#page > section:last-child > button", "[name=send_anyway]")
        if leader == 0:
            sealing.tap("main form button")
            plain.tap("main form button")
    assert sealing.taps <= plain.taps
    assert asking.counted() == (before[0] + 4, before[1] + 4)


def _rate(hand: Hand, send: str, anyway: str) -> None:
    for item in (FIRST, SECOND, THIRD):
        hand.tap(f"[name=i-{item}][value='2']")
    hand.tap(send)
    hand.tap(anyway)
    expect_thanks(hand.page)


def test_a_link_looked_at_on_a_phone_can_be_used_on_a_computer(
    asking: Asking, page: Page, new_page: NewPage
) -> None:
    link = asking.somebody()
    before = everything(asking.site.shop)
    open_form(page, link)
    assert everything(asking.site.shop) == before
    given, arrived = asking.counted()
    computer = new_page(viewport=DESK)
    open_form(computer, link)
    choose(computer, ALL_ANSWERED)
    computer.click(SEND)
    expect_thanks(computer)
    assert asking.counted() == (given + 1, arrived + 1)


def test_a_draft_outlives_a_reload_and_another_language_unsent(
    asking: Asking, page: Page
) -> None:
    open_form(page, asking.somebody())
    marked = {f"i-{FIRST}": "4", f"i-{SECOND}": "x"}
    choose(page, marked | {"w-OQ1": "1"})
    page.fill("#c-OQ1", COMMENT)
    with listening(asking.site.app) as heard:
        page.reload()
        expect(page.locator("#answers")).to_be_visible()
        assert chosen(page) == marked
        page.click("text=Tiếng Việt")
        expect(page.locator("html")).to_have_attribute("lang", "vi")
        expect(page.locator("#answers")).to_be_visible()
    assert chosen(page) == marked
    assert page.input_value("#c-OQ1") == COMMENT
    assert page.is_checked("[name=w-OQ1]")
    sent = [
        field.split(b"=")[0] for h in heard for field in h.body.split(b"&") if field
    ]
    assert set(sent) == {b"code", b"scope", b"first"}


def test_a_draft_is_deleted_by_a_button_and_lives_in_one_tab_only(
    asking: Asking, page: Page
) -> None:
    link = asking.somebody()
    open_form(page, link)
    choose(page, ALL_ANSWERED)
    page.fill("#c-OQ1", COMMENT)
    other = page.context.new_page()
    open_form(other, link)
    assert chosen(other) == {}
    page.click("#forget")
    expect(page.locator("#told")).to_have_text(
        "Your answers have been deleted from this device."
    )
    assert chosen(page) == {}
    assert page.input_value("#c-OQ1") == ""
    assert kept(page) == {"link"}


def test_a_draft_stays_on_the_device_for_a_week_if_somebody_says_so(
    asking: Asking, page: Page
) -> None:
    link = asking.somebody()
    open_form(page, link)
    page.check("#keep")
    choose(page, {f"i-{FIRST}": "4"})
    later = page.context.new_page()
    page.close()
    later.clock.set_fixed_time(utcnow() + 6 * DAY)
    open_form(later, link)
    assert (chosen(later), later.is_checked("#keep")) == ({f"i-{FIRST}": "4"}, True)
    later.clock.set_fixed_time(utcnow() + 8 * DAY)
    open_form(later, asking.somebody())
    assert kept(later) == {"link"}


def test_a_draft_kept_on_the_device_goes_with_the_answer(
    asking: Asking, page: Page
) -> None:
    open_form(page, asking.somebody())
    page.check("#keep")
    choose(page, ALL_ANSWERED)
    page.click(SEND)
    expect_thanks(page)
    expect(page.locator("main")).to_contain_text("The draft on this device has been")
    assert kept(page) == {"link"}


def test_a_private_window_works_and_leaves_nothing(
    asking: Asking, page: Page, new_page: NewPage
) -> None:
    link = asking.somebody()
    open_form(page, link)
    choose(page, ALL_ANSWERED)
    page.context.close()
    again = new_page(viewport=PHONE)
    open_form(again, link)
    assert chosen(again) == {}
    choose(again, ALL_ANSWERED)
    again.click(SEND)
    expect_thanks(again)
    assert kept(again) == {"link"}


def test_too_long_a_comment_is_told_and_not_sent(asking: Asking, page: Page) -> None:
    open_form(page, asking.somebody())
    choose(page, ALL_ANSWERED)
    page.fill("#c-OQ1", "a" * 507)
    with listening(asking.site.app) as heard:
        page.click(SEND)
        expect(page.locator("#told")).to_contain_text("too long by about 7 letters")
        expect(page.locator("#told")).to_be_focused()
        page.click("#told a")
        expect(page.locator("#c-OQ1")).to_be_in_viewport()
    assert heard == []
    page.fill("#c-OQ1", "a" * 500)
    page.click(SEND)
    expect_thanks(page)


def test_two_quick_taps_on_send_are_one_answer(asking: Asking, page: Page) -> None:
    given, arrived = asking.counted()
    open_form(page, asking.somebody())
    choose(page, ALL_ANSWERED)
    with listening(asking.site.app) as heard:
        page.dblclick(SEND)
        expect_thanks(page)
    protocol(heard)
    assert asking.counted() == (given + 1, arrived + 1)
