"""Run a companion as a script, in a process of its own: ``-m papernotes.companions.running companion.py``."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from papernotes.companions.confine import confine

if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    confine(Path(sys.argv[0]))
    runpy.run_path(sys.argv[0], run_name="__main__")
