"""The editor of a draft: what it offers, what it shows, and the plan it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import get_locale

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form
from survey.clock import utcnow
from survey.forms.draft import (
    EVERY,
    LEADERS,
    OWN_DATES,
    UNITS,
    CycleForm,
    proposed_dates,
)
from survey.forms.fields import chosen, text
from survey.lifecycle import Mode, Retention
from survey.plans import RELEASE_WITHIN, TALK_WITHIN, CyclePlan, CycleText
from survey.recurrence import Recurrence
from survey.services.cycles import Choices


@cache
def _read(folder: Path | None) -> Catalogue:
    """Read the questionnaires once; a new file needs a restart."""
    return Catalogue(folder)


def catalogue() -> Catalogue:
    """Return the questionnaires at hand."""
    return _read(current_app.extensions["settings"].questionnaires)


@dataclass(frozen=True, slots=True)
class Editor:
    """The form of a draft and the plan that it makes."""

    choices: Choices

    def form(self) -> CycleForm:
        """Return the form with what stands in the draft, or what was sent of it."""
        units, draft = self.choices.units, self.choices.draft
        return CycleForm(
            {key: _title(kept) for key, kept in self._texts().items()},
            {str(n): unit.name for n, unit in enumerate(units)},
            {str(one.person_id): one.name for unit in units for one in unit.leaders},
            data=self._shown(draft) if draft else self._proposed(),
        )

    def plan(self, form: CycleForm) -> CyclePlan:
        """Return the plan of a form that was found right."""
        zone = self.choices.time_zone
        texts = self._texts()
        own = tuple(form.moment(field, zone) for field in form.own_reminders())
        is_own = form.n_reminders.data == OWN_DATES
        return CyclePlan(
            name=text(form.name),
            texts=tuple(texts[key] for key in chosen(form.instruments)),
            opens_at=form.moment(form.opens_at, zone),
            closes_at=form.moment(form.closes_at, zone),
            form=Form(form.form.data),
            k=form.k.data or 0,
            release_by=form.moment(form.release_by, zone)
            if form.release_by.data
            else None,
            talk_by=form.talk_by.data,
            languages=chosen(form.languages),
            representative=text(form.representative),
            contact=text(form.contact),
            talk_partner=text(form.talk_partner),
            readers=chosen(form.readers),
            server_path_allowed=bool(form.server_path_allowed.data),
            activates_at=form.moment(form.activates_at, zone)
            if form.has_activation_day
            else None,
            reminders=own if is_own else None,
            n_reminders=0 if is_own else int(form.n_reminders.data or 0),
            leader_ids=form.chosen_leaders(self._by_unit()),
            team_depth=int(form.team_depth.data or 1),
            asks_peers=bool(form.asks_peers.data),
            asks_manager=bool(form.asks_manager.data),
            retention=Retention(form.retention.data),
            recurrence=Recurrence(form.recurrence.data or ""),
        )

    def _texts(self) -> dict[str, CycleText]:
        """Return the newest questionnaires that are ready, and those of the draft."""
        found = catalogue()
        newest = {i.code: i for i in found.instruments() if i.is_ready}
        texts = [
            CycleText(i.code, i.version, found.text_of(i.code, i.version))
            for i in newest.values()
        ]
        kept = self.choices.draft.texts if self.choices.draft else ()
        return {f"{one.code} {one.version}": one for one in (*texts, *kept)}

    def _by_unit(self) -> dict[str, tuple[int, ...]]:
        return {
            str(n): tuple(one.person_id for one in unit.leaders)
            for n, unit in enumerate(self.choices.units)
        }

    def _proposed(self) -> dict[str, object]:
        return {
            **proposed_dates(utcnow(), self.choices.time_zone),
            "contact": self.choices.contact,
            "representative": self.choices.representative,
        }

    def _shown(self, plan: CyclePlan) -> dict[str, object]:
        """Return a plan as the form shows it; what follows from a date stays empty."""
        zone = self.choices.time_zone
        talk = plan.closes_at.astimezone(ZoneInfo(zone)) + TALK_WITHIN
        own = plan.reminders or ()
        names = ("first_reminder", "second_reminder", "third_reminder")
        activates_at = plan.activates_at and _local(plan.activates_at, zone)
        is_usual = plan.deadline == plan.closes_at + RELEASE_WITHIN
        return {
            "name": plan.name,
            "instruments": [f"{one.code} {one.version}" for one in plan.texts],
            "form": plan.form,
            "languages": plan.languages,
            "opens_at": _local(plan.opens_at, zone),
            "closes_at": _local(plan.closes_at, zone),
            "release_by": None if is_usual else _local(plan.deadline, zone),
            "talk_by": None if plan.talk_by == talk.date() else plan.talk_by,
            "n_reminders": OWN_DATES if plan.reminders else str(plan.n_reminders),
            **{name: _local(at, zone) for name, at in zip(names, own, strict=False)},
            "recurrence": plan.recurrence,
            "representative": plan.representative,
            "contact": plan.contact,
            "talk_partner": plan.talk_partner,
            "team_depth": str(plan.team_depth),
            "asks_peers": plan.asks_peers,
            "asks_manager": plan.asks_manager,
            "k": plan.k,
            "readers": plan.readers,
            "retention": plan.retention,
            "mode": Mode.ACTIVATION_DAY if activates_at else Mode.ONE_VISIT,
            "activates_at": activates_at,
            "server_path_allowed": plan.server_path_allowed,
            **self._who(set(plan.leader_ids)),
        }

    def _who(self, people: set[int]) -> dict[str, object]:
        """Return the shortest way to say who is chosen."""
        by_unit = self._by_unit()
        if people == {one for unit in by_unit.values() for one in unit}:
            return {"who": EVERY}
        whole = [key for key, unit in by_unit.items() if people.issuperset(unit)]
        if whole and people == {one for key in whole for one in by_unit[key]}:
            return {"who": UNITS, "units": whole}
        return {"who": LEADERS, "leaders": [str(one) for one in people]}


def _title(kept: CycleText) -> str:
    found = {(i.code, i.version): i for i in catalogue().instruments()}
    instrument = found.get((kept.code, kept.version))
    name = f"{kept.code} {kept.version}"
    return f"{instrument.title[str(get_locale())]} ({name})" if instrument else name


def _local(moment: datetime, time_zone: str) -> datetime:
    """Return what a clock on the organisation's wall shows then."""
    return moment.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
