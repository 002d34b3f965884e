"""``[[tool.papernotes.ignore]]`` of pyproject.toml: exceptions from the rules, each with its reason."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from papernotes.corpus import disk
from papernotes.corpus.fields import EXEMPTION, names
from papernotes.corpus.model import Exemption
from papernotes.corpus.source import Place
from papernotes.diagnostics import Diagnostic

PATH = "pyproject.toml"
KEYS = names(EXEMPTION)
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*tool\.papernotes\.ignore[ \t]*\]\]", re.MULTILINE)


def read(root: Path) -> tuple[tuple[Exemption, ...], list[Diagnostic]]:
    """Read the exemptions.

    Returns:
        The exemptions, and S202 for a file or an exemption that is not well formed. No file, no exemptions.
    """
    if not disk.is_file(root, PATH):
        return (), []
    source, faults = disk.read(root, PATH)
    try:
        tool = tomllib.loads(source.text).get("tool", {})
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"pyproject.toml must be valid TOML: {error}"
        return (), [*faults, source.fault(Place(), "S202", message, "")]
    ours = tool.get("papernotes", {}) if isinstance(tool, dict) else None
    entries = ours.get("ignore", []) if isinstance(ours, dict) else None
    strange = [key for key in ours if key != "ignore"] if isinstance(ours, dict) else []
    if strange or not isinstance(entries, list):
        message = f"key must be known: {strange[0]!r}" if strange else "exemptions must be tables"
        return (), [*faults, source.fault(Place(), "S202", message, "write [[tool.papernotes.ignore]]")]
    places = [
        Place(source.text.count("\n", 0, match.start()) + 1, 1, len(match[0]))
        for match in _HEADER.finditer(source.text)
    ]
    found = []
    for index, entry in enumerate(entries):
        place = places[index] if index < len(places) else Place()
        given = entry if isinstance(entry, dict) else {}
        values = {key: value.strip() for key, value in given.items() if isinstance(value, str)}
        missing = [key for key in KEYS if not values.get(key)]
        if strange := [key for key in given if key not in KEYS]:
            message = f"key must be known: {strange[0]!r}"
            faults.append(source.fault(place, "S202", message, f"known keys: {', '.join(KEYS)}"))
        elif missing:
            faults.append(
                source.fault(
                    place,
                    "S202",
                    f"an exemption must have {', '.join(KEYS)}: {missing[0]} is missing",
                    'e.g. code = "L101", path = "docs/en/papers/x.md", reason = "…"',
                )
            )
        else:
            found.append(Exemption(values["code"], values["path"], values["reason"], place))
    return tuple(found), faults
