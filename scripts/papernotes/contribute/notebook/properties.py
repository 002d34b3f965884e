"""The front matter of a notebook: Obsidian's properties, a clipped page's source, a blog's layout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from papernotes.contribute.notebook.model import Log, left
from papernotes.contribute.notebook.text import Text, joined

TLDR_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Properties:
    """What the front matter says, and what of it a draft's front matter may say."""

    said: Mapping[str, str] = field(default_factory=dict)
    front: Mapping[str, str] = field(default_factory=dict)


def read(text: Text, tags: Sequence[str], log: Log) -> tuple[Properties, Text]:
    """Split the front matter off.

    Args:
        text: the notebook.
        tags: those that a note may have.
        log: the report, to which every property goes: a note has other ones.
    """
    lines = text.lines()
    if lines[0][1].strip() != "---" or not any(line.strip() in {"---", "..."} for _, line in lines[1:]):
        return Properties(), text
    end = next(n for n in range(1, len(lines)) if lines[n][1].strip() in {"---", "..."})
    head = "\n".join(line for _, line in lines[1:end])
    try:
        found = yaml.load(head, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes strings only
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        if re.search(r"^[\w -]+:", head, re.MULTILINE):
            left(log, 1, f"front matter that is no YAML: {head}")
            return Properties(), joined([*lines[end + 1 :], (lines[-1][0], "")])
        return Properties(), text  # a line across the page, not front matter
    said = {str(key).strip().casefold(): _flat(value) for key, value in found.items()}
    for number, line in lines[1:end]:
        if line.strip():
            left(log, number, f"front matter: {line.strip()}")
    front = {}
    ours = [tag for tag in re.split(r"[,\s#/]+", said.get("tags", "").casefold()) if tag in tags]
    if ours:
        front["tags"] = f"[{', '.join(dict.fromkeys(ours))}]"
    if said.get("tldr") and len(said["tldr"]) <= TLDR_LENGTH and not re.search(r"[$`*\[]", said["tldr"]):
        front["tldr"] = said["tldr"]
    return Properties(said, front), joined([*lines[end + 1 :], (lines[-1][0], "")])


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(part) for part in value)
    return str(value).strip()
