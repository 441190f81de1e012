from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from survey.errors import SettingsError
from survey.services.organisation import organisation_facts, set_up_organisation
from tests.conftest import set_up


def test_the_organisation_is_named_once_and_may_be_renamed(session: Session) -> None:
    assert organisation_facts(session) is None
    set_up(session)
    set_up_organisation(session, "New name", time_zone="Europe/Berlin")
    assert organisation_facts(session).name == "New name"


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd"])
def test_a_time_zone_nobody_knows_is_refused_in_words(
    session: Session, zone: str
) -> None:
    with pytest.raises(SettingsError, match="no time zone"):
        set_up_organisation(session, "Firm", time_zone=zone)
