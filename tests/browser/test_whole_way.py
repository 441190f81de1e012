"""From a mailed code to a leader's report, each step by whoever takes it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Response

from survey import worker
from survey.clock import utcnow
from tests.browser.asked import (
    ALL_ANSWERED,
    PLAIN_START,
    choose,
    expect_thanks,
    open_form,
)
from tests.browser.asked import SEND as SEAL_AND_SEND
from tests.browser.company import (
    HR,
    SCALES,
    Company,
    launch,
    let_answer,
    mailed_codes,
    mailed_links,
    speak,
)
from tests.browser.conftest import PHONE, NewPage, follow, sign_in, type_code
from tests.browser.site import Site
from tests.conftest import DAY

pytestmark = pytest.mark.browser

UNSAID, SKIPPED = "LL02", "LL17"
SEND = "main form > section:last-child > button"
BY_SERVER = (
    "Answers sealed by the server instead of the browser (confidential, not anonymous):"
)
COMMENT = "Họp mười phút buổi sáng rất có ích."


def _open(company: Company, path: str) -> int:
    """Open a cycle in which all but one of Dung's team have answered."""
    now = utcnow()
    for address in (HR, "dung@example.org", "em@example.org", "an@example.org"):
        speak(company.site, address, "en")
    cycle_id = launch(company.site, f"By {path}", ("Dung", "Em"), opens=now - DAY)
    let_answer(company.site, cycle_id, "Dung", n=8, now=now, path=path)
    let_answer(company.site, cycle_id, "Em", n=2, now=now, path=path)
    return cycle_id


def test_a_cycle_goes_from_a_mailed_code_to_a_report(
    company: Company, new_page: NewPage
) -> None:
    site, cycle_id = company.site, _open(company, "server")
    code = mailed_codes(site, cycle_id)["dung-0@example.org"]
    phone = new_page(viewport=PHONE, java_script_enabled=False)
    _an_employee_answers(phone, site, code)
    _a_second_answer_changes_nothing(phone, site, code)
    _a_leader_rates_the_own_leading(new_page(), site, cycle_id)
    report = _close_and_release(new_page(), site, cycle_id, "By server")
    leader = new_page()
    _a_leader_reads_how_sure_the_figures_are(leader, site, report)
    assert f"{BY_SERVER} 8–11." in leader.inner_text(".further")
    _a_leader_below_k_reads_no_figure(new_page(), site, report)
    _another_leader_finds_nothing(new_page(), site, report)


def test_a_cycle_goes_from_a_mailed_link_to_a_report(
    company: Company, new_page: NewPage
) -> None:
    site, cycle_id = company.site, _open(company, "browser")
    link = mailed_links(site, cycle_id)["dung-0@example.org"]
    _an_employee_seals(new_page(viewport=PHONE), link)
    _a_leader_rates_the_own_leading(new_page(), site, cycle_id)
    report = _close_and_release(new_page(), site, cycle_id, "By browser")
    leader = new_page()
    _a_leader_reads_how_sure_the_figures_are(leader, site, report)
    assert BY_SERVER not in leader.inner_text(".further")
    _a_leader_below_k_reads_no_figure(new_page(), site, report)


def _close_and_release(page: Page, site: Site, cycle_id: int, name: str) -> str:
    """Return where the report is; HR's pages believe that the promised day has come."""
    later = utcnow() + 14 * DAY
    worker.run_due(site.shop, now=later)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("hr", "cycle_page"):
            patch.setattr(f"survey.web.{module}.utcnow", lambda: later)
        _hr_releases(page, site, cycle_id, name)
    worker.run_due(site.shop)
    return f"{site.url}/leader/{cycle_id}/report"


