"""The activation day in a real browser: a key first, the answer days later."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from datetime import timedelta
from email.parser import BytesParser

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from survey import plans, worker
from survey.clock import utcnow
from survey.intake import find_invitation
from survey.models.answer import SealedAnswer
from survey.models.cycle import Cycle, RosterMember, Scope
from survey.models.invitation import Collected, Invitation
from survey.models.people import Channel
from survey.roles import Role
from survey.services import accounts, cycles, launching, organisation, reissuing
from survey.tokens import normalise_code
from tests.browser.company import CATALOGUE
from tests.browser.conftest import PHONE, NewPage, follow
from tests.browser.site import Site, serve
from tests.conftest import DAY, add_team

pytestmark = [pytest.mark.browser, pytest.mark.long]

HOUR = timedelta(hours=1)


@pytest.fixture
def site(browser, tmp_path) -> Iterator[Site]:
    """Give a company on its activation day: An's team, and Binh who rates two."""
    with serve(tmp_path) as site:
        now = utcnow()
        with site.shop.sessions.begin() as session:
            organisation.set_up_organisation(
                session, "Works", time_zone="UTC", contact="HR"
            )
            for name in ("An", "Binh"):
                add_team(session, name, 5)
            plan = plans.CyclePlan(
                name="Autumn",
                texts=(plans.text_from(CATALOGUE, "ps-8"),),
                activates_at=now - HOUR,
                opens_at=now + DAY,
                closes_at=now + 9 * DAY,
                representative="Chi",
            )
            made = cycles.create_cycle(session, plan, now=now - DAY)
            launching.launch_cycle(session, made.id, now=now - DAY)
        worker.run_due(site.shop, now=now)
        yield site


def links_of(site: Site, kind: str = "activation") -> Iterator[str]:
    """Yield the links in the mails of a kind, in English."""
    for file in sorted(site.outbox.glob(f"{kind}.*.eml")):
        letter = BytesParser(policy=email.policy.default).parsebytes(file.read_bytes())
        text = letter.get_body(("plain",)).get_content()
        if found := re.search(r"http\S*/en/s#\S+", text):
            yield found.group()


def link_of(site: Site, kind: str = "activation") -> str:
    """Return the link in the first mail of a kind, in English."""
    return next(links_of(site, kind))


def open_form(site: Site) -> None:
    """Let the days pass until the form is open."""
    with site.shop.sessions.begin() as session:
        session.execute(update(Cycle).values(opens_at=utcnow() - HOUR))
    worker.run_due(site.shop, now=utcnow() + DAY)


def counted(site: Site) -> tuple[int, int]:
    """Return how many credentials were given and answers are kept."""
    with site.shop.sessions() as session:
        given = select(func.count()).where(Collected.is_collected)
        kept = select(func.count()).select_from(SealedAnswer)
        return session.scalar(given), session.scalar(kept)


def fetch_key(page: Page, link: str) -> str:
    """Get the key and return the recovery code."""
    page.goto(link)
    page.click("#get")
    expect(page.locator("#got")).to_be_visible()
    return page.locator("#recovery-text").text_content()


def answer(page: Page) -> None:
    """Choose something everywhere, and send."""
    page.click("#sealing button[name=scope]")
    expect(page.locator("#answers")).to_be_visible()
    for item in page.locator("#answers fieldset").all():
        item.locator("input").nth(2).check()
    page.click("#answers section button[type=submit]")


def test_the_key_comes_by_one_tap_and_the_answer_needs_no_name(
    site: Site, new_page: NewPage
) -> None:
    page = new_page(viewport=PHONE)
    fetch_key(page, link_of(site))
    page.check("#own")
    assert counted(site) == (1, 0)
    open_form(site)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url.removeprefix(site.url)))
    page.goto(link_of(site, "invitation"))
    answer(page)
    expect(page.locator("h1")).to_have_text("Thank you. Your answers have been sent.")
    assert "/a/submit" in asked
    assert "/p/issue" not in asked
    assert counted(site) == (1, 1)


def test_the_recovery_code_brings_the_same_key_to_another_device(
    site: Site, new_page: NewPage
) -> None:
    code = fetch_key(new_page(viewport=PHONE), link_of(site))
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){12}", code)
    other = new_page()
    other.goto(link_of(site))
    other.click(".recovery summary")
    other.fill("#recovery-code", code.lower().replace("-", " "))
    other.click("#recovery button")
    expect(other.locator("#got")).to_be_visible()
    assert other.locator("#recovery-text").text_content() == code
    assert counted(site) == (1, 0)


