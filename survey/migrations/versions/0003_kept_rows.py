"""Ratings that a cycle keeps for research.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""

    op.create_table(
        "kept_row",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_kept_row_cycle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_row")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("kept_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_kept_row_cycle_id"), ["cycle_id"], unique=False
        )


def downgrade() -> None:
    """Take the step back."""

    with op.batch_alter_table("kept_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_row_cycle_id"))

    op.drop_table("kept_row")
