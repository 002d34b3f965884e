"""Which paper a part of a notebook is about, as far as the notebook says so: nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from papernotes.contribute.notebook import headings, vocabulary
from papernotes.contribute.notebook.model import Library, Note, Work

SLUG = re.compile(r"[a-z][a-z0-9]*\Z")
LONGEST_SLUG = 24
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv\s*[:：]\s*)(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})",
    re.I,
)
_DOI = re.compile(r"\b(?P<id>10\.\d{4,9}/[^\s\"'<>)\]，。；（）]+)")
_LABELLED = re.compile(
    r"^\W*(?:论文)?(?:题目|标题|名称|全称|原标题|论文|title|paper(?: title)?|full title)\W*[:：]"
    r"\s*(?P<title>[^\n]+)",
    re.I | re.M,
)
_AFFIX = re.compile(
    r"^(?:\s*(?:【[^】]*】|\[[^\]]*\]|\(?(?:19|20)\d\d(?:[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?)?\)?\s*[-:：|·]?"
    r"|论文(?:阅读|精读|解读|笔记|翻译)*(?:笔记)?(?:\s*\d+)?\s*[:：|—-]+"
    r"|(?:paper|reading)\s+notes?\s*[:：|—-]+|notes on\s+))+"
    r"|(?:\s*[-—|_:：]*\s*(?:论文|阅读|精读|解读|学习|读书)*(?:笔记|总结|解读|精读|论文))+\s*$"
    r"|\s*[-—|]\s*(?:paper|reading) notes?\s*$",
    re.I,
)
_SHORT = re.compile(r"[A-Za-z][\w+.'²³-]*(?:[ -]?(?:v?\d+(?:\.\d+)?|[IVX]{1,3}))?\Z")
_IN_BRACKETS = re.compile(r"[(（]\s*([A-Za-z][\w+.-]{1,20}(?: ?v?\d)?)\s*[)）]")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known of a paper. ``bib`` and ``slug`` are empty when they are not."""

    heading: str
    """What the notebook calls it."""
    title: str
    short: str
    bib: str
    slug: str
    origin: str
    """Where the slug is from, or what to do when there is none."""
    evidence: str
    """How the bibliography's entry was found, or what the notebook says instead."""


