"""The right to answer: invitations, their secrets, and whether one was used."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base


class InvitationKind(StrEnum):
    """Sent to one person, or printed for whoever draws it from the box."""

    PERSONAL = "personal"
    SLIP = "slip"


class Invitation(Base):
    """What somebody may answer; a slip belongs to a scope and to nobody."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    kind: Mapped[InvitationKind] = mapped_column(String(8))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    language: Mapped[str] = mapped_column(String(8), default="en")

    collected: Mapped[list[Collected]] = relationship(cascade="all, delete-orphan")


class InvitationSecret(Base):
    """One secret or code of an invitation, only as an HMAC under the vault's pepper.

    A reminder adds one; those of earlier mails stay valid.
    """

    __tablename__ = "invitation_secret"

    hmac: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))


class Collected(Base):
    """Whether this invitation was used for this scope: never which answer it gave.

    Made at launch with ``is_collected`` false; erased at closing. ``blinded_hash`` is
    the hash of a blinded message, independent of the credential that came of it.
    """

    __tablename__ = "collected"

    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id"), primary_key=True
    )
    scope_id: Mapped[UUID] = mapped_column(
        ForeignKey("scope.id"), primary_key=True, index=True
    )
    is_collected: Mapped[bool] = mapped_column(default=False)
    blinded_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class ReissueRequest(Base):
    """Somebody asks for an answer key to be given anew; another person must agree.

    The only place that says whose key it is, so the row goes with the decision, at
    closing at the latest. Its name is random: one that is gone comes back for nobody.
    """

    __tablename__ = "reissue_request"
    __table_args__ = (UniqueConstraint("invitation_id", "scope_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    scope_id: Mapped[UUID] = mapped_column(ForeignKey("scope.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
