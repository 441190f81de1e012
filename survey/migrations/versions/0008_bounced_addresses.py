"""Addresses from which mails came back.

Revision ID: 0008
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""

    op.add_column(
        "person", sa.Column("bounced_email", sa.String(length=254), nullable=True)
    )


def downgrade() -> None:
    """Take the step back."""

    op.drop_column("person", "bounced_email")
