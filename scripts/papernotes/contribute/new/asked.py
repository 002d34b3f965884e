"""What the argument of `papernotes new` names: an arXiv identifier, a DOI, a BibTeX entry or a title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"
_ARXIV = re.compile(rf"(?:arxiv\s*:\s*)?({_ARXIV_ID})(?:v\d+)?\Z", re.IGNORECASE)
_ARXIV_PATH = re.compile(
    rf"/(?:abs|pdf|html|src|e-print|format)/({_ARXIV_ID})(?:v\d+)?(?:\.pdf)?/?\Z", re.IGNORECASE
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV_ID})(?:v\d+)?\Z", re.IGNORECASE)
_DOI = re.compile(r"(?:doi\s*:\s*)?(10\.\d{4,9}/\S+)\Z", re.IGNORECASE)
_ARXIV_HOSTS = ("arxiv.org", "www.arxiv.org", "export.arxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org")
_DOI_HOSTS = ("doi.org", "dx.doi.org", "www.doi.org")


@dataclass(frozen=True, slots=True)
class Arxiv:
    """An arXiv identifier without its version."""

    id: str


@dataclass(frozen=True, slots=True)
class Doi:
    """A bare DOI."""

    doi: str


@dataclass(frozen=True, slots=True)
class Bibtex:
    """The text of one BibTeX entry."""

    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a work, and nothing else."""

    title: str


Asked = Arxiv | Doi | Bibtex | Title


def recognise(text: str) -> Asked | None:
    """Tell what a text names.

    Args:
        text: an identifier, an address of arXiv or doi.org, BibTeX or a title.

    Returns:
        What it names; None for an address of another site, which says nothing certain about a work.
    """
    text = text.strip()
    if text.startswith("@"):
        return Bibtex(text)
    if text.lower().startswith(("http://", "https://")):
        return _address(text)
    if match := _ARXIV.match(text):
        return Arxiv(match[1])
    if match := _DOI.match(text):
        return _doi(match[1])
    if (address := _address(f"https://{text}")) is not None:
        return address
    return Title(" ".join(text.split()))


def _address(url: str) -> Arxiv | Doi | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    path = unquote(parts.path)
    if host in _ARXIV_HOSTS and (match := _ARXIV_PATH.search(path)):
        return Arxiv(match[1])
    if host in _DOI_HOSTS and (match := _DOI.match(path.lstrip("/"))):
        return _doi(match[1])
    return None


def _doi(doi: str) -> Arxiv | Doi:
    """arXiv's own DOIs say no more than its identifiers."""
    match = _ARXIV_DOI.match(doi)
    return Arxiv(match[1]) if match else Doi(doi.rstrip(".,;"))
