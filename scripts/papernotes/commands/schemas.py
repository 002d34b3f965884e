"""schemas: write the JSON Schemas that editors use."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from papernotes.commands.usage import root_folder
from papernotes.corpus import schemas as made


def texts() -> dict[str, str]:
    """The files by repository-relative path."""
    return {
        f"{made.FOLDER}/{name}": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in made.schemas().items()
    }


def schemas(arguments: argparse.Namespace) -> int:
    """Write them."""
    root = root_folder(Path.cwd())
    (root / made.FOLDER).mkdir(parents=True, exist_ok=True)
    for path, text in texts().items():
        (root / path).write_text(text, "utf-8", newline="\n")
        print(path)
    return 0
