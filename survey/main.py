"""The `hansei` command."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "analyse": "survey.cli.analyse:analyse",
    "audit": "survey.cli.audit:audit",
    "cycle": "survey.cli.cycle:cycle",
    "db": "survey.cli.work:db",
    "demo": "survey.cli.demo:demo",
    "mail": "survey.cli.mail:mail",
    "org": "survey.cli.organisation:org",
    "questionnaire": "survey.cli.questionnaire:questionnaire",
    "serve": "survey.cli.work:serve",
    "tick": "survey.cli.work:tick",
    "user": "survey.cli.account:user",
    "worker": "survey.cli.work:worker",
}


class LazyGroup(click.Group):
    """Imports a command when it is called: `hansei analyse` needs no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands, for the help page."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


def _app(**changes: Any) -> Any:
    """Return the Flask application; imported late, for the same reason."""
    return import_module("survey.app").create_app(**changes)


@click.group(cls=LazyGroup)
@click.version_option(package_name="hansei")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Leadership surveys that protect the people who answer."""
    ctx.obj = _app
