"""Ask arXiv and Crossref about a work: one request at a time, answers kept, nothing else contacted."""

from __future__ import annotations

import hashlib
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode

from papernotes.contribute.new import record
from papernotes.contribute.new.asked import Arxiv, Asked, Bibtex, Doi
from papernotes.contribute.new.record import Record, UnusableError
from papernotes.contribute.write import atomically

ARXIV = "https://export.arxiv.org/api/query"
CROSSREF = "https://api.crossref.org/works"
AGENT = "papernotes/0.1 (one request for each new note)"
PAUSE = 3.0
"""Seconds between two requests to one registry, as arXiv's terms ask."""
TIMEOUT = 20.0
LARGEST = 2 << 20
"""Bytes of an answer that are read at most; a record has a few thousand."""
CANDIDATES = 5

_Answer = TypeVar("_Answer")


class OfflineError(Exception):
    """A registry could not be asked; the message says why."""


@dataclass(slots=True)
class Registry:
    """Where to ask.

    Args:
        cache: folder of the answers; a question is asked once.
        arxiv, crossref: addresses of the two services.
        wait: how to pause between requests.
        reachable: False refuses every question that no kept answer settles.
    """

    cache: Path
    arxiv: str = ARXIV
    crossref: str = CROSSREF
    wait: Callable[[float], None] = time.sleep
    reachable: bool = True
    asked: int = 0

    def get(self, url: str) -> bytes:
        """An answer, kept or new.

        Raises:
            OfflineError: no answer can be had.
            UnusableError: the registry says that there is no such work.
        """
        kept = self.cache / hashlib.sha256(url.encode()).hexdigest()
        if kept.is_file():
            return kept.read_bytes()
        if not self.reachable:
            raise OfflineError("--offline was given")
        if self.asked:
            self.wait(PAUSE)
        self.asked += 1
        request = urllib.request.Request(url, headers={"User-Agent": AGENT})  # noqa: S310 - one of two registries
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 - as above
                data: bytes = response.read(LARGEST + 1)
        except urllib.error.HTTPError as error:
            if error.code in {400, 404}:
                raise UnusableError(f"{_host(url)} knows no such work") from error
            raise OfflineError(f"{_host(url)} answered {error.code} {error.reason}") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise OfflineError(f"{_host(url)} could not be reached: {reason}") from error
        if len(data) > LARGEST:
            raise OfflineError(f"{_host(url)} answered with more than {LARGEST:,} bytes")
        return data

    def keep(self, url: str, data: bytes) -> None:
        """Keep an answer that turned out to be usable."""
        self.cache.mkdir(parents=True, exist_ok=True)
        atomically(self.cache / hashlib.sha256(url.encode()).hexdigest(), data)


def look_up(asked: Asked, registry: Registry) -> Record:
    """The record of a work.

    Args:
        asked: what is known. A title is searched for; only a work of just this title is taken.
        registry: where to ask.

    Raises:
        OfflineError: nobody could be asked.
        UnusableError: nobody knows it.
    """
    if isinstance(asked, Bibtex):
        return record.from_bibtex(asked.text)
    if isinstance(asked, Arxiv):
        preprint = _ask(registry, f"{registry.arxiv}?{urlencode({'id_list': asked.id})}", record.from_arxiv)
        return _published(preprint, registry)
    if isinstance(asked, Doi):
        return _ask(registry, f"{registry.crossref}/{quote(asked.doi, safe='')}", record.from_crossref)
    query = urlencode({"query.bibliographic": asked.title, "rows": CANDIDATES})
    found = _ask(registry, f"{registry.crossref}?{query}", record.candidates)
    for work in found:
        if record.same_title(work.fields["title"], asked.title):
            return work
    near = "".join(
        f"\n  {w.fields['title']} ({w.fields.get('year', '?')}), {w.fields.get('doi', '')}" for w in found
    )
    raise UnusableError(
        f"Crossref has no work of exactly this title; the nearest are:{near}" if near else "unknown title"
    )


def _published(preprint: Record, registry: Registry) -> Record:
    """A preprint that names the DOI of its publication: the publication, with the arXiv identifier."""
    doi = preprint.fields.get("doi")
    if not doi:
        return preprint
    try:
        work = look_up(Doi(doi), registry)
    except (UnusableError, OfflineError):
        return preprint
    extra = {name: preprint.fields[name] for name in ("eprint", "archiveprefix")}
    return replace(work, fields={**work.fields, **extra})


def _ask(registry: Registry, url: str, read: Callable[[bytes], _Answer]) -> _Answer:
    data = registry.get(url)
    answer = read(data)
    registry.keep(url, data)
    return answer


def _host(url: str) -> str:
    return url.split("/")[2]
