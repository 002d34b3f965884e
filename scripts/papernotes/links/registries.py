"""DOIs and arXiv identifiers, asked at their registries and never at a publisher's page.

Publishers and arXiv refuse robots; the registries answer them: Crossref and arXiv many identifiers at a time,
the handle system any DOI, whoever registered it.

Sources: https://www.crossref.org/documentation/retrieve-metadata/rest-api/,
https://www.doi.org/the-identifier/resources/factsheets/doi-resolution-documentation,
https://info.arxiv.org/help/api/user-manual.html.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from papernotes.links.address import parse
from papernotes.links.answers import Failure, Trail
from papernotes.links.client import DATA
from papernotes.links.follow import Follower
from papernotes.links.identifiers import Identifier, unversioned, well_formed
from papernotes.links.verdict import Kind, Verdict

BATCHES = {"arXiv": 100, "DOI": 40}
"""Identifiers asked at a time; the addresses stay below 4,000 characters."""
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Registries:
    """Where the registries are asked; each ends without a slash."""

    handles: str = "https://doi.org/api/handles"
    crossref: str = "https://api.crossref.org"
    arxiv: str = "https://export.arxiv.org/api"


async def ask(
    wanted: Sequence[Identifier], follower: Follower, registries: Registries
) -> AsyncIterator[Mapping[Identifier, Verdict]]:
    """Ask the registries.

    Args:
        wanted: the identifiers.
        follower: asks.
        registries: where.

    Yields:
        Verdicts as they come, each identifier once.
    """
    malformed = {one: _unregistered(one, "it cannot be one") for one in wanted if not well_formed(one)}
    if malformed:
        yield malformed
    for scheme, batch_of in (("arXiv", _arxiv), ("DOI", _crossref)):
        rest = [one for one in sorted(set(wanted)) if one.scheme == scheme and one not in malformed]
        for start in range(0, len(rest), BATCHES[scheme]):
            asked = rest[start : start + BATCHES[scheme]]
            found = await batch_of(asked, follower, registries)
            yield found
            others = [one for one in asked if one not in found]  # registered elsewhere, or nowhere
            verdicts = await asyncio.gather(*(_handle(one, follower, registries) for one in others))
            yield dict(zip(others, verdicts, strict=True))


async def _crossref(
    asked: Sequence[Identifier], follower: Follower, registries: Registries
) -> Mapping[Identifier, Verdict]:
    """Those of a batch of DOIs that Crossref knows, with their titles."""
    names = ",".join(f"doi:{quote(one.value, safe='/:;().-_~')}" for one in asked)
    query = f"filter={names}&rows={len(asked)}&select=DOI,title"
    reply = await follower.follow(parse(f"{registries.crossref}/works?{query}"), DATA)
    items = _json(reply).get("message", {})
    found = {}
    for item in items.get("items", []) if isinstance(items, dict) else []:
        if isinstance(item, dict) and isinstance(item.get("DOI"), str):
            title = " ".join(str(part) for part in item.get("title") or ())
            found[Identifier("DOI", item["DOI"].lower())] = Verdict(Kind.OK, title=title)
    return {one: found[one] for one in asked if one in found}


async def _handle(one: Identifier, follower: Follower, registries: Registries) -> Verdict:
    """What the handle system says of one DOI."""
    address = parse(f"{registries.handles}/{quote(one.value, safe='/:;().-_~')}?type=URL")
    reply = await follower.follow(address, DATA)
    code = _json(reply, any_status=True).get("responseCode")
    if code in (1, 200):  # it exists; 200: without an address
        return Verdict(Kind.OK)
    if code == 100:
        return _unregistered(one, "the handle system does not know it")
    return Verdict(Kind.UNVERIFIABLE, _silence(reply, "the handle system"))


async def _arxiv(
    asked: Sequence[Identifier], follower: Follower, registries: Registries
) -> Mapping[Identifier, Verdict]:
    """What arXiv says of a batch of its identifiers."""
    names = ",".join(one.value for one in asked)
    reply = await follower.follow(
        parse(f"{registries.arxiv}/query?id_list={names}&max_results={len(asked)}"), DATA
    )
    feed = _feed(reply)
    if feed is None:
        return {one: Verdict(Kind.UNVERIFIABLE, _silence(reply, "arXiv")) for one in asked}
    titles = {}
    for entry in feed.iter(f"{_ATOM}entry"):
        if found := re.search(r"/abs/(.+)$", (entry.findtext(f"{_ATOM}id") or "").strip()):
            titles[unversioned(found[1])] = " ".join((entry.findtext(f"{_ATOM}title") or "").split())
    if asked and not titles and feed.find(f"{_ATOM}entry") is not None:
        return {one: Verdict(Kind.UNVERIFIABLE, "arXiv answered with an error") for one in asked}
    return {
        one: Verdict(Kind.OK, title=titles[one.value])
        if one.value in titles
        else _unregistered(one, "arXiv does not know it")
        for one in asked
    }


def _unregistered(one: Identifier, reason: str) -> Verdict:
    return Verdict(Kind.UNREGISTERED, f"{one.scheme} {one.value}: {reason}")


def _silence(trail: Trail, who: str) -> str:
    end = trail.end
    return f"{who}: {end.trouble}" if isinstance(end, Failure) else f"{who} answered {end.status}"


def _json(trail: Trail, *, any_status: bool = False) -> Mapping[str, Any]:
    """The JSON object in an answer; empty when there is none."""
    if isinstance(trail.end, Failure) or not (trail.end.good or any_status):
        return {}
    try:
        found = json.loads(trail.end.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _feed(trail: Trail) -> ElementTree.Element | None:
    """The Atom feed in an answer, or None."""
    if isinstance(trail.end, Failure) or not trail.end.good or not trail.end.complete:
        return None
    if b"<!DOCTYPE" in trail.end.body or b"<!ENTITY" in trail.end.body:
        return None  # no feed declares entities; refusing them is what makes the parser safe
    try:
        found = ElementTree.fromstring(trail.end.body)  # noqa: S314 - entities are refused above
    except ElementTree.ParseError:
        return None
    return found if found.tag == f"{_ATOM}feed" else None  # a page that says why not may be XML too
