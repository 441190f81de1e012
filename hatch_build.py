"""Compile the gettext catalogues when the project is built or installed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):
    """Turn every ``messages.po`` into the ``messages.mo`` the program reads."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Run before the files are collected; the arguments are hatchling's."""
        for source in Path(self.root).glob("*/**/LC_MESSAGES/messages.po"):
            with source.open("rb") as text:
                catalogue = read_po(text)
            with source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, catalogue)
