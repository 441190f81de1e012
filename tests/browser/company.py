"""A small company: one cycle is over, one is open, one is a draft."""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.parser import BytesParser
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form
from survey import plans, worker
from survey.clock import utcnow
from survey.models.account import Account
from survey.models.people import Person
from survey.roles import Role
from survey.services import (
    accounts,
    answers,
    confidential,
    cycles,
    launching,
    organisation,
    release,
    visiting,
)
from tests.browser.site import PASSWORD, Site
from tests.conftest import CHEAP, DAY, add_team

HR = "hr@example.org"
TEAMS = {"An": 9, "Binh": 3, "Chi": 9, "Dung": 9, "Em": 3}
CATALOGUE = Catalogue()
CODES = ("ll-35", "ps-8")
SCALES = {
    item.code: instrument.response_scale
    for instrument in CATALOGUE.instruments()
    if instrument.code in CODES
    for dimension in instrument.dimensions
    for item in dimension.asked(Form.FULL)
}


@dataclass(frozen=True)
class Company:
    """Where it is, and its cycles: An's team answered the first, Binh's did not."""

    site: Site
    finished: int
    running: int
    planned: int


def found_company(site: Site) -> Company:
    """An and Binh were rated in spring, Chi is being rated now."""
    now = utcnow()
    spring = now - 40 * DAY
    with site.shop.sessions.begin() as session:
        name_organisation(session, now)
        for name, size in TEAMS.items():
            add_team(session, name, size)
            give_account(session, f"{name.lower()}@example.org", Role.LEADER, now)
    finished = launch(site, "Spring", ("An", "Binh"), opens=spring)
    let_answer(site, finished, "An", n=9, now=spring + DAY)
    let_answer(site, finished, "Binh", n=2, now=spring + DAY)
    rate_self(site, finished, "An", now=spring + DAY)
    worker.run_due(site.shop, now=spring + 14 * DAY)
    with site.shop.sessions.begin() as session:
        release.release_cycle(session, site.shop.vault, finished, now=spring + 15 * DAY)
    worker.run_due(site.shop, now=spring + 15 * DAY)
    running = launch(site, "Autumn", ("Chi",), opens=now - DAY, days=60)
    with site.shop.sessions.begin() as session:
        winter = replace(plan("Winter", now + DAY), asks_peers=True)
        draft = cycles.create_cycle(session, winter, now=now)
    return Company(site, finished, running, draft.id)


def name_organisation(session: Session, now: datetime) -> None:
    organisation.set_up_organisation(
        session,
        "Sông Hồng Works",
        contact="Mai Phạm, people@example.org",
        representative="Bảo Vũ",
    )
    give_account(session, HR, Role.HR, now)


def give_account(session: Session, address: str, role: Role, now: datetime) -> None:
    accounts.create_account(
        session,
        address,
        address.partition("@")[0].title(),
        frozenset({role}),
        now=now,
        password=PASSWORD,
        cost=CHEAP,
    )


def plan(
    name: str, opens: datetime, days: int = 14, leader_ids: tuple[int, ...] = ()
) -> plans.CyclePlan:
    return plans.CyclePlan(
        name=name,
        texts=tuple(plans.text_from(CATALOGUE, code) for code in CODES),
        opens_at=opens,
        closes_at=opens + days * DAY,
        leader_ids=leader_ids,
    )


def launch(
    site: Site,
    name: str,
    leaders: tuple[str, ...],
    *,
    opens: datetime,
    days: int = 14,
    **changes: object,
) -> int:
    """Bring a cycle about these leaders to its first day."""
    early = opens - DAY
    with site.shop.sessions.begin() as session:
        chosen = session.scalars(select(Person.id).where(Person.name.in_(leaders)))
        draft = replace(plan(name, opens, days, tuple(chosen)), **changes)
        cycle_id = cycles.create_cycle(session, draft, now=early).id
        launching.keep_small_teams(session, cycle_id, now=early)
        launching.launch_cycle(session, cycle_id, now=early)
    worker.run_due(site.shop, now=early)
    worker.run_due(site.shop, now=opens)
    return cycle_id


def mailed_codes(site: Site, cycle_id: int) -> dict[str, str]:
    """Return what the invitations of a cycle tell each address to type."""
    return _mailed(site, cycle_id, r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}")


def mailed_links(site: Site, cycle_id: int) -> dict[str, str]:
    """Return the link in each address's invitation to a cycle."""
    return _mailed(site, cycle_id, r"http\S+#\S+")


def _mailed(site: Site, cycle_id: int, pattern: str) -> dict[str, str]:
    found = {}
    for file in sorted(site.outbox.glob(f"invitation.{cycle_id}.*.eml")):
        letter = BytesParser(policy=email.policy.default).parsebytes(file.read_bytes())
        text = letter.get_body(("plain",)).get_content()
        address = letter["To"].addresses[0].addr_spec
        found[address] = re.search(pattern, text).group()
    return found


def let_answer(
    site: Site,
    cycle_id: int,
    leader: str,
    *,
    n: int,
    now: datetime,
    path: str = "server",
) -> None:
    """Let the last ``n`` members of a team say what they think of their leader."""
    rng = Random(leader)
    codes = mailed_codes(site, cycle_id)
    for member in range(TEAMS[leader] - n, TEAMS[leader]):
        code = codes[f"{leader.lower()}-{member}@example.org"]
        mood = rng.gauss(0, 0.4)
        points = {
            item: min(max(round(rng.gauss(3 + mood, 0.7)), scale.low), scale.high)
            for item, scale in SCALES.items()
        }
        with site.shop.sessions.begin() as session:
            visit = visiting.open_visit(session, site.shop.vault, code, now=now)
            confidential.keep_confidential_answer(
                session,
                site.shop.vault,
                code,
                visit.sheets[0].scope_id,
                confidential.PlainAnswer(points, path=path),
                now=now,
            )


def rate_self(site: Site, cycle_id: int, leader: str, *, now: datetime) -> None:
    """Let a leader choose the highest point everywhere."""
    points = {item: scale.high for item, scale in SCALES.items()}
    with site.shop.sessions.begin() as session:
        person = session.scalars(select(Person.id).where(Person.name == leader)).one()
        sheet = answers.own_sheet(session, cycle_id, person, now=now)
        answers.keep_rating(session, sheet, points, [], now=now)


def speak(site: Site, address: str, language: str) -> None:
    """Set the language of somebody's pages."""
    with site.shop.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.email == address)).one()
        accounts.choose_language(session, account.id, language)
