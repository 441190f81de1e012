"""What every bench shares: its command line, and the file its figures go to."""

import argparse
import json
from pathlib import Path
from typing import Any


def command_line(doc: str, **more: dict[str, Any]) -> argparse.Namespace:
    """Read the arguments: `--json` of every bench, and those of this one by name."""
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    for name, options in more.items():
        parser.add_argument(f"--{name}", **options)
    parser.add_argument("--json", type=Path, help="write all figures there")
    return parser.parse_args()


def keep(found: object, file: Path | None) -> None:
    """Write the figures, if a file was asked for."""
    if file:
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
