"""The walk over the parser's events: what is found where, as byte ranges of the flattened text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pyromark
from markdown.extensions.toc import unique
from pymdownx.slugs import slugify

from papernotes.corpus.markdown import inline
from papernotes.corpus.markdown.blocks import Flat
from papernotes.corpus.markdown.formulas import HIDDEN, formulas, hide
from papernotes.corpus.markdown.places import Places
from papernotes.corpus.model import Citation, Heading, Link, Math, Place

OPTIONS = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_STRIKETHROUGH
)
_HIDDEN_RUN = re.compile(f"({HIDDEN}+)")
_IDENTITY = re.compile(r"\{:?[^{}\n]*#([^\s{}]+)")
_ATTRIBUTED = re.compile(r"[^{}]*[ ]" + inline.PLAIN_LIST.pattern + r"\s*\Z")
_INLINE_KINDS = frozenset({"Link", "Image", "Emphasis", "Strong"})
_AUTOLINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^<>]*\Z")
_ODD_MATH = re.compile("<[a-zA-Z/!?]|\n ")
_CODE_SPAN = re.compile(rb"`[^`]*`")
_SEEN = re.compile(rb"[^\n]")
_slug = slugify(case="lower")


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

    def __init__(self, flat: Flat, place: Places) -> None:
        found = formulas(flat, OPTIONS)
        self.data = hide(flat.parsed.encode(), found)
        self.place = place
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
        self._used: set[str] = set()

        self._section = ""
        self._heading: _Open | None = None
        self._link: _Open | None = None
        self._code = False
        self._pictures = 0  # images that are open
        self._run: tuple[int, int] | None = None  # the run of plain text that is growing
        self._leading: int | None = None  # index of the image that opens this paragraph
        self._blank = True  # nothing has come in this paragraph yet
        self._latex = {formula.start: formula.latex for formula in found}
        for formula in found:
            at = place(formula.inner, formula.end)
            indent = place.indent(formula.inner) + formula.indent
            self.math.append(Math(formula.latex, formula.display, at, indent))
            self.doubtful = self.doubtful or bool(formula.indent % 4 or _ODD_MATH.search(formula.latex))
            self.opaque.append((formula.start, formula.end))
        for event, span in pyromark.events_with_range(self.data.decode(), options=OPTIONS):
            self._take(event, span["start"], span["end"])
        self._end_run()

    def left_over(self, masked: bytes) -> bool:
        """Whether plain text holds what could be a code span, a tag or a link to Python-Markdown.

        Args:
            masked: the text, see :meth:`masked`.
        """
        forms = self.forms
        if len(inline.INLINE_LINK.findall(masked)) != forms.get("Inline", 0):
            return True
        full = forms.get("Reference", 0) + forms.get("Collapsed", 0)
        if len(inline.FULL_LINK.findall(masked)) != full and inline.SHORT.search(masked):
            return True
        angles = forms.get("Autolink", 0) + forms.get("Email", 0)
        return len(inline.ANGLE.findall(masked)) != angles or bool(inline.BACKTICK.search(masked))

    def masked(self) -> bytes:
        """The text with everything opaque replaced by :data:`HIDDEN`."""
        out = bytearray(self.data)
        for start, end in self.opaque:
            out[start:end] = _SEEN.sub(b"\x1a", self.data[start:end])
        return bytes(out)

    def _take(self, event: Any, start: int, end: int) -> None:
        name: str
        value: Any
        name, value = next(iter(event.items())) if isinstance(event, dict) else (event, None)
        if name == "Text":
            self._text(str(value), start, end)
            return
        if name in {"SoftBreak", "HardBreak"}:
            if self._run:
                self._run = (self._run[0], end)
            for owner in (self._heading, self._link):
                if owner:
                    owner.pieces.append(" ")
            return
        self._end_run()
        if name == "Start":
            kind, info = next(iter(value.items())) if isinstance(value, dict) else (value, {})
            self._start(kind, info, start, end)
        elif name == "End":
            self._end(next(iter(value)) if isinstance(value, dict) else value, end)
        elif name == "Code":
            self.opaque.append((start, end))
            self._words(str(value))
            self._inline_end = end
        elif name in {"Html", "InlineHtml"}:
            self.opaque.append((start, end))
            self._html(str(value), start, end, inside=name == "InlineHtml")

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
            self._check_link(info["link_type"], target, start, end)
            self._pictures += image
            if self._link:  # an image inside a link: both count
                self._found(_Open(start, image=image, target=target), end)
                return
            if image and self._blank:
                self._leading = len(self.links)
            self._link = _Open(start, image=image, target=target)

    def _check_link(self, form: str, target: str, start: int, end: int) -> None:
        """Whether a link is written so plainly that there is one way to read it."""
        source = self.data[start:end]
        self.forms[form] = self.forms.get(form, 0) + 1
        if form == "Inline":
            plain = bool(inline.PLAIN_TAIL.search(source)) and not inline.ENTITY.search(source)
        elif form in {"Autolink", "Email"}:
            plain = self._link is None and (form == "Email" or bool(_AUTOLINK.match(target)))
        else:
            plain = b"\\" not in source and b"] [" not in source and b"]\n[" not in source
        if self._pictures:
            plain = False  # an image's text is text
        self.doubtful = self.doubtful or not plain

    def _end(self, kind: str, end: int) -> None:
        if kind in {"Link", "Image"}:
            self._pictures -= kind == "Image"
            if self._link and self._link.image == (kind == "Image"):
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
            piece = self._shown(piece, start)
            self.doubtful = self.doubtful or bool(self._link and self._link.image)
        self._words(piece)
        if self._heading or self._link:
            return
        if self._leading is not None and piece.strip():
            self.links[self._leading] = replace(self.links[self._leading], caption=True)
        if self._run and self._run[1] != start:
            self._end_run()
        self._run = (self._run[0], end) if self._run else (start, end)

    def _shown(self, piece: str, start: int) -> str:
        """Text with the LaTeX of its formulas in place of what hides them."""
        shown: list[str] = []
        offset = start
        for part in _HIDDEN_RUN.split(piece):
            if part.startswith(HIDDEN):
                ends = sorted(at for at in self._latex if offset <= at < offset + len(part))
                shown += (self._latex[at] for at in ends)
            else:
                shown.append(part)
            offset += len(part.encode())
        return "".join(shown)

    def _words(self, piece: str) -> None:
        """Text of a heading, a link or a paragraph."""
        for owner in (self._heading, self._link):
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
            self._attribute_lists(text, start, end, offset)

    def _attribute_lists(self, text: str, start: int, end: int, offset: Callable[[int], int]) -> None:
        """Ids of inline elements, in a list right after them, and of paragraphs, in a list as last line."""
        for match in inline.ATTRIBUTES.finditer(text):
            attached = match.start() == 0 and self._inline_end == start
            last = text[: match.start()].rpartition("\n")[2].strip() == "" and match.start() > 0
            last = last and "\n" not in text[match.end() :].rstrip() and not text[match.end() :].strip()
            closes = self.data[end : end + 2] in {b"\n\n", b"\n", b""}
            if not (attached or (last and closes)):
                self.doubtful = self.doubtful or "#" in match["attrs"] or ("\n" in text and last)
                continue
            if not inline.PLAIN_LIST.fullmatch(match[0]):
                self.doubtful = True
            identity, _ = inline.attributes(match["attrs"])
            if identity:
                self.anchors.setdefault(identity, self.place(offset(match.start())))

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
        slug = _slug(text, "-")
        anchor = identity or unique(slug, self._used)
        self.doubtful = self.doubtful or (not identity and anchor in self._reserved)
        self._used.add(anchor)
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
