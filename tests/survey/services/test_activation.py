"""The activation day: keys are asked for before the form opens."""

from __future__ import annotations

from dataclasses import replace

from survey.services import cycles, launching
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, add_team, pulse_plan, set_up
from tests.survey.services.test_mailing import Bag, code_in


def test_on_the_activation_day_everybody_is_asked_to_get_their_key(
    shop: Workshop,
) -> None:
    bag = Bag()
    quiet = replace(shop, mailer=bag)
    with shop.sessions.begin() as session:
        set_up(session)
        add_team(session, "Lan", 4)
        plan = pulse_plan(activates_at=NOON - 2 * DAY)
        cycle_id = cycles.create_cycle(session, plan, now=NOON - 3 * DAY).id
        launching.keep_small_teams(session, cycle_id, now=NOON - 3 * DAY)
        launching.launch_cycle(session, cycle_id, now=NOON - 3 * DAY)
    run_due(quiet, now=NOON - 3 * DAY)
    assert bag.letters == []
    run_due(quiet, now=NOON - 2 * DAY)
    assert {ltr.subject for ltr in bag.letters if ltr.language == "en"} == {
        "Get your answer key (one tap, before 24 November 2026)"
    }
    assert len(bag.letters) == 4
    run_due(quiet, now=NOON)
    kinds = [ltr.message_id.partition(".")[0] for ltr in bag.letters]
    assert (kinds.count("activation"), kinds.count("invitation")) == (4, 4)
    codes = {code_in(ltr) for ltr in bag.letters if "self" not in ltr.message_id}
    assert len(codes) == 8


def test_a_key_mail_that_waited_until_the_form_opened_is_not_sent(
    shop: Workshop,
) -> None:
    bag = Bag()
    with shop.sessions.begin() as session:
        set_up(session)
        add_team(session, "Lan", 4)
        plan = pulse_plan(activates_at=NOON - 2 * DAY)
        cycle_id = cycles.create_cycle(session, plan, now=NOON - 3 * DAY).id
        launching.keep_small_teams(session, cycle_id, now=NOON - 3 * DAY)
        launching.launch_cycle(session, cycle_id, now=NOON - 3 * DAY)
    run_due(replace(shop, mailer=bag), now=NOON)
    kinds = {ltr.message_id.partition(".")[0] for ltr in bag.letters}
    assert "activation" not in kinds
