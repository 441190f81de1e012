"""A cycle with its frozen settings, its scopes and their rosters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from questionnaires.model import Form, RaterGroup
from survey.lifecycle import CycleState, Destruction, Mode, Retention, due_state
from survey.models.base import Base, Moment
from survey.models.people import Channel


class Cycle(Base):
    """One run of instruments over a population and dates; frozen at launch."""

    __tablename__ = "cycle"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[CycleState] = mapped_column(String(16), default=CycleState.DRAFT)
    mode: Mapped[Mode] = mapped_column(String(16), default=Mode.ONE_VISIT)
    form: Mapped[Form] = mapped_column(String(8), default=Form.FULL)
    k: Mapped[int] = mapped_column(default=5)
    retention: Mapped[Retention] = mapped_column(
        String(16), default=Retention.AGGREGATES
    )
    readers: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    representative: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    talk_partner: Mapped[str] = mapped_column(String(200), default="")
    manager_is_named: Mapped[bool] = mapped_column(default=False)
    server_path_allowed: Mapped[bool] = mapped_column(default=True)
    asks_peers: Mapped[bool] = mapped_column(default=False)
    team_depth: Mapped[int] = mapped_column(default=1, server_default="1")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    activates_at: Mapped[datetime | None] = mapped_column(Moment)
    opens_at: Mapped[datetime] = mapped_column(Moment)
    closes_at: Mapped[datetime] = mapped_column(Moment)
    release_by: Mapped[datetime] = mapped_column(Moment)
    purge_at: Mapped[datetime] = mapped_column(Moment)
    talk_by: Mapped[date | None]
    reminders: Mapped[list[str]] = mapped_column(JSON, default=list)
    recurrence: Mapped[str] = mapped_column(String(16), default="")
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"))
    decisions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    launched_at: Mapped[datetime | None] = mapped_column(Moment)
    launched_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    promise: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    promise_hash: Mapped[str] = mapped_column(String(64), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    key_source: Mapped[str] = mapped_column(String(16), default="server")
    keys_lost: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    destruction: Mapped[Destruction] = mapped_column(
        String(8), default=Destruction.NONE
    )

    instruments: Mapped[list[CycleInstrument]] = relationship(
        order_by="CycleInstrument.position", cascade="all, delete-orphan"
    )
    leaders: Mapped[list[CycleLeader]] = relationship(
        order_by="CycleLeader.id", cascade="all, delete-orphan"
    )

    def state_at(self, now: datetime) -> CycleState:
        """Return the state that holds at ``now``, whether or not a worker ran."""
        return due_state(
            CycleState(self.state),
            self.opens_at,
            self.closes_at,
            self.release_by,
            now=now,
        )

    @property
    def reminds_at(self) -> list[datetime]:
        """When reminders are planned, the first one first."""
        return [datetime.fromisoformat(at) for at in self.reminders]

    def day_of(self, moment: datetime) -> date:
        """Return the day that ``moment`` has where the organisation is."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()


class CycleInstrument(Base):
    """The text of one questionnaire file as this cycle uses it."""

    __tablename__ = "cycle_instrument"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    text: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))


class CycleLeader(Base):
    """A leader rated in a cycle; name and unit as they were at launch."""

    __tablename__ = "cycle_leader"
    __table_args__ = (UniqueConstraint("cycle_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(200), default="")
    hold_until: Mapped[datetime | None] = mapped_column(Moment)

    scopes: Mapped[list[Scope]] = relationship(
        back_populates="leader", cascade="all, delete-orphan"
    )


class Scope(Base):
    """(cycle, leader, rater group): what is kept secret together.

    Scopes of a cycle with the same ``merge`` are shown as one; without, alone.
    Counters are filled at closing, when the flags they count are erased.
    """

    __tablename__ = "scope"
    __table_args__ = (UniqueConstraint("leader_id", "group"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("cycle_leader.id"), index=True)
    group: Mapped[RaterGroup] = mapped_column(String(8))
    merge: Mapped[int | None]
    sign_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    box_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    roster_hash: Mapped[str] = mapped_column(String(64), default="")
    n_invited: Mapped[int] = mapped_column(default=0)
    n_credentials: Mapped[int] = mapped_column(default=0)
    n_reissued: Mapped[int] = mapped_column(default=0)
    n_sealed: Mapped[int] = mapped_column(default=0)
    n_invalid: Mapped[int] = mapped_column(default=0)
    n_confidential: Mapped[int] = mapped_column(default=0)

    cycle: Mapped[Cycle] = relationship()
    leader: Mapped[CycleLeader] = relationship(back_populates="scopes")

    @property
    def n_people(self) -> int:
        """How many people answered at least: with a key given anew one may twice."""
        return max(self.n_sealed - self.n_reissued, 0)


class RosterMember(Base):
    """Somebody who was asked, as of launch; erased at the purge date."""

    __tablename__ = "roster_member"

    scope_id: Mapped[UUID] = mapped_column(ForeignKey("scope.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    channel: Mapped[Channel] = mapped_column(String(8))


class ProgressBand(Base):
    """How far a cycle is, in bands, refreshed at fixed hours.

    ``kind`` "answers": of ``n_invited`` people ``low`` to ``high`` answered; "rest":
    the same for small units together; "leaders": of ``n_invited`` leaders ``low`` have
    reached the minimum.
    """

    __tablename__ = "progress_band"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200))
    n_invited: Mapped[int]
    low: Mapped[int]
    high: Mapped[int | None]
    refreshed_at: Mapped[datetime] = mapped_column(Moment)
