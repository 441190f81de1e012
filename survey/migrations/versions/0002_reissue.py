"""Requests for an answer key to be given anew.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""

    op.create_table(
        "reissue_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_reissue_request_invitation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["scope_id"], ["scope.id"], name=op.f("fk_reissue_request_scope_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_reissue_request_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reissue_request")),
        sa.UniqueConstraint(
            "invitation_id",
            "scope_id",
            name=op.f("uq_reissue_request_invitation_id_scope_id"),
        ),
    )
    with op.batch_alter_table("reissue_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reissue_request_scope_id"), ["scope_id"], unique=False
        )


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("reissue_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reissue_request_scope_id"))

    op.drop_table("reissue_request")
