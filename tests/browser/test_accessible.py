"""Every key page before axe: no violation of WCAG 2.2 AA, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from reports.render.html import leader_page
from survey.clock import utcnow
from survey.models.people import Person
from survey.services.reading import own_report
from survey.tokens import opt_out_token
from tests.browser.asked import SEND, START, expect_thanks
from tests.browser.company import HR, Company, mailed_codes, speak
from tests.browser.conftest import DESK, NewPage, follow, sign_in, type_code

pytestmark = [pytest.mark.browser, pytest.mark.long]

AXE = Axe()
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
NARROW = {"width": 320, "height": 640}
WRONG_FILE = """\
id,name,email,manager_id,language,shoe size
1,Lan Tran,lan@example.org,,en,38
1,Minh Le,not an address,9,fr,41
"""


@dataclass(frozen=True)
class Visit:
    """A browser on its way to a page."""

    page: Page
    company: Company
    language: str
    folder: Path

    def go(self, path: str) -> None:
        self.page.goto(self.company.site.url + path)

    def sign_in(self, address: str) -> None:
        speak(self.company.site, address, self.language)
        sign_in(self.page, self.company.site, address)

    def type(self, code: str = "") -> None:
        codes = mailed_codes(self.company.site, self.company.running)
        mine = {"en": "chi-2@example.org", "vi": "chi-3@example.org"}
        typed = code or codes[mine[self.language]]
        type_code(self.page, self.company.site, typed, self.language)


def _code(visit: Visit) -> None:
    visit.go(f"/{visit.language}/")


def _unknown_code(visit: Visit) -> None:
    visit.type("7K3M-Q9TX-2HDA")


def _kiosk(visit: Visit) -> None:
    visit.go(f"/{visit.language}/kiosk")
    visit.page.wait_for_selector("#page", state="visible")


def _mistyped_on_kiosk(visit: Visit) -> None:
    _kiosk(visit)
    visit.page.fill("#code", "7K3M-Q9T")
    follow(visit.page, "#page > button[type=submit]")


def _form_on_kiosk(visit: Visit) -> None:
    """Show the statements on a shared tablet, a moment before it clears itself."""
    _kiosk(visit)
    codes = mailed_codes(visit.company.site, visit.company.running)
    visit.page.fill("#code", codes["chi-1@example.org"])
    follow(visit.page, "#page > button[type=submit]")
    visit.page.click(START)
    visit.page.wait_for_selector("#answers", state="visible")
    visit.page.eval_on_selector("#countdown", "one => { one.hidden = false; }")


def _start(visit: Visit) -> None:
    visit.type()


def _decline(visit: Visit) -> None:
    visit.type()
    follow(visit.page, "button.link")


def _form(visit: Visit) -> None:
    _start(visit)
    visit.page.click(START)
    visit.page.wait_for_selector("#answers", state="visible")


def _soft_check(visit: Visit) -> None:
    _form(visit)
    _choose_all_but_five(visit)
    visit.page.click(SEND)


def _waiting(visit: Visit) -> None:
    visit.page.route("**/p/issue", lambda route: route.abort())
    _soft_check(visit)
    visit.page.click("#anyway")
    visit.page.wait_for_selector("#told button")


def _thanks(visit: Visit) -> None:
    _soft_check(visit)
    visit.page.click("#anyway")
    expect_thanks(visit.page, visit.language)


def _plain_start(visit: Visit) -> None:
    """Show what stands there without a script; axe itself is one."""
    _start(visit)
    visit.page.evaluate(
        """() => {
          document.getElementById("sealing").remove();
          const plain = document.querySelector("noscript");
          plain.outerHTML = plain.textContent;
        }"""
    )


def _plain_form(visit: Visit) -> None:
    _plain_start(visit)
    follow(visit.page, "button[name=scope]")


def _plain_soft_check(visit: Visit) -> None:
    _plain_form(visit)
    _choose_all_but_five(visit)
    follow(visit.page, "#page > section:last-child > button")


def _choose_all_but_five(visit: Visit) -> None:
    visit.page.eval_on_selector_all(
        "fieldset input[value='2']",
        "all => all.slice(5).forEach(i => i.checked = true)",
    )


def _sign_in(visit: Visit) -> None:
    visit.go(f"/account/sign-in?language={visit.language}")


def _refused_sign_in(visit: Visit) -> None:
    _sign_in(visit)
    follow(visit.page, "main form button")


def _import_with_problems(visit: Visit) -> None:
    _check(visit, WRONG_FILE)


def _import_with_changes(visit: Visit) -> None:
    shop = visit.company.site.shop
    with shop.sessions() as session:
        number = session.scalars(select(Person.number).where(Person.name == "An")).one()
    rows = f"{number},An Lê,an@example.org,,Plant\n77,Lan V¨n,lan@example.org,,\n"
    _check(visit, f"id,name,email,manager_id,unit\n{rows}")


def _check(visit: Visit, content: str) -> None:
    visit.sign_in(HR)
    visit.go("/hr/people")
    file = visit.folder / "people.csv"
    file.write_text(content, encoding="utf-8")
    visit.page.set_input_files("#file", file)
    follow(visit.page, "main form button")


def _page_of(address: str, path: str) -> Callable[[Visit], None]:
    """Return the way to a page that somebody sees after signing in."""

    def go(visit: Visit) -> None:
        visit.sign_in(address)
        visit.go(path.format(company=visit.company))

    return go


def _asking_for_a_key(visit: Visit) -> None:
    visit.sign_in(HR)
    visit.go(f"/reissue/cycles/{visit.company.running}")
    follow(visit.page, "form[method=get] button")


def _no_person_chosen(visit: Visit) -> None:
    _asking_for_a_key(visit)
    follow(visit.page, "form[action*=reissue] button")


def _requests(visit: Visit) -> None:
    """Show a request that waits."""
    _asking_for_a_key(visit)
    chosen = {"en": "Member 7 of Chi", "vi": "Member 8 of Chi"}[visit.language]
    visit.page.select_option("#person", label=chosen)
    follow(visit.page, "form[action*=reissue] button")


def _report_as_a_file(visit: Visit) -> None:
    shop = visit.company.site.shop
    with shop.sessions() as session:
        person = session.scalars(select(Person.id).where(Person.name == "An")).one()
        tree = own_report(session, visit.company.finished, person, now=utcnow())
    file = visit.folder / "report.html"
    file.write_text(leader_page(tree, visit.language), encoding="utf-8")
    visit.page.goto(file.as_uri())


def _peers(address: str) -> Callable[[Visit], None]:
    """Return the way to An's peers: one is named, others are found."""

    def go(visit: Visit) -> None:
        with visit.company.site.shop.sessions() as session:
            an = session.scalars(select(Person.id).where(Person.name == "An")).one()
        visit.sign_in(address)
        visit.go(f"/peers/{visit.company.planned}/{an}?find=chi")
        follow(visit.page, "form[action$='/name'] >> nth=0 >> button")

    return go