def _an_employee_seals(page: Page, link: str) -> None:
    open_form(page, link)
    answered = {name: "3" for name in ALL_ANSWERED if name != f"i-{SKIPPED}"}
    choose(page, answered | {f"i-{UNSAID}": "x", "w-OQ1": "1"})
    page.fill("#c-OQ1", COMMENT)
    page.click(SEAL_AND_SEND)
    assert page.locator(".notice a").first.get_attribute("href") == f"#i-{SKIPPED}"
    assert page.locator(f".notice a[href='#i-{UNSAID}']").count() == 0
    page.click("#anyway")
    expect_thanks(page)


def _an_employee_answers(page: Page, site: Site, code: str) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    type_code(page, site, code.lower().replace("-", " "))
    promised = page.inner_text("noscript .promise")
    assert "This answer is confidential, not anonymous." in promised
    follow(page, PLAIN_START)
    assert page.locator("fieldset").count() == len(SCALES) == 43
    for item in SCALES:
        if item != SKIPPED:
            chosen = "x" if item == UNSAID else "3"
            page.check(f"input[name=i-{item}][value='{chosen}']")
    page.fill("#c-OQ1", COMMENT)
    page.check("input[name=w-OQ1]")
    follow(page, SEND)
    assert page.locator(".notice a").first.get_attribute("href") == f"#i-{SKIPPED}"
    assert page.locator(f".notice a[href='#i-{UNSAID}']").count() == 0
    follow(page, "text=Send anyway")
    assert page.inner_text("h1") == "Thank you. Your answers have been sent."
    assert not [a.url for a in answers if "set-cookie" in a.all_headers()]
    assert {a.url.startswith(site.url) for a in answers} == {True}


def _a_second_answer_changes_nothing(page: Page, site: Site, code: str) -> None:
    type_code(page, site, code)
    follow(page, PLAIN_START)
    follow(page, SEND)
    follow(page, "text=Send anyway")
    assert page.inner_text("h1") == "Thank you. The first answer stands."
    assert page.context.cookies() == []


def _a_leader_rates_the_own_leading(page: Page, site: Site, cycle_id: int) -> None:
    sign_in(page, site, "dung@example.org")
    follow(page, f"a[href='/leader/{cycle_id}/self']")
    assert page.url == f"{site.url}/leader/{cycle_id}/self"
    page.eval_on_selector_all("input[value='5']", "all => all.forEach(i => i.click())")
    follow(page, "text=Keep my ratings")
    assert page.inner_text("h1") == "Your ratings are kept"


def _hr_releases(page: Page, site: Site, cycle_id: int, name: str) -> None:
    sign_in(page, site, HR)
    follow(page, f"main a:text-is('{name}')")
    assert page.url == f"{site.url}/hr/cycles/{cycle_id}"
    page.check("#sure")
    follow(page, "main button:text-is('Release')")
    assert "Single answers" in page.inner_text("main")


def _a_leader_reads_how_sure_the_figures_are(
    page: Page, site: Site, report: str
) -> None:
    sign_in(page, site, "dung@example.org")
    follow(page, "text=Read your report")
    assert page.url == report
    read = page.inner_text("main")
    assert "points higher than your team does" in page.inner_text(".in-short")
    assert re.search(r"\(\d\.\d to \d\.\d\)", read)
    assert "Your team\t9\t8–11" in read
    assert COMMENT in read
    assert page.locator("svg.chart").first.is_visible()


def _a_leader_below_k_reads_no_figure(page: Page, site: Site, report: str) -> None:
    sign_in(page, site, "em@example.org")
    follow(page, "text=Read your report")
    assert page.url == report
    read = page.inner_text("main")
    assert "results are shown only from 5 answers on" in read
    without_dates = re.sub(r"\d{1,2} \w+ 20\d\d", "", read)
    assert set(re.findall(r"\d+", without_dates)) == {"3", "5"}  # invited, k
    assert page.locator("main svg").count() == 0


def _another_leader_finds_nothing(page: Page, site: Site, report: str) -> None:
    sign_in(page, site, "an@example.org")
    answer = page.goto(report)
    assert answer
    assert answer.status == 404
