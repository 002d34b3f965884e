"""explain: what a code means."""

from __future__ import annotations

import argparse

from papernotes.commands.usage import codes


def explain(arguments: argparse.Namespace) -> int:
    """Print the documentation of codes or families, or a line for every code."""
    from papernotes.render.catalogue import texts  # takes a moment to import

    if not arguments.codes:
        for code, text in texts().items():
            print(f"{code}  {text.splitlines()[0]}")
        return 0
    for code in codes(",".join(arguments.codes), texts()):
        for known, text in texts().items():
            if known.startswith(code):
                print(f"{known}  {text}\n")
    return 0
