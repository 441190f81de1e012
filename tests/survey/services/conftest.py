"""Two people with accounts, and a team whose keys may get lost."""

from __future__ import annotations

import pytest

from survey.roles import Role
from survey.worker import Workshop
from tests.conftest import MakeCycle
from tests.survey.services.anew import account
from tests.survey.test_protocol import Sender, senders_of


@pytest.fixture
def hr(shop: Workshop) -> int:
    return account(shop, "hr@example.org", Role.HR)


@pytest.fixture
def admin(shop: Workshop) -> int:
    return account(shop, "admin@example.org", Role.ADMIN)


@pytest.fixture
def team(shop: Workshop, open_cycle: MakeCycle) -> list[Sender]:
    """Give everybody of one team of five."""
    return senders_of(shop, open_cycle(sizes={"Lan": 5}))
