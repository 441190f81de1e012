"""Who signs in, with which roles, and the sign-in itself."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.base import Base, Moment
from survey.roles import Role


class Account(Base):
    """Somebody who signs in. Raters never do.

    ``one_time_secret`` and its draft, while an app is being set up, are only salts:
    with the vault's pepper they make the secret. ``one_time_step`` is the time of the
    last code that was taken.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    one_time_secret: Mapped[str | None] = mapped_column(String(64))
    one_time_draft: Mapped[str | None] = mapped_column(String(64))
    one_time_step: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(8), default="en")
    is_active: Mapped[bool] = mapped_column(default=True)

    roles: Mapped[list[AccountRole]] = relationship(cascade="all, delete-orphan")

    @property
    def may_use_sign_in_link(self) -> bool:
        """Whether a mail is enough to sign in: never for HR and administrators.

        For others a password that was set is not made weaker by a link, except for
        people who are only leaders.
        """
        roles = {kept.role for kept in self.roles}
        if not self.is_active or roles & {Role.HR, Role.ADMIN}:
            return False
        return roles == {Role.LEADER} or self.password_hash is None


class AccountRole(Base):
    """One role of one account."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(String(24), primary_key=True)


class RecoveryCode(Base):
    """A code that stands in once for a lost app; only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)


class SignIn(Base):
    """A running sign-in; only the hash of its random token is kept.

    No address and no browser: its owner knows it by when it began and was last used.
    """

    __tablename__ = "sign_in"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    idle_until: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    began_at: Mapped[datetime] = mapped_column(Moment)
    seen_on: Mapped[date]
    waits_for_code: Mapped[bool] = mapped_column(default=False)


class SignInLink(Base):
    """A link by which a leader signs in; good once, for a quarter of an hour."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class PasswordLink(Base):
    """A link by which somebody sets a password; good once, for a while."""

    __tablename__ = "password_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
