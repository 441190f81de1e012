"""What the rules of a cycle and its dates ask of HR, whoever takes part in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey.errors import N_
from survey.intake import instruments_of
from survey.lifecycle import Mode, Retention
from survey.models.cycle import Cycle


class PointKind(StrEnum):
    """What a line of the dry run asks of HR."""

    DECIDE = "decide"
    CONFIRM = "confirm"
    WARNING = "warning"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the dry run: an English text for translation, and its fields.

    ``code`` names what HR confirms in words before the launch.
    """

    kind: PointKind
    text: str
    fields: dict[str, object]
    code: str = ""


SEVEN_POINTS = K_FOR_SEVEN = 7
"""With seven points an answer says more about who gave it."""
_FIVE = 5
"""The number that sentence P5 of the promise names."""
_FRIDAY = 4


def rule_points(cycle: Cycle, *, n_slips: int) -> Iterable[Point]:
    """Yield what HR confirms in words, or is advised otherwise."""
    if not cycle.representative or not cycle.contact:
        yield Point(
            PointKind.DECIDE,
            N_(
                "The promise names a representative and a contact for questions: "
                "change the draft and name both."
            ),
            {},
        )
    yield from _seven_point_points(cycle)
    if cycle.k < _FIVE:
        yield _confirm(
            "k",
            N_(
                "k is %(k)s: the promise will say that with fewer than five answers a "
                "colleague may guess."
            ),
            k=cycle.k,
        )
    if cycle.retention == Retention.ROWS:
        yield _confirm(
            "rows",
            N_(
                "Ratings are kept for research until %(purge_on)s, without names, "
                "comments, leaders, groups or times, in random order; the promise "
                "says so. Whoever has them and all reports can work out which leader "
                "they are about."
            ),
            purge_on=cycle.day_of(cycle.purge_at).isoformat(),
        )
    yield from _way_points(cycle, n_slips)


def _way_points(cycle: Cycle, n_slips: int) -> Iterable[Point]:
    if cycle.server_path_allowed:
        yield _confirm(
            "server_path",
            N_(
                "Answers without JavaScript are taken: for these the promise says "
                "“confidential, not anonymous”."
            ),
        )
    if cycle.mode == Mode.ACTIVATION_DAY:
        yield _confirm(
            "activation_day",
            N_(
                "People fetch an answer key before the form opens: one more mail, and "
                "whoever changes the device needs a recovery code."
            ),
        )
    if n_slips:
        yield _confirm(
            "slips",
            N_(
                "%(count)s people have no mail: somebody prints their slips after the "
                "launch and hands them out before the form opens."
            ),
            count=n_slips,
        )


def _confirm(code: str, text: str, **fields: object) -> Point:
    return Point(PointKind.CONFIRM, text, fields, code)


def _seven_point_points(cycle: Cycle) -> Iterable[Point]:
    for instrument in instruments_of(cycle):
        is_long = instrument.response_scale.n_points == SEVEN_POINTS
        if is_long and instrument.is_ready and cycle.k < K_FOR_SEVEN:
            yield Point(
                PointKind.WARNING,
                N_(
                    "%(code)s has seven points, which tell more about who answered: "
                    "k = 7 is advised, here it is %(k)s."
                ),
                {"code": instrument.code, "k": cycle.k},
            )


def date_points(cycle: Cycle, now: datetime) -> Iterable[Point]:
    """Yield what is wrong with dates, and what is only unhandy about them."""
    if cycle.closes_at <= now:
        yield Point(
            PointKind.DECIDE,
            N_("The closing date %(closes_on)s is past: choose a later one."),
            {"closes_on": cycle.day_of(cycle.closes_at).isoformat()},
        )
    elif cycle.opens_at <= now:
        yield Point(
            PointKind.WARNING,
            N_("The opening date is past: the form opens as soon as it is launched."),
            {},
        )
    if cycle.activates_at and cycle.opens_at <= now:
        yield Point(
            PointKind.DECIDE,
            N_(
                "There is no time left to fetch answer keys: let the form open later, "
                "or choose one visit."
            ),
            {},
        )
    past = [at for at in cycle.reminds_at if at <= now]
    if past and cycle.closes_at > now:
        yield Point(
            PointKind.WARNING,
            N_("Reminders whose time is past are dropped at the launch: %(count)s."),
            {"count": len(past)},
        )
    yield from _weekend_points(cycle)


def _weekend_points(cycle: Cycle) -> Iterable[Point]:
    """Warn of days on which nobody is there to help, to release or to answer."""
    days = (
        (N_("Opening falls on a weekend: %(day_on)s."), cycle.opens_at),
        (N_("Closing falls on a weekend: %(day_on)s."), cycle.closes_at),
        (N_("The release deadline falls on a weekend: %(day_on)s."), cycle.release_by),
        *(
            (N_("A reminder falls on a weekend: %(day_on)s."), at)
            for at in cycle.reminds_at
        ),
    )
    for text, moment in days:
        on = cycle.day_of(moment)
        if on.weekday() > _FRIDAY:
            yield Point(PointKind.WARNING, text, {"day_on": on.isoformat()})
