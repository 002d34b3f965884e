"""The bibliography and the glossary, as frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from papernotes.corpus.source import TOP, Place, Source


@dataclass(frozen=True, slots=True)
class Entry:
    """One work of the bibliography: lower-case field names, values without outer braces, ``raw`` BibTeX."""

    key: str
    kind: str
    fields: Mapping[str, str]
    authors: tuple[str, ...]
    """Names as "First Last", LaTeX decoded; ``others`` is kept as the last."""
    title: str
    year: str
    venue: str
    raw: str
    place: Place
    field_places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def doi(self) -> str:
        """The DOI, or empty."""
        return self.fields.get("doi", "")

    @property
    def arxiv(self) -> str:
        """The arXiv identifier, or empty."""
        return self.fields.get("eprint", "")

    @property
    def url(self) -> str:
        """The best address: DOI, then arXiv, then the url field."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        return self.fields.get("url", "")


WORKS = "papers/references.bib"


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The works that are cited: :data:`WORKS`."""

    source: Source
    entries: Mapping[str, Entry]
    broken: frozenset[str] = frozenset()
    """Keys of the entries that could not be read: reported once, there, and not where they are cited."""

    def has(self, key: str) -> bool:
        """Whether a key is in the file, readable or not."""
        return key in self.entries or key in self.broken


@dataclass(frozen=True, slots=True)
class Wording:
    """A glossary term in one language."""

    term: str
    definition: str
    aliases: tuple[str, ...] = ()
    place: Place = TOP


@dataclass(frozen=True, slots=True)
class Term:
    """One glossary record: ``wordings`` by edition, ``ref`` the key of the work that introduced the term."""

    id: str
    wordings: Mapping[str, Wording]
    ref: str
    place: Place
    ref_place: Place = TOP


@dataclass(frozen=True, slots=True)
class Glossary:
    """papers/glossary.yml."""

    source: Source
    terms: Mapping[str, Term]
