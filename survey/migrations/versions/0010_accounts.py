"""Second factor, sign-in links, a list of one's sign-ins.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward; whoever is signed in signs in once more."""

    for table in ("recovery_code", "sign_in_link"):
        key = "code_hash" if table == "recovery_code" else "token_hash"
        ends = [sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False)]
        op.create_table(
            table,
            sa.Column(key, sa.LargeBinary(length=32), nullable=False),
            sa.Column("account_id", sa.Integer(), nullable=False),
            *(ends if table == "sign_in_link" else []),
            sa.ForeignKeyConstraint(
                ["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id")
            ),
            sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])
    op.execute("DELETE FROM sign_in")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("began_at", sa.DateTime(timezone=True), nullable=False)
        )
        batch_op.add_column(sa.Column("seen_on", sa.Date(), nullable=False))
        batch_op.add_column(sa.Column("waits_for_code", sa.Boolean(), nullable=False))
    op.add_column("account", sa.Column("one_time_draft", sa.String(64)))
    op.add_column(
        "account",
        sa.Column("one_time_step", sa.Integer(), nullable=False, server_default="0"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("one_time_step", server_default=None)
    op.create_index(
        "uq_mail_cycle_account",
        "mail",
        ["cycle_id", "account_id", "kind"],
        unique=True,
    )


def downgrade() -> None:
    """Take the step back."""

    op.drop_index("uq_mail_cycle_account", table_name="mail")
    with op.batch_alter_table("account", schema=None) as batch_op:
        for name in ("one_time_step", "one_time_draft"):
            batch_op.drop_column(name)
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        for name in ("waits_for_code", "seen_on", "began_at"):
            batch_op.drop_column(name)
    for table in ("sign_in_link", "recovery_code"):
        op.drop_table(table)
