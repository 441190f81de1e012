"""A new cycle: its form with the questionnaires at hand, and the plan it makes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import current_app
from flask_babel import get_locale

from questionnaires.catalogue import Catalogue
from questionnaires.model import Form, Instrument
from survey.clock import utcnow
from survey.forms.cycle import CycleForm, proposed_dates
from survey.forms.fields import chosen, text
from survey.lifecycle import Retention
from survey.services.cycles import CyclePlan, CycleText
from survey.services.organisation import OrganisationFacts


@cache
def _read(folder: Path | None) -> Catalogue:
    """Read the questionnaires once; a new file needs a restart."""
    return Catalogue(folder)


def _catalogue() -> Catalogue:
    return _read(current_app.extensions["settings"].questionnaires)


def _instruments() -> dict[str, Instrument]:
    """Return the questionnaires that are ready to be used, by code and version."""
    ready = (i for i in _catalogue().instruments() if i.is_ready)
    return {f"{i.code} {i.version}": i for i in ready}


def cycle_form(facts: OrganisationFacts) -> CycleForm:
    """Return the form of a new cycle, or what was sent of it."""
    language = str(get_locale())
    names = {key: f"{i.title[language]} ({key})" for key, i in _instruments().items()}
    return CycleForm(names, data=proposed_dates(utcnow(), facts.time_zone))


def plan(form: CycleForm, time_zone: str) -> CyclePlan:
    """Return the plan of a form that was found right."""
    instruments = [_instruments()[key] for key in chosen(form.instruments)]
    catalogue = _catalogue()
    return CyclePlan(
        name=text(form.name),
        texts=tuple(
            CycleText(i.code, i.version, catalogue.text_of(i.code, i.version))
            for i in instruments
        ),
        opens_at=form.moment(form.opens_at, time_zone),
        closes_at=form.moment(form.closes_at, time_zone),
        form=Form(form.form.data),
        k=form.k.data or 0,
        languages=chosen(form.languages),
        activates_at=form.moment(form.activates_at, time_zone)
        if form.activates_at.data
        else None,
        n_reminders=int(form.n_reminders.data or 0),
        server_path_allowed=bool(form.server_path_allowed.data),
        retention=Retention(form.retention.data),
    )
