"""schemas: write the JSON Schemas that editors use."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from papernotes.commands.usage import root_folder
from papernotes.corpus.schemas import FOLDER, schemas


def texts() -> dict[str, str]:
    """The files by repository-relative path."""
    made = schemas().items()
    return {
        f"{FOLDER}/{name}": json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in made
    }


def run(arguments: argparse.Namespace) -> int:
    """Write them."""
    root = root_folder(Path.cwd())
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    for path, text in texts().items():
        (root / path).write_text(text, "utf-8", newline="\n")
        print(path)
    return 0
