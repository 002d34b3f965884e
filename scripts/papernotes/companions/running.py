"""Run a companion as a script, then draw its figures, in one process: ``-m papernotes.companions.running``.

What the figures need and the script has computed before, the companion's own caches still hold.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from papernotes.companions.child import load
from papernotes.companions.confine import confine
from papernotes.companions.drawing import find_fonts, pictures


def main(companion: str, slug: str, target: str) -> None:
    """Run, then draw; standard output is the script's alone.

    Args:
        companion: path of companion.py.
        slug: the companion's slug.
        target: a file for the report of ``drawing``; it stays empty when the script does not run to its end.

    Errors:
        Whatever the script raises, which ends the process as it would end a script's.
    """
    path = Path(companion)
    with Path(target).open("w", encoding="utf-8") as out:  # opened before writing is given up
        find_fonts(path)
        null = os.open(os.devnull, os.O_WRONLY)
        confine(path)
        sys.argv = [companion]
        module = load(path, "__main__")
        sys.stdout.flush()
        os.dup2(null, 1)
        json.dump(pictures(module, path, slug), out)


if __name__ == "__main__":
    main(*sys.argv[1:])
