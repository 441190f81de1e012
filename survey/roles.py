"""What an account may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What an account may do; one account may have several."""

    HR = "hr"
    LEADER = "leader"
    ORGANISATION_READER = "organisation_reader"
    REPRESENTATIVE = "representative"
    ADMIN = "admin"
