"""The state of all external links as Markdown, for an issue that a scheduled run opens."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from papernotes.links.address import Address, written
from papernotes.links.places import Use
from papernotes.links.titles import agree
from papernotes.links.verdict import ACCUSING, FINE, Answer, Kind

ARCHIVE = "https://web.archive.org/web"
PLACES = 5
"""Places named for each address; the rest is counted."""
ITEMS = 60
"""Addresses listed in a section; the rest is counted."""


def date(seconds: float) -> str:
    """A day, as in 2026-11-21, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def archived(address: str, answer: Answer) -> str:
    """Where the Internet Archive has a copy, if it has one, of the time when the address was last well."""
    day = date(answer.fine if answer.fine is not None else answer.checked).replace("-", "")
    return f"{ARCHIVE}/{day}/{address}"


def markdown(uses: Iterable[Use], answers: Mapping[Address, Answer], missing: int, now: float) -> str:
    """The summary.

    Args:
        uses: every use of an external address.
        answers: what is known of each.
        missing: how many addresses have no answer.
        now: seconds since 1970.

    Returns:
        Markdown that ends with a newline: a line of counts, then a section for what a person has to look at.
    """
    places: dict[Address, list[str]] = defaultdict(list)
    every = list(uses)
    for use in every:
        if use.address is not None:
            places[use.address].append(f"`{use.source.path}:{use.place.line}`")
    shown = {address: answer for address, answer in sorted(answers.items()) if address in places}
    well = sum(answer.verdict.kind in FINE for answer in shown.values())
    rest = f", {missing} not reached" if missing else ""
    parts = [f"# External links, {date(now)}\n", f"{well} of {len(shown) + missing} are well{rest}.\n"]
    for title, belongs in _SECTIONS:
        chosen = {address: answer for address, answer in shown.items() if belongs(answer)}
        items = [_item(one, answer, places[one]) for one, answer in chosen.items()]
        parts += _section(title, items)
    parts += _section("Another title at the registry", [_titles(use, answers) for use in every])
    return "\n".join(parts)


_SECTIONS = (
    ("Dead", lambda answer: answer.confirmed),
    ("Failed for the first time", lambda answer: answer.verdict.kind in ACCUSING and not answer.confirmed),
    ("Certificate not valid", lambda answer: answer.verdict.kind is Kind.CERTIFICATE),
    ("Moved: `papernotes links --fix` replaces them", lambda answer: answer.verdict.kind is Kind.MOVED),
    ("Not verifiable by a program", lambda answer: answer.verdict.kind is Kind.UNVERIFIABLE),
)


def _section(title: str, items: Iterable[str]) -> list[str]:
    """A heading and a list, or nothing; long lists are cut, because an issue holds 65,536 characters."""
    every = [item for item in items if item]
    more = f"\n- and {len(every) - ITEMS} more" if len(every) > ITEMS else ""
    return [f"## {title} ({len(every)})\n", "\n".join(every[:ITEMS]) + f"{more}\n"] if every else []


def _titles(use: Use, answers: Mapping[Address, Answer]) -> str:
    """The two titles of a work that has two, or empty."""
    answer = answers.get(use.address) if use.address and use.entry else None
    if answer is None or use.entry is None or not answer.verdict.title:
        return ""
    there = answer.verdict.title
    here = use.entry.title
    place = f"`{use.source.path}:{use.place.line}`"
    return "" if agree(here, there) else f"- {place}: “{_plain(here)}” here, “{_plain(there)}” there"


def _plain(text: str) -> str:
    """Text that means nothing to Markdown."""
    return re.sub(r"([\\`*_{}\[\]()<>#@!|~])", r"\\\1", text)


def _item(address: Address, answer: Answer, places: list[str]) -> str:
    verdict = answer.verdict
    url = written(str(address))
    head = f"- <{url}>" + (f" → <{written(verdict.target)}>" if verdict.target else "")
    if verdict.reason:
        since = answer.accused if verdict.kind in ACCUSING else answer.failing
        head += f": {verdict.reason}, since {date(since or answer.checked)}"
    more = f" and {len(places) - PLACES} more" if len(places) > PLACES else ""
    lines = [head, f"    - in {', '.join(places[:PLACES])}{more}"]
    if verdict.kind in (Kind.DEAD, Kind.SOFT):
        lines.append(f"    - perhaps in the archive: <{written(archived(str(address), answer))}>")
    return "\n".join(lines)