def _stop_reminders(visit: Visit) -> None:
    hide = visit.company.site.shop.vault.pepper.hide
    visit.go(f"/{visit.language}/reminders/stop/{opt_out_token(hide, 1)}")


def _second_step(visit: Visit) -> None:
    """Begin with it; what is not confirmed changes nothing."""
    visit.sign_in(HR)
    visit.go("/account/own/")
    follow(visit.page, "form[action$='/second-factor'] button")


def _preview(step: str) -> Callable[[Visit], None]:
    def go(visit: Visit) -> None:
        visit.sign_in(HR)
        draft = f"/hr/cycles/{visit.company.planned}"
        visit.go(f"{draft}/preview/{visit.language}/{step}")

    return go


PAGES: dict[str, Callable[[Visit], None]] = {
    "code": _code,
    "unknown code": _unknown_code,
    "kiosk": _kiosk,
    "mistyped code on a kiosk": _mistyped_on_kiosk,
    "form on a kiosk": _form_on_kiosk,
    "start": _start,
    "decline": _decline,
    "form": _form,
    "soft check": _soft_check,
    "waiting": _waiting,
    "thanks": _thanks,
    "plain start": _plain_start,
    "plain form": _plain_form,
    "plain soft check": _plain_soft_check,
    "sign in": _sign_in,
    "refused sign in": _refused_sign_in,
    "HR home": _page_of(HR, "/hr/"),
    "people": _page_of(HR, "/hr/people"),
    "import with problems": _import_with_problems,
    "import with changes": _import_with_changes,
    "new cycle": _page_of(HR, "/hr/cycles/new"),
    "changing a draft": _page_of(HR, "/hr/cycles/{company.planned}/change"),
    "deleting a draft": _page_of(HR, "/hr/cycles/{company.planned}/delete"),
    "preview of the start": _preview("start"),
    "preview of the form": _preview("form"),
    "who rates": _page_of(HR, "/peers/{company.planned}"),
    "peers as HR sees them": _peers(HR),
    "peers as the leader sees them": _peers("an@example.org"),
    "stop reminders": _stop_reminders,
    "dry run": _page_of(HR, "/hr/cycles/{company.planned}"),
    "open cycle": _page_of(HR, "/hr/cycles/{company.running}"),
    "close later": _page_of(HR, "/hr/cycles/{company.running}/extend"),
    "close early": _page_of(HR, "/hr/cycles/{company.running}/close"),
    "holds": _page_of(HR, "/hr/cycles/{company.running}/holds"),
    "failed work": _page_of(HR, "/jobs/"),
    "found people": _page_of(HR, "/hr/persons/?words=chi"),
    "one person": _page_of(HR, "/hr/persons/1"),
    "own account": _page_of(HR, "/account/own/"),
    "second step": _second_step,
    "log": _page_of(HR, "/audit/"),
    "check of the log": _page_of(HR, "/audit/check?head=abc"),
    "asking for a link": lambda visit: visit.go(
        f"/account/link/?language={visit.language}"
    ),
    "slips": _page_of(HR, "/hr/cycles/{company.running}/slips"),
    "asking for a key": _asking_for_a_key,
    "no person chosen": _no_person_chosen,
    "requests for keys": _requests,
    "released cycle": _page_of(HR, "/hr/cycles/{company.finished}"),
    "leader home": _page_of("an@example.org", "/leader/"),
    "self rating": _page_of("chi@example.org", "/leader/{company.running}/self"),
    "report": _page_of("an@example.org", "/leader/{company.finished}/report"),
    "report below k": _page_of("binh@example.org", "/leader/{company.finished}/report"),
    "report as a file": _report_as_a_file,
}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(
    company: Company, new_page: NewPage, tmp_path: Path, name: str, language: str
) -> None:
    page = new_page(viewport=NARROW)
    PAGES[name](Visit(page, company, language, tmp_path))
    assert page.get_attribute("html", "lang") == language
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    if language == "vi":  # one width a language: the other shows the same markup
        page.set_viewport_size(DESK)
    assert _violations(page) == []


def _violations(page: Page) -> list[str]:
    options = {"runOnly": TAGS, "resultTypes": ["violations"]}
    results = AXE.run(page, options=options).response
    assert "target-size" in {rule["id"] for rule in results["passes"]}  # off by default
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]
