"""The form in the hands of somebody without a mouse, or with another language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.asked import PLAIN_START, SEND, START, expect_thanks
from tests.browser.company import SCALES, Company, mailed_codes, mailed_links
from tests.browser.conftest import PHONE, NewPage, follow, type_code

pytestmark = pytest.mark.browser

FIRST, SECOND, *_ = SCALES


@pytest.fixture
def form(company: Company, new_page: NewPage) -> Page:
    """Open the form of a member of Chi's team."""
    page = new_page()
    code = mailed_codes(company.site, company.running)["chi-1@example.org"]
    type_code(page, company.site, code)
    follow(page, START)
    page.bring_to_front()
    return page


def test_the_first_tab_leads_past_the_head_of_the_page(form: Page) -> None:
    form.keyboard.press("Tab")
    form.wait_for_selector("a.skip:focus")
    assert (
        form.eval_on_selector("a.skip", "e => getComputedStyle(e).clipPath") == "none"
    )
    form.keyboard.press("Enter")
    form.wait_for_selector("#main:focus")
    form.keyboard.press("Tab")
    form.wait_for_selector(f"input[name=i-{FIRST}]:focus")


def test_arrows_choose_and_tab_leads_to_the_next_statement(form: Page) -> None:
    form.focus("#main")
    form.keyboard.press("Tab")
    form.keyboard.press("ArrowDown")
    form.wait_for_selector(f"input[name=i-{FIRST}][value='2']:checked:focus")
    form.keyboard.press("Tab")
    form.wait_for_selector(f"input[name=i-{SECOND}]:focus")
    form.keyboard.press("Space")
    form.wait_for_selector(f"input[name=i-{SECOND}][value='1']:checked")


def test_a_focused_answer_can_be_seen(form: Page) -> None:
    form.focus("#main")
    form.keyboard.press("Tab")
    form.wait_for_selector(f"input[name=i-{FIRST}]:focus")
    outline = form.evaluate(
        "getComputedStyle(document.activeElement.parentElement).outlineWidth"
    )
    assert outline == "3px"


def test_keys_alone_lead_from_the_link_to_the_thanks(
    company: Company, new_page: NewPage
) -> None:
    page = new_page(viewport=PHONE)
    page.goto(mailed_links(company.site, company.running)["chi-4@example.org"])
    _tab_to(page, START)
    page.keyboard.press("Enter")
    _tab_to(page, f"#answers input[name=i-{FIRST}]")
    page.keyboard.press("Space")
    _tab_to(page, SEND)
    page.keyboard.press("Enter")
    page.wait_for_selector("#soft-check:focus")
    _tab_to(page, "#anyway")
    page.keyboard.press("Enter")
    expect_thanks(page)


def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is there."""
    page.wait_for_selector(wanted)
    for _ in range(70):
        page.keyboard.press("Tab")
        if page.locator(f"{wanted}:focus").count():
            return
    raise AssertionError(wanted)


def test_another_language_keeps_what_was_chosen(
    company: Company, new_page: NewPage
) -> None:
    form = new_page(java_script_enabled=False)
    code = mailed_codes(company.site, company.running)["chi-1@example.org"]
    type_code(form, company.site, code)
    follow(form, PLAIN_START)
    chosen = {item: str(n % 5 + 1) for n, item in enumerate(list(SCALES)[:10])}
    for item, point in chosen.items():
        form.check(f"input[name=i-{item}][value='{point}']")
    form.fill("#c-OQ1", "Giữ lại câu này.")
    follow(form, "text=Tiếng Việt")
    assert form.get_attribute("html", "lang") == "vi"
    kept = form.eval_on_selector_all(
        "input[type=radio]:checked",
        "inputs => Object.fromEntries(inputs.map(i => [i.name.slice(2), i.value]))",
    )
    assert kept == chosen
    assert form.input_value("#c-OQ1") == "Giữ lại câu này."
