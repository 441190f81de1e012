"""What commands share: the application around them, and refusals as messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from flask import Flask

from survey.config import ConfigError
from survey.errors import SurveyError, VaultFolderError
from survey.spreadsheets import SpreadsheetError

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
"""A day, or a day and a time, where the organisation is."""
REFUSALS = (SurveyError, ConfigError, SpreadsheetError, VaultFolderError)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn a refusal into its message and exit code 1, without a traceback."""
    try:
        yield
    except REFUSALS as error:
        raise click.ClickException(str(error)) from error


def with_app(command: Callable[..., None]) -> Callable[..., None]:
    """Call a command inside the application, which it gets as first argument."""

    @wraps(command)
    @click.pass_context
    def call(ctx: click.Context, /, *args: Any, **options: Any) -> None:
        with told_plainly():
            app: Flask = ctx.obj()
            with app.app_context():
                command(app, *args, **options)

    return call
