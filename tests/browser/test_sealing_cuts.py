"""Cut the network wherever it can be cut: a retry ends with one answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from tests.browser.asked import (
    ALL_ANSWERED,
    SEND,
    START,
    Asking,
    choose,
    chosen,
    expect_thanks,
    kept,
    open_form,
)
from tests.browser.conftest import DESK, PHONE, NewPage

pytestmark = [pytest.mark.browser, pytest.mark.long]

ISSUE, SUBMIT = "**/p/issue", "**/a/submit"
NOT_SENT = "Not sent yet. Your answers are locked and still on this device."
USED = "This link has already been used to send answers"
AGAIN = "#told button"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(viewport=PHONE)


@dataclass
class Network:
    """What a browser tries to send, and a cut on the way."""

    context: BrowserContext
    bodies: dict[str, list[bytes]] = field(default_factory=dict)
    cut_at: str = ""
    reaches_server: bool = False

    def watch(self) -> Network:
        for address in (ISSUE, SUBMIT):
            self.bodies[address] = []
            self.context.route(address, self._carry)
        return self

    def _carry(self, route: Route) -> None:
        address = next(a for a in self.bodies if route.request.url.endswith(a[2:]))
        self.bodies[address].append(route.request.post_data_buffer or b"")
        if address != self.cut_at:
            route.continue_()
            return
        if self.reaches_server:
            assert route.fetch().ok
        route.abort()


@pytest.mark.parametrize(
    ("cut_at", "reaches_server", "stored"),
    [
        pytest.param(ISSUE, False, (0, 0), id="before the credential is asked for"),
        pytest.param(ISSUE, True, (1, 0), id="before the credential comes back"),
        pytest.param(SUBMIT, False, (1, 0), id="before the answer is sent"),
        pytest.param(SUBMIT, True, (1, 1), id="before the answer is acknowledged"),
    ],
)
def test_a_cut_network_a_closed_tab_and_a_retry_are_one_answer(
    asking: Asking,
    page: Page,
    cut_at: str,
    reaches_server: bool,
    stored: tuple[int, int],
) -> None:
    given, arrived = asking.counted()
    link = asking.somebody()
    network = Network(page.context, {}, cut_at, reaches_server).watch()
    open_form(page, link)
    choose(page, ALL_ANSWERED)
    page.click(SEND)
    expect(page.locator("#told")).to_contain_text(NOT_SENT)
    assert page.is_hidden("#answers")
    assert asking.counted() == (given + stored[0], arrived + stored[1])
    page.close()
    tab = page.context.new_page()
    tab.goto(link)
    tab.click(START)
    expect(tab.locator("#told")).to_contain_text(NOT_SENT)
    network.cut_at = ""
    tab.click(AGAIN)
    expect_thanks(tab)
    assert asking.counted() == (given + 1, arrived + 1)
    assert len(network.bodies[ISSUE]) == 2
    assert len(network.bodies[SUBMIT]) == (2 if cut_at == SUBMIT else 1)
    assert {len(set(bodies)) for bodies in network.bodies.values()} == {1}
    assert kept(tab) == {"link"}


def test_what_waits_is_readable_by_nobody_and_goes_with_the_draft(
    asking: Asking, page: Page
) -> None:
    network = Network(page.context, {}, ISSUE).watch()
    open_form(page, asking.somebody())
    choose(page, ALL_ANSWERED)
    page.fill("#c-OQ1", "canary")
    page.click(SEND)
    expect(page.locator("#told")).to_contain_text(NOT_SENT)
    assert kept(page) == {"link", "draft", "parcel"}
    (parcel,) = page.evaluate("Object.values(localStorage)")
    assert set(json.loads(parcel)) == {"code", "seed", "sealed"}
    assert "canary" not in parcel
    network.cut_at = ""
    page.click(AGAIN)
    expect_thanks(page)
    assert kept(page) == {"link"}


def test_a_second_device_is_refused_and_keeps_its_draft(
    asking: Asking, page: Page, new_page: NewPage
) -> None:
    link = asking.somebody()
    second = new_page(viewport=DESK)
    for device in (page, second):
        open_form(device, link)
        choose(device, ALL_ANSWERED)
    page.click(SEND)
    expect_thanks(page)
    sent = asking.counted()
    second.click(SEND)
    expect(second.locator("#told")).to_contain_text(USED)
    expect(second.locator("#told")).to_contain_text("people@example.org")
    assert asking.counted() == sent
    assert chosen(second) == ALL_ANSWERED
    assert kept(second) == {"link", "draft"}


def test_two_people_can_use_one_device_and_one_tab(asking: Asking, page: Page) -> None:
    given, arrived = asking.counted()
    network = Network(page.context, {}, SUBMIT).watch()
    links = asking.somebody(), asking.somebody()
    open_form(page, links[0])
    choose(page, ALL_ANSWERED)
    page.click(SEND)
    expect(page.locator("#told")).to_contain_text(NOT_SENT)
    network.cut_at = ""
    open_form(page, links[1])
    assert chosen(page) == {}
    choose(page, ALL_ANSWERED)
    page.click(SEND)
    expect_thanks(page)
    assert asking.counted() == (given + 2, arrived + 1)
    page.goto(links[0])
    page.click(START)
    page.click(AGAIN)
    expect_thanks(page)
    assert asking.counted() == (given + 2, arrived + 2)


@pytest.mark.parametrize("status", [403, 502])
def test_whatever_stands_between_may_refuse_without_spending_the_credential(
    asking: Asking, page: Page, status: int
) -> None:
    given, arrived = asking.counted()
    page.route(SUBMIT, lambda route: route.fulfill(status=status), times=1)
    open_form(page, asking.somebody())
    choose(page, ALL_ANSWERED)
    page.click(SEND)
    expect(page.locator("#told")).to_contain_text(NOT_SENT)
    page.click(AGAIN)
    expect_thanks(page)
    assert asking.counted() == (given + 1, arrived + 1)


def test_two_sendings_at_once_are_one_even_if_the_network_is_cut(
    asking: Asking, page: Page
) -> None:
    given, arrived = asking.counted()
    network = Network(page.context, {}, SUBMIT).watch()
    open_form(page, asking.somebody())
    choose(page, ALL_ANSWERED)
    page.eval_on_selector(
        "#answers", "form => { form.requestSubmit(); form.requestSubmit(); }"
    )
    expect(page.locator("#told")).to_contain_text(NOT_SENT)
    network.cut_at = ""
    page.click(AGAIN)
    expect_thanks(page)
    assert len(set(network.bodies[ISSUE])) == 1
    assert asking.counted() == (given + 1, arrived + 1)


def test_a_device_without_room_says_not_sent_and_keeps_the_answers(
    asking: Asking, page: Page
) -> None:
    open_form(page, asking.somebody())
    choose(page, ALL_ANSWERED)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw Error(); }; }")
    with pytest.raises(Error), page.expect_request(ISSUE, timeout=500):
        page.click(SEND)
    expect(page.locator("#told")).to_have_text(
        "Not sent. Your answers are still on this device."
    )
    assert chosen(page) == ALL_ANSWERED