def test_another_device_without_the_code_is_told_what_to_do(
    site: Site, new_page: NewPage
) -> None:
    fetch_key(new_page(), link_of(site))
    other = new_page()
    other.goto(link_of(site))
    other.click("#get")
    expect(other.locator("#told")).to_contain_text("Use the recovery code")
    other.click(".recovery summary")
    other.fill("#recovery-code", "not a code")
    other.click("#recovery button")
    expect(other.locator("#recovery-wrong")).to_be_visible()


def test_after_a_reissue_another_device_gets_a_key_of_its_own(
    site: Site, new_page: NewPage
) -> None:
    first, other = new_page(), new_page(viewport=PHONE)
    code = fetch_key(first, link_of(site))
    give_anew(site, link_of(site))
    assert counted(site) == (0, 0)
    assert fetch_key(other, link_of(site)) != code
    open_form(site)
    for page in (first, other):
        page.goto(link_of(site, "invitation"))
        answer(page)
        expect(page.locator("h1")).to_have_text(re.compile("^Thank you"))
    assert counted(site) == (1, 2)


def test_of_two_leaders_the_one_with_a_new_key_is_fetched_and_the_other_told(
    site: Site, new_page: NewPage
) -> None:
    link = link_of(site)
    let_rate_both(site, link)
    fetch_key(new_page(), link)
    give_anew(site, link)
    other = new_page()
    fetch_key(other, link)
    expect(other.locator("#told")).to_contain_text("Use the recovery code")
    assert counted(site) == (2, 0)


def give_anew(site: Site, link: str) -> None:
    """Let two people give the key for the last leader of a link's holder."""
    with site.shop.sessions.begin() as session:
        invitation = holder_of(site, session, link)
        scopes = [session.get_one(Scope, c.scope_id) for c in invitation.collected]
        leader_id = max(scope.leader_id for scope in scopes)
        hr, admin = (
            accounts.create_account(
                session, f"{r}@example.org", r, frozenset({r}), now=utcnow()
            ).id
            for r in (Role.HR, Role.ADMIN)
        )
        place = invitation.cycle_id, leader_id, invitation.id
        reissuing.ask(session, *place, now=utcnow(), account_id=hr)
        (asked,) = reissuing.open_requests(session, admin, now=utcnow())
        reissuing.grant(session, asked.id, now=utcnow(), account_id=admin)


def holder_of(site: Site, session: Session, link: str) -> Invitation:
    code = normalise_code(link.rpartition(".")[2])
    return find_invitation(session, site.shop.vault.pepper, code)


def let_rate_both(site: Site, link: str) -> None:
    """Let a link's holder rate the other leader as well."""
    with site.shop.sessions.begin() as session:
        invitation = holder_of(site, session, link)
        (mine,) = invitation.collected
        teams = select(Scope).where(Scope.group == "team", Scope.id != mine.scope_id)
        other = session.scalars(teams).one()
        invitation.collected.append(Collected(scope_id=other.id))
        session.add(
            RosterMember(
                scope_id=other.id,
                person_id=invitation.person_id,
                name="Both",
                channel=Channel.EMAIL,
            )
        )


def test_who_comes_late_gets_key_and_answer_in_one_sitting(
    site: Site, new_page: NewPage
) -> None:
    link = link_of(site)
    open_form(site)
    page = new_page(viewport=PHONE)
    page.goto(link)
    answer(page)
    expect(page.locator("h1")).to_have_text("Thank you. Your answers have been sent.")
    assert counted(site) == (1, 1)


def test_a_deleted_key_is_gone_and_the_same_tab_gets_no_other(
    site: Site, new_page: NewPage
) -> None:
    page = new_page()
    fetch_key(page, link_of(site))
    page.check("#own")
    page.click("#delete")
    kept = page.evaluate(
        "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
    )
    assert [name for name in kept if "keys" in name] == []


def test_before_the_form_opens_no_statement_is_shown(
    site: Site, new_page: NewPage
) -> None:
    page = new_page(java_script_enabled=False)
    code = link_of(site).rpartition(".")[2]
    page.goto(f"{site.url}/en/")
    page.fill("#code", code)
    follow(page, "form[id=page] button:not([formaction])")
    expect(page.locator("noscript p.notice")).to_contain_text("come back after")
    assert page.locator("fieldset").count() == 0


def test_two_people_on_one_shared_device_have_a_key_and_an_answer_each(
    site: Site, new_page: NewPage
) -> None:
    page = new_page()
    people = list(links_of(site))[:2]
    codes = {fetch_key(page, link) for link in people}
    assert (len(codes), counted(site)) == (2, (2, 0))
    open_form(site)
    for link in people:
        page.goto(link)
        answer(page)
        expect(page.locator("h1")).to_have_text(re.compile("^Thank you"))
    assert counted(site) == (2, 2)
