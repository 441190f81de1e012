"""The pin of the tables: no column is added without somebody looking here first."""

from __future__ import annotations

import pytest
from sqlalchemy import LargeBinary

from survey.models import (  # noqa: F401  # their tables are registered by importing them
    account,
    answer,
    audit,
    cycle,
    invitation,
    job,
    kept,
    mail,
    nomination,
    people,
    people_import,
    report,
)
from survey.models.base import Base, Moment

TABLES = {
    "account": (
        "email id is_active language name one_time_draft one_time_secret one_time_step "
        "password_hash person_id"
    ),
    "account_role": "account_id role",
    "audit_event": "account_id act at cycle_id details hash id",
    "collected": "blinded_hash invitation_id is_collected scope_id",
    "cycle": (
        "activates_at asks_peers closes_at contact copied_from_id decisions "
        "destruction fingerprint form id k key_source keys_lost languages "
        "launched_at launched_by_id manager_is_named mode name opens_at promise "
        "promise_hash purge_at readers recurrence release_by released_at "
        "reminders representative retention server_path_allowed state talk_by "
        "talk_partner team_depth time_zone"
    ),
    "cycle_instrument": "code cycle_id position sha256 text version",
    "cycle_leader": "cycle_id hold_until id name person_id unit",
    "identified_rating": "cannot_say person_id points scope_id",
    "invitation": "cycle_id id kind language person_id",
    "invitation_secret": "hmac invitation_id kind",
    "job": (
        "attempts due_at id key kind last_error lease_token lease_until state "
        "subject_id"
    ),
    "kept_row": "cycle_id id points",
    "mail": (
        "account_id attempts cycle_id id kind last_error message_id person_id "
        "sent_at state"
    ),
    "organisation": (
        "contact id is_made_up language name privacy_notice representative time_zone"
    ),
    "password_link": "account_id expires_at token_hash",
    "person": (
        "bounced_email channel email id is_active language manager_id name number "
        "unit_id wants_reminders"
    ),
    "nomination": "cycle_id is_approved leader_id person_id",
    "people_import": "at changes id new_units",
    "progress_band": "cycle_id high kind low n_invited name position refreshed_at",
    "reissue_request": "asked_by_id id invitation_id scope_id",
    "report_snapshot": "content cycle_id id is_published kind leader_id",
    "roster_member": "channel name person_id scope_id",
    "scope": (
        "box_key cycle_id group id leader_id merge n_confidential "
        "n_credentials n_invalid n_invited n_reissued n_sealed roster_hash "
        "sign_key"
    ),
    "sealed_answer": "scope_id sealed spent",
    "recovery_code": "account_id code_hash",
    "sign_in": (
        "account_id began_at ends_at idle_until seen_on token_hash waits_for_code"
    ),
    "sign_in_link": "account_id expires_at token_hash",
    "unit": "id name parent_id",
}

ANSWERS = (
    "sealed_answer",
    "collected",
    "invitation_secret",
    "reissue_request",
    "roster_member",
    "kept_row",
)
"""Tables on the way of an answer: a time, address or serial number would link them."""


def test_no_table_came_or_went() -> None:
    assert set(Base.metadata.tables) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_exactly_its_columns(name: str) -> None:
    found = {column.name for column in Base.metadata.tables[name].columns}
    assert found == set(TABLES[name].split()), (
        "these tables were laid out for the anonymity and HR work as well: both add "
        "no column; see docs/adr/0003-answers-are-sealed.md"
    )


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_on_the_way_of_an_answer_has_a_time_or_a_serial_number(
    name: str,
) -> None:
    table = Base.metadata.tables[name]
    assert not any(isinstance(column.type, Moment) for column in table.columns)
    assert table.autoincrement_column is None


def test_a_sealed_answer_refers_to_its_scope_and_to_nothing_else() -> None:
    table = Base.metadata.tables["sealed_answer"]
    referred = {key.column.table.name for key in table.foreign_keys}
    assert referred == {"scope"}
    assert not table.dialect_options["sqlite"]["with_rowid"]
    assert isinstance(table.primary_key.columns["spent"].type, LargeBinary)


def test_a_kept_row_refers_to_its_cycle_and_to_nothing_else() -> None:
    table = Base.metadata.tables["kept_row"]
    assert {key.column.table.name for key in table.foreign_keys} == {"cycle"}
    assert not table.dialect_options["sqlite"]["with_rowid"]
    assert isinstance(table.primary_key.columns["id"].type, LargeBinary)


@pytest.mark.parametrize("name", ["sealed_answer", "kept_row"])
def test_no_table_refers_to_an_answer(name: str) -> None:
    for table in Base.metadata.tables.values():
        assert name not in {key.column.table.name for key in table.foreign_keys}