class Shelf:
    """The bibliography and the notes, by what a notebook may call them."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.works = {work.key: work for work in library.works}
        self._titles = {_folded(work.title): work for work in library.works}
        self._notes = {_folded(note.short): note for note in library.notes}
        self._arxiv = {re.sub(r"v\d+\Z", "", work.arxiv): work for work in library.works if work.arxiv}
        self._dois = {work.doi.casefold(): work for work in library.works if work.doi}
        self.by_bib = {note.bib: note for note in library.notes if note.bib}

    def knows(self, heading: str) -> bool:
        """Whether a heading names a known paper."""
        return self.by_name(heading) is not None

    def by_name(self, name: str) -> Work | None:
        """The work with a title, or with a note of that short name."""
        for reading in readings(name):
            if work := self._titles.get(_folded(reading)):
                return work
            note = self._notes.get(_folded(reading))
            if note and note.bib in self.works:
                return self.works[note.bib]
        return None

    def by_identifier(self, text: str) -> list[Work]:
        """The works whose arXiv identifier or DOI is in a text, in order."""
        found = [self._arxiv.get(match["id"]) for match in _ARXIV.finditer(text)]
        found += [self._dois.get(match["id"].rstrip(".,;").casefold()) for match in _DOI.finditer(text)]
        return list(dict.fromkeys(work for work in found if work))


def readings(name: str) -> list[str]:
    """A title as it may be meant: whole, before and after a colon, outside and inside brackets."""
    bare = stripped(name)
    parts = [part for part in re.split(r"\s*(?:[:：—–|]|\s-\s)\s*", bare) if part]
    rest = re.sub(r"^[^:：]*[:：]\s*", "", bare)
    inside = re.findall(r"[(（《“\"]([^()（）《》“”\"]+)[)）》”\"]", bare)
    outside = re.sub(r"\s*[(（][^()（）]*[)）]\s*", " ", bare).strip()
    plain = [re.sub(r"\s*[(（][^()（）]*[)）]\s*", " ", part).strip() for part in parts]
    return list(
        dict.fromkeys(one for one in (name.strip(), bare, outside, rest, *parts, *plain, *inside) if one)
    )


def stripped(title: str) -> str:
    """A heading without what only says that it is the heading of notes."""
    text = headings.number(headings.plain(title))[1]
    while (shorter := _AFFIX.sub("", text).strip()) != text and shorter:
        text = shorter
    return text


def identify(
    heading: str, opening: str, properties: dict[str, str], stem: str, shelf: Shelf, slug: str = ""
) -> Paper:
    """What a part of a notebook says about its paper.

    Args:
        heading: its heading, plain text; empty when there is none.
        opening: what is said before the first section, and under one that is about the paper.
        properties: front matter of the notebook, for its only paper.
        stem: file name without suffix, for the only paper; else empty.
        shelf: known papers.
        slug: the one that the command line gives.
    """
    labelled = [match["title"].strip(" *_`<>") for match in _LABELLED.finditer(opening)]
    labelled = [title for title in labelled if "://" not in title]
    names = [heading, *labelled, properties.get("title", ""), stem]
    work, evidence = None, ""
    for name in filter(None, names):
        if work := shelf.by_name(name):
            evidence = f"title or name “{name}”"
            break
    where = "\n".join([heading, *(f"{key}: {value}" for key, value in properties.items()), opening])
    if work is None:
        found = shelf.by_identifier(where)
        if len(found) == 1:
            work, evidence = found[0], "arXiv identifier or DOI in the text"
    if (
        work is None
        and (key := properties.get("citekey", properties.get("bib", "")).lstrip("@")) in shelf.works
    ):
        work, evidence = shelf.works[key], "key in the front matter"
    if work is None:
        said = [match["id"] for match in (*_ARXIV.finditer(where), *_DOI.finditer(where))]
        evidence = f"the notebook says {', '.join(dict.fromkeys(said))}" if said else ""
    title = heading or properties.get("title", "") or (labelled[0] if labelled else "") or stem
    title = work.title if work else (stripped(title) or title)
    note = shelf.by_bib.get(work.key) if work else None
    names = [heading, *properties.get("aliases", "").split(", "), *labelled, *([] if heading else [stem])]
    short = _short(note, names, title)
    made, origin = _slug(slug, note, short, work, stem, title)
    called = stripped(heading) or heading
    return Paper(called, title, short, work.key if work else "", made, origin, evidence)


def _short(note: Note | None, names: list[str], title: str) -> str:
    if note:
        return note.short
    for name in filter(None, names):
        bare = stripped(name)
        brackets = _IN_BRACKETS.search(bare)
        if brackets and (len(bare.split()) > 3 or not _SHORT.match(re.sub(r"\s*[(（].*", "", bare))):
            return brackets[1]
        for part in re.split(r"\s*(?:[:：—–|]|\s-\s)\s*|\s*[(（]", bare):
            if _SHORT.match(part.strip()) and len(part) <= LONGEST_SLUG:
                return part.strip()
        latin = re.match(r"(?P<name>[A-Za-z][\w+.-]*(?: ?v?\d)?)(?=\s*[\u4e00-\u9fff])", bare)
        if latin:
            return latin["name"]
    return stripped(next(filter(None, names), "")) or title


def slug_of(name: str) -> str:
    """A name as a slug, or empty: ``YOLO v1`` is ``yolov1``; what is not Latin is not transcribed."""
    if re.search(r"[\u4e00-\u9fff]", name):
        return ""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]", "", ascii_)
    return made if SLUG.match(made) and len(made) <= LONGEST_SLUG else ""


def _slug(
    given: str, note: Note | None, short: str, work: Work | None, stem: str, title: str
) -> tuple[str, str]:
    if given:
        return given, "given on the command line"
    if note:
        return note.slug, "of the note that the repository has"
    if made := slug_of(short):
        return made, f"from the name “{short}”"
    if stem.casefold() not in vocabulary.GENERIC and (made := slug_of(stem)):
        return made, "from the file's name"
    if work:
        return work.key, "from the bibliography key: the name gives none"
    made = ""
    words = re.findall(r"[a-z][a-z0-9]*", re.sub(r"\b\d\w*", " ", title.lower()))
    if len(words) > 1 or not re.search(r"[\u4e00-\u9fff]", title):
        for word in words:
            if len(made) + len(word) > LONGEST_SLUG:
                break
            made += word
    return (
        (made, "from the title") if SLUG.match(made) else ("", "no name in Latin letters and no known entry")
    )


def _folded(title: str) -> str:
    text = unicodedata.normalize("NFKD", title).casefold()
    return "".join(char for char in text if char.isalnum())
