"""Peers whom leaders name, and teams that reach two levels down.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""

    op.create_table(
        "nomination",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_nomination_cycle_id")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["person.id"], name=op.f("fk_nomination_leader_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_nomination_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "cycle_id", "leader_id", "person_id", name=op.f("pk_nomination")
        ),
    )
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_nomination_person_id"), ["person_id"], unique=False
        )
    with op.batch_alter_table("cycle", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("team_depth", sa.Integer(), nullable=False, server_default="1")
        )


def downgrade() -> None:
    """Take the step back."""

    with op.batch_alter_table("cycle", schema=None) as batch_op:
        batch_op.drop_column("team_depth")
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_person_id"))
    op.drop_table("nomination")
