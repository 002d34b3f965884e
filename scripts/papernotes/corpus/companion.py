"""papers/<slug>/companion.py, read as text: nothing here runs it."""

from __future__ import annotations

import ast
import re
import warnings

from papernotes.corpus.model import Companion
from papernotes.corpus.source import Place, Source
from papernotes.diagnostics import Diagnostic

DRAWN = "fill:currentColor;font-family:inherit;stroke-linejoin:round;stroke-linecap:butt"
"""The style of the root of every figure that a companion draws: it tells them from those drawn by hand."""
REGION = re.compile(r"^[ \t]*# --8<-- \[(?P<edge>start|end):(?P<name>[\w-]+)\]", re.MULTILINE)


def parse(source: Source, slug: str) -> tuple[Companion, list[Diagnostic]]:
    """List a companion's argument-free functions and its named regions.

    Returns:
        The companion, and R201 when it is not Python or a region is left open.
    """
    faults: list[Diagnostic] = []
    functions: set[str] = set()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape is the companion's business, not ours
            tree = ast.parse(source.text)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                taken = node.args
                needed = len(taken.posonlyargs) + len(taken.args) - len(taken.defaults)
                if not needed and all(default is not None for default in taken.kw_defaults):
                    functions.add(node.name)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        col = getattr(error, "offset", None) or 1
        message = getattr(error, "msg", "") or type(error).__name__
        faults.append(
            source.fault(Place(line, col), "R201", f"companion must be Python: {message}", "run it once")
        )
    opened: dict[str, Place] = {}
    closed: set[str] = set()
    for match in REGION.finditer(source.text):
        place = Place(source.text.count("\n", 0, match.start()) + 1, 1, len(match[0]))
        if match["edge"] == "start":
            opened[match["name"]] = place
        else:
            closed.add(match["name"])
    for name, place in opened.items():
        if name not in closed:
            faults.append(
                source.fault(
                    place, "R201", f"region must be closed: {name!r}", f"add `# --8<-- [end:{name}]` after it"
                )
            )
    return Companion(slug, source, frozenset(functions), frozenset(opened)), faults
