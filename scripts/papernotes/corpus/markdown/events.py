"""The walk over the parser's events: what is found where, as byte ranges of the flattened text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import pyromark

from papernotes.corpus.markdown import doubts, inline
from papernotes.corpus.markdown.blocks import Flat
from papernotes.corpus.markdown.formulas import HIDDEN, Latex, formulas, hide
from papernotes.corpus.markdown.ids import Ids
from papernotes.corpus.markdown.places import Places
from papernotes.corpus.model import Citation, Heading, Link, Math, Place
from papernotes.corpus.slugs import Slugify

OPTIONS = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_STRIKETHROUGH
)
_IDENTITY = re.compile(r"\{:?[^{}\n]*#([^\s{}]+)")
_ATTRIBUTED = re.compile(r"[^{}]*[ ]" + inline.PLAIN_LIST.pattern + r"\s*\Z")
_INLINE_KINDS = frozenset({"Link", "Image", "Emphasis", "Strong"})
_ODD_MATH = re.compile("<[a-zA-Z/!?]|\n ")
_CODE_SPAN = re.compile(rb"`[^`]*`")


@dataclass(slots=True)
class _Open:
    """A heading or link whose end has not come yet."""

    start: int
    level: int = 0
    image: bool = False
    target: str = ""
    pieces: list[str] = field(default_factory=list)


class Walk:
    """One pass over the events; its lists are what was found, in document order.

    Args:
        flat: the flattened text.
        place: translates byte offsets to places of the file.
    """

    def __init__(self, flat: Flat, place: Places, slug: Slugify) -> None:
        found = formulas(flat, OPTIONS)
        self.data = hide(flat.parsed.encode(), found)
        self.place = place
        self._slug = slug
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.citations: list[Citation] = []
        self.math: list[Math] = []
        self.comments: list[tuple[str, Place]] = []
        self.prose: list[tuple[str, Place]] = []
        self.anchors: dict[str, Place] = {}
        self.html: list[tuple[int, int]] = []
        """Byte ranges of inline HTML and of what is left of HTML blocks."""
        self.doubtful = False
        """Whether Python-Markdown could read something in running text differently."""
        self.forms: dict[str, int] = {}
        """How many links and images there are of each form."""
        self._reserved = {match[1] for match in _IDENTITY.finditer(flat.text)} if "{" in flat.text else set()
        self._inline_end = -1  # where an inline element has just ended
        self.opaque: list[tuple[int, int]] = []
        self._ids = Ids()

        self._section = ""
        self._heading: _Open | None = None
        self._link: _Open | None = None
        self._inner: _Open | None = None  # the image inside it
        self._code = False
        self._pictures = 0  # images that are open
        self._run: tuple[int, int] | None = None  # the run of plain text that is growing
        self._leading: int | None = None  # index of the image that opens this paragraph
        self._blank = True  # nothing has come in this paragraph yet
        self._latex = Latex(found)
        for formula in found:
            at = place(formula.inner, formula.end)
            indent = place.indent(formula.inner) + formula.indent
            self.math.append(Math(formula.latex, formula.display, at, indent))
            self.doubtful = self.doubtful or bool(formula.indent % 4 or _ODD_MATH.search(formula.latex))
            self.opaque.append((formula.start, formula.end))
        for event, span in pyromark.events_with_range(self.data.decode(), options=OPTIONS):
            self._take(event, span["start"], span["end"])
        self._end_run()

    def _take(self, event: Any, start: int, end: int) -> None:
        name: str
        value: Any
        if type(event) is dict:
            ((name, value),) = event.items()
            if name == "Text":
                self._text(value, start, end)
                return
        else:
            name, value = event, None
            if name == "SoftBreak" or name == "HardBreak":
                if self._run:
                    self._run = (self._run[0], end)
                for owner in (self._heading, self._link, self._inner):
                    if owner:
                        owner.pieces.append(" ")
                return
        if self._run:
            self._end_run()
        if name == "Start":
            if type(value) is dict:
                ((kind, info),) = value.items()
                self._start(kind, info, start, end)
            else:
                self._start(value, None, start, end)
        elif name == "End":
            self._end(next(iter(value)) if type(value) is dict else value, end)
        elif name == "Code":
            self.opaque.append((start, end))
            self._words(value)
            self._inline_end = end
        elif name in {"Html", "InlineHtml"}:
            self.opaque.append((start, end))
            self._html(value, start, end, inside=name == "InlineHtml")

    def _start(self, kind: str, info: Any, start: int, end: int) -> None:
        if kind == "Heading":
            self._heading = _Open(start, level=int(info["level"][1]))
        elif kind == "Paragraph":
            self._leading, self._blank = None, True
        elif kind == "CodeBlock":
            self._code = True
            self.opaque.append((start, end))
        elif kind in {"Link", "Image"}:
            image = kind == "Image"
            target = info["dest_url"]
            if info["link_type"] == "Email":
                target = target if target.startswith("mailto:") else f"mailto:{target}"
            form = info["link_type"]
            self.forms[form] = self.forms.get(form, 0) + 1
            plain = doubts.plain_link(form, target, self.data[start:end], inside=self._link is not None)
            self.doubtful = self.doubtful or not plain or self._pictures > 0  # an image's text is text
            self._pictures += image
            if self._link:  # an image inside a link: both count
                self._inner = self._inner or _Open(start, image=image, target=target)
                return
            if image and self._blank:
                self._leading = len(self.links)
            self._link = _Open(start, image=image, target=target)

    def _end(self, kind: str, end: int) -> None:
        if kind in {"Link", "Image"}:
            self._pictures -= kind == "Image"
            if self._inner and kind == "Image":
                self._found(self._inner, end)
                self._inner = None
            elif self._link and self._link.image == (kind == "Image"):
                self._found(self._link, end)
                self._link = None
        elif kind == "Heading" and self._heading:
            self._head(self._heading, end)
            self._heading = None
        elif kind == "CodeBlock":
            self._code = False
        elif kind == "Paragraph":
            self._leading = None
        if kind in _INLINE_KINDS:
            self._inline_end = end

    def _text(self, piece: str, start: int, end: int) -> None:
        if self._code:
            return
        if HIDDEN in piece:
            piece = self._latex.shown(piece, start, end)
            self.doubtful = self.doubtful or self._pictures > 0
        self._words(piece)
        if self._heading or self._link:
            return
        if self._leading is not None and piece.strip():
            self.links[self._leading] = replace(self.links[self._leading], caption=True)
        if self._run and self._run[1] != start:
            self._end_run()
        self._run = (self._run[0], end) if self._run else (start, end)

    def _words(self, piece: str) -> None:
        """Text of a heading, a link or a paragraph."""
        for owner in (self._heading, self._link, self._inner):
            if owner:
                owner.pieces.append(piece)
        self._blank = self._blank and not piece.strip()

    def _end_run(self) -> None:
        """Look for citations and attribute lists in the run of plain text that ends here."""
        if self._run is None:
            return
        (start, end), self._run = self._run, None
        text = self.data[start:end].decode(errors="replace").replace(HIDDEN, " ")
        if not text.strip():
            return

        def offset(index: int) -> int:
            return start + len(text[:index].encode())

        self.prose.append((text, self.place(start, end)))
        if "@" in text:
            for key, locator, low, high in inline.citations(text):
                self.citations.append(Citation(key, locator, self.place(offset(low), offset(high))))
        if "{" in text and "}" in text:
            self._attribute_lists(start, end)

    def _attribute_lists(self, start: int, end: int) -> None:
        """Ids of inline elements and of paragraphs, given in the run of text that ends here."""
        found, doubtful = inline.identities(self.data, start, end, attached=self._inline_end == start > 0)
        self.doubtful = self.doubtful or doubtful
        for identity, at in found:
            self.anchors.setdefault(identity, self.place(at))

    def _head(self, opened: _Open, end: int) -> None:
        source = self.data[opened.start : end]
        shown = _CODE_SPAN.sub(b"", source) if b"`" in source else source
        whole = "".join(opened.pieces)
        text, identity, classes = inline.trailing_attributes(whole)
        if inline.ODD_HEADING.search(shown.partition(b"{")[0] if identity else shown) or (
            "{" in whole and not _ATTRIBUTED.match(whole)
        ):
            self.doubtful = True
        text = " ".join(text.split())
        slug = self._slug(text)
        anchor = identity or self._ids.free(slug)
        self.doubtful = self.doubtful or (not identity and anchor in self._reserved)
        self._ids.take(anchor)
        at = self.place(opened.start + len(source) - len(source.lstrip(b"# ")))  # under the words, not the #
        place = Place(at.line, at.col, max(1, len(text)))
        self.headings.append(Heading(opened.level, text, anchor, place, classes))
        self.anchors.setdefault(anchor, place)
        if opened.level == 2:
            self._section = anchor

    def _found(self, opened: _Open, end: int) -> None:
        text = " ".join("".join(opened.pieces).split())
        place = self.place(opened.start, end)
        self.links.append(Link(opened.target, text, place, opened.image, self._section))
        self._blank = False

    def _html(self, tag: str, start: int, end: int, *, inside: bool) -> None:
        self.html.append((start, end))
        if (inside and inline.IN_TAG.search(tag)) or self._heading or self._link:
            self.doubtful = True
        if not inside and not tag.startswith("<!--") and "\n" in tag.strip():
            self.doubtful = True
        for match in inline.COMMENT.finditer(tag):
            at = start + len(tag[: match.start(1)].encode())
            self.comments.append((match[1], self.place(at)))
