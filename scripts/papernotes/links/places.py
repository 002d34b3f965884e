"""Which external addresses the corpus uses, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus
from papernotes.corpus.reference import Bibliography, Entry
from papernotes.corpus.source import Place, Source
from papernotes.links.address import Address, MalformedError, is_web, parse
from papernotes.links.identifiers import of_arxiv, of_doi


@dataclass(frozen=True, slots=True)
class Use:
    """One place that uses an address.

    Args:
        source: the file.
        place: where in it.
        written: the address as it is written there.
        address: what it stands for; None when it is malformed.
        fault: why it is malformed.
        entry: the work of the bibliography that the address is the DOI or arXiv identifier of.
    """

    source: Source
    place: Place
    written: str
    address: Address | None
    fault: str = ""
    entry: Entry | None = None

    def at(self) -> Place | None:
        """Where the address itself stands, to be replaced: at the place, or in the definition of its label.

        None where the file has it in another spelling (entities, escapes) than the scanner gives it.
        """
        whole = re.escape(self.written) + r"(?![\w/#?&=%.~+-]*[\w/#?&=%~+-])"
        lines = self.source.text.split("\n")
        first = self.place.line - 1
        for lead in (r"(?:\]\(\s*<?|<|=\s*[\"']?)", ""):  # in a link that shows its address, the target
            for number in range(first, min(first + 3, len(lines))):
                start = self.place.col - 1 if number == first else 0
                if found := re.compile(f"{lead}({whole})").search(lines[number], start):
                    return Place(number + 1, found.start(1) + 1, len(self.written))
        definition = re.compile(rf" {{0,3}}\[[^\]]+\]:\s*<?({whole})")
        for number, line in enumerate(lines):
            if found := definition.match(line):
                return Place(number + 1, found.start(1) + 1, len(self.written))
        return None


def uses(corpus: Corpus) -> Iterator[Use]:
    """Every use of an external address: in notes, concept pages and guide, in both editions, and in the
    bibliography (``doi``, ``eprint``, ``url``). A page that stands in for its translation is there once.
    """
    for page in corpus.every_page():
        yield from of_page(page)
    yield from of_bibliography(corpus.bibliography)


def of_page(page: Page) -> Iterator[Use]:
    """The uses of one page: links and images, written in Markdown or HTML, and the address of the code."""
    if is_web(page.front.code):
        yield _use(page.source, page.front.at("code"), page.front.code)
    for link in page.document.links:
        if is_web(link.target):
            yield _use(page.source, link.place, link.target)


def of_bibliography(works: Bibliography) -> Iterator[Use]:
    """The uses of the bibliography."""
    for entry in works.entries.values():
        fields, places = entry.fields, entry.field_places
        if entry.doi:
            address = of_doi(entry.doi)
            yield Use(works.source, places.get("doi", entry.place), entry.doi, address, entry=entry)
        if entry.arxiv and fields.get("archiveprefix", "arXiv").lower() == "arxiv":
            address = of_arxiv(entry.arxiv)
            yield Use(works.source, places.get("eprint", entry.place), entry.arxiv, address, entry=entry)
        if is_web(fields.get("url", "")):
            yield _use(works.source, places.get("url", entry.place), fields["url"])


def _use(source: Source, place: Place, written: str) -> Use:
    try:
        return Use(source, place, written, parse(written))
    except MalformedError as error:
        return Use(source, place, written, None, str(error))
