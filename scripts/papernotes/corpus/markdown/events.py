"""The walk over the parser's events: what is found where, as byte ranges of the flattened text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import pyromark
from msgspec import Struct, field
from msgspec.structs import replace

from papernotes.corpus.document import Citation, Heading, Link, Math
from papernotes.corpus.markdown import doubts, inline
from papernotes.corpus.markdown.blocks import Flat
from papernotes.corpus.markdown.formulas import HIDDEN, Formula, Latex, hide
from papernotes.corpus.markdown.ids import Ids
from papernotes.corpus.markdown.places import Places
from papernotes.corpus.slugs import Slugify
from papernotes.corpus.source import Place

OPTIONS = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_STRIKETHROUGH
)
_IDENTITY = re.compile(r"\{:?[^{}\n]*#([^\s{}]+)")
_ATTRIBUTED = re.compile(r"[^{}]*[ ]" + inline.PLAIN_LIST.pattern + r"\s*\Z")
_INLINE_KINDS = frozenset({"Link", "Image", "Emphasis", "Strong"})
_ODD_MATH = re.compile("<[a-zA-Z/!?]|\n ")
_CODE_SPAN = re.compile(rb"`[^`]*`")


_slug = lru_cache(maxsize=4096)(lambda slug, text: slug(text))
"""Notes share the names of their sections."""


def run_text(source: bytes) -> str:
    """A run of plain text as it is read: formulas are white space in it."""
    return source.decode(errors="replace").replace(HIDDEN, " ")


class _Open(Struct, gc=False):
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
        slug: from the text of a heading to its anchor.
        found: the formulas of the text.
        runs: whether to keep every run of plain text, and not only those that may hold what is looked for.
    """

    def __init__(
        self, flat: Flat, place: Places, slug: Slugify, found: tuple[Formula, ...], *, runs: bool = False
    ) -> None:
        self.data = hide(flat.parsed.encode(), found)
        self.text = self.data.decode()
        self.place = place
        self._slug = slug
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.citations: list[Citation] = []
        self.math: list[Math] = []
        self.comments: list[tuple[str, Place]] = []
        self.runs: list[tuple[int, int]] = []
        """Byte ranges of plain text outside headings, links and code."""
        self.anchors: dict[str, Place] = {}
        self.html: list[tuple[int, int]] = []
        """Byte ranges of inline HTML and of what is left of HTML blocks."""
        self.doubtful = False
        """Whether Python-Markdown could read something in running text differently."""
        self.misread = False
        """Whether one of the formulas is in code or HTML."""
        self.forms: dict[str, int] = {}
        """How many links and images there are of each form."""
        braces = "{" in self.text
        self._reserved = {match[1] for match in _IDENTITY.finditer(flat.text)} if braces else set()
        self._inline_end = -1  # where an inline element has just ended
        self.opaque: list[tuple[int, int]] = []
        self._ids = Ids()

        self._section = ""
        self._heading: _Open | None = None
        self._link: _Open | None = None
        self._inner: _Open | None = None  # the image inside it
        self._code = False
        self._pictures = 0  # images that are open
        self._done = 0  # events before this offset are of links that have been taken in
        self._leading: int | None = None  # index of the image that opens this paragraph
        self._blank = True  # nothing has come in this paragraph yet
        self._latex = Latex(found)
        for formula in found:
            at = place(formula.inner, formula.end)
            indent = place.indent(formula.inner) + formula.indent
            self.math.append(Math(formula.latex, formula.display, at, indent))
            self.opaque.append((formula.start, formula.end))
            if formula.indent % 4 or _ODD_MATH.search(formula.latex):
                self.doubtful = True
        self._read(runs=runs or braces or "@" in self.text)

    def _read(self, *, runs: bool) -> None:
        """Take in every event; the runs of plain text are kept when something may be in them."""
        begin = finish = -1  # the run of plain text that is growing
        event: Any
        name: Any
        value: Any  # the parser's types are those of single dictionaries of every kind
        for event, span in pyromark.events_with_range(self.text, options=OPTIONS):
            start = span["start"]
            if start < self._done:
                continue
            end = span["end"]
            if type(event) is not dict:
                name, value = event, ""
                if name == "SoftBreak" or name == "HardBreak":
                    finish = end
                    for owner in (self._heading, self._link, self._inner):
                        if owner:
                            owner.pieces.append(" ")
                    continue
            else:
                name, value = event.popitem()
                if name == "Text":
                    if self._code:
                        continue
                    if self._heading or self._link:
                        self._inner_text(value, start, end)
                        continue
                    watched = self._blank or self._leading is not None
                    if HIDDEN in value:
                        self.doubtful = self.doubtful or self._pictures > 0
                        value = self._latex.shown(value, start, end) if watched else value
                    if watched and value.strip():
                        self._shown()
                    if runs:
                        if begin >= 0 and finish != start:
                            self._end_run(begin, finish)
                            begin = start
                        elif begin < 0:
                            begin = start
                        finish = end
                    continue
            if begin >= 0:
                self._end_run(begin, finish)
                begin = -1
            if name == "Start":
                if type(value) is dict:
                    kind, info = value.popitem()
                    self._start(kind, info, start, end)
                elif value == "Paragraph":
                    self._leading, self._blank = None, True
            elif name == "End":
                self._end(value.popitem()[0] if type(value) is dict else value, end)
            elif name == "Code":
                self.opaque.append((start, end))
                self._words(value)
                self._inline_end = end
            elif name == "Html" or name == "InlineHtml":
                self.opaque.append((start, end))
                self._html(value, start, end, inside=name == "InlineHtml")
        if begin >= 0:
            self._end_run(begin, finish)

    def _start(self, kind: str, info: Any, start: int, end: int) -> None:
        if kind == "Heading":
            self._heading = _Open(start, level=int(info["level"][1]))
        elif kind == "CodeBlock":
            self._code = True
            self.misread = self.misread or b"\x1a" in self.data[start:end]
            self.opaque.append((start, end))
        elif kind in {"Link", "Image"}:
            image = kind == "Image"
            target = info["dest_url"]
            if not (self._link or self._heading) and (
                plain := inline.PLAIN_LINK.fullmatch(self.data, start, end)
            ):
                self._plain(target, plain, image=image)
                return
            if info["link_type"] == "Email":
                target = target if target.startswith("mailto:") else f"mailto:{target}"
            form = info["link_type"]
            self.forms[form] = self.forms.get(form, 0) + 1
            self.doubtful = (
                self.doubtful
                or (
                    self._pictures > 0  # an image's text is text
                    or not doubts.plain_link(
                        form, target, self.data[start:end], inside=self._link is not None
                    )
                )
            )
            self._pictures += image
            if self._link:  # an image inside a link: both count
                self._inner = self._inner or _Open(start, image=image, target=target)
                return
            if image and self._blank:
                self._leading = len(self.links)
            self._link = _Open(start, image=image, target=target)

    def _plain(self, target: str, link: re.Match[bytes], *, image: bool) -> None:
        """Take in a whole link or image, most of which are of this kind; its other events are passed over."""
        self.forms["Inline"] = self.forms.get("Inline", 0) + 1
        if image and self._blank:
            self._leading = len(self.links)
        start, self._done = link.span()
        text = " ".join(link[1].decode().split())
        self._add(target, text, start, self._done, image=image)
        self._inline_end = self._done

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

    def _inner_text(self, piece: str, start: int, end: int) -> None:
        """Text of a heading or a link."""
        if HIDDEN in piece:
            piece = self._latex.shown(piece, start, end)
            self.doubtful = self.doubtful or self._pictures > 0
        if self._link and not (self._heading or self._inner):  # most often
            self._link.pieces.append(piece)
            self._blank = self._blank and not piece.strip()
        else:
            self._words(piece)

    def _shown(self) -> None:
        """Words outside of headings and links: the image that opens the paragraph has a caption."""
        self._blank = False
        if self._leading is not None:
            self.links[self._leading] = replace(self.links[self._leading], caption=True)
            self._leading = None

    def _words(self, piece: str) -> None:
        """Text of a heading, a link or a paragraph."""
        for owner in (self._heading, self._link, self._inner):
            if owner:
                owner.pieces.append(piece)
        self._blank = self._blank and not piece.strip()

    def _end_run(self, start: int, end: int) -> None:
        """Look for citations and attribute lists in the run of plain text that ends here."""
        source = self.data[start:end]
        self.runs.append((start, end))
        cites, lists = b"@" in source, b"{" in source and b"}" in source
        if not (cites or lists):
            return
        text = run_text(source)
        if not text.strip():
            return

        if cites:
            done, at = 0, start  # characters, and the offset of the next
            for key, locator, low, high in inline.citations(text):
                at, done = at + len(text[done:low].encode()), low
                end_at = at + len(text[low:high].encode())
                self.citations.append(Citation(key, locator, self.place(at, end_at)))
        if lists:
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
        anchor = identity or self._ids.free(_slug(self._slug, text))
        self.doubtful = self.doubtful or (not identity and anchor in self._reserved)
        self._ids.take(anchor)
        at = self.place(opened.start + len(source) - len(source.lstrip(b"# ")))  # under the words, not the #
        place = Place(at.line, at.col, max(1, len(text)))
        self.headings.append(Heading(opened.level, text, anchor, place, classes))
        self.anchors.setdefault(anchor, place)
        if opened.level == 2:
            self._section = anchor

    def _found(self, opened: _Open, end: int) -> None:
        text = opened.pieces[0] if len(opened.pieces) == 1 else "".join(opened.pieces)
        text = " ".join(text.split())
        self._add(opened.target, text, opened.start, end, image=opened.image)

    def _add(self, target: str, text: str, start: int, end: int, *, image: bool) -> None:
        self.links.append(Link(target, text, self.place(start, end), image, self._section))
        self._blank = False

    def _html(self, tag: str, start: int, end: int, *, inside: bool) -> None:
        self.html.append((start, end))
        self.misread = self.misread or HIDDEN in tag
        if (inside and inline.IN_TAG.search(tag)) or self._heading or self._link:
            self.doubtful = True
        if not inside and not tag.startswith("<!--") and "\n" in tag.strip():
            self.doubtful = True
        for match in inline.COMMENT.finditer(tag):
            at = start + len(tag[: match.start(1)].encode())
            self.comments.append((match[1], self.place(at)))
