"""The organisation: what pages and mails name about it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import SettingsError
from survey.models.people import Organisation, Person


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What pages name about the organisation."""

    name: str
    language: str
    time_zone: str
    contact: str
    representative: str
    is_made_up: bool
    n_people: int
    n_leaders: int


def set_up_organisation(
    session: Session,
    name: str,
    *,
    language: str = "en",
    time_zone: str = "UTC",
    contact: str = "",
    representative: str = "",
    is_made_up: bool = False,
) -> None:
    """Name the one organisation of this installation.

    Raises
    ------
    SettingsError
        If there is no such time zone.
    """
    if time_zone not in available_timezones():
        raise SettingsError(
            problem=f"There is no time zone “{time_zone}”. Example: Asia/Ho_Chi_Minh"
        )
    organisation = session.scalar(select(Organisation)) or Organisation()
    organisation.name = name
    organisation.language = language
    organisation.time_zone = time_zone
    organisation.contact = contact
    organisation.representative = representative
    organisation.is_made_up = is_made_up
    session.add(organisation)
    session.flush()


def organisation_facts(session: Session) -> OrganisationFacts | None:
    """Return the organisation, or ``None`` before it is set up."""
    kept = session.scalar(select(Organisation))
    if kept is None:
        return None
    active = select(func.count()).where(Person.is_active)
    leaders = select(func.count(Person.manager_id.distinct())).where(Person.is_active)
    return OrganisationFacts(
        name=kept.name,
        language=kept.language,
        time_zone=kept.time_zone,
        contact=kept.contact,
        representative=kept.representative,
        is_made_up=kept.is_made_up,
        n_people=session.scalar(active) or 0,
        n_leaders=session.scalar(leaders) or 0,
    )
