"""DOIs and arXiv identifiers: what an address or a field of the bibliography stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from papernotes.links.address import Address

DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+\Z")
ARXIV = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?\Z")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)\Z", re.IGNORECASE)
_ARXIV_PATH = re.compile(r"/(?:abs|pdf|html|format)/(.+?)(?:\.pdf)?/?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A DOI in lower case, or an arXiv identifier without its version."""

    scheme: str
    value: str


def identifier(address: Address) -> Identifier | None:
    """The identifier that an address stands for, or None; not every page of these hosts has one."""
    host, path = address.host.removeprefix("www."), unquote(urlsplit(address.url).path)
    if host in {"doi.org", "dx.doi.org"}:
        name = path.removeprefix("/")
        if found := _ARXIV_DOI.match(name):
            return Identifier("arXiv", unversioned(found[1]))
        return Identifier("DOI", name.lower()) if name.startswith("10.") else None
    if host in {"arxiv.org", "export.arxiv.org"} and (found := _ARXIV_PATH.match(path)):
        return Identifier("arXiv", unversioned(found[1]))
    return None


def of_doi(doi: str) -> Address:
    """The address of a DOI."""
    return Address(f"https://doi.org/{quote(doi.strip().lower(), safe='/:;().-_~')}")


def of_arxiv(eprint: str) -> Address:
    """The address of an arXiv identifier."""
    return Address(f"https://arxiv.org/abs/{quote(eprint.strip(), safe='/:.-')}")


def well_formed(one: Identifier) -> bool:
    """Whether an identifier can exist at all."""
    return bool((DOI if one.scheme == "DOI" else ARXIV).match(one.value))


def unversioned(name: str) -> str:
    """An arXiv identifier without its version."""
    return re.sub(r"v\d+\Z", "", name)
