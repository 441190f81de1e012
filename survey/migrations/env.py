"""Run migrations on the connection that `survey.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from survey.models import (  # noqa: F401  # their tables are registered by importing them
    account,
    answer,
    audit,
    cycle,
    invitation,
    job,
    kept,
    mail,
    nomination,
    people,
    people_import,
    report,
)
from survey.models.base import Base, Moment


def plain_type(
    type_: str, value: Any, autogen_context: AutogenContext
) -> str | Literal[False]:
    """Write our moments as what the database sees, so that migrations stand alone."""
    del autogen_context
    if type_ == "type" and isinstance(value, Moment):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain_type,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
