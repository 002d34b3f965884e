"""Footnotes, and reference links that nothing defines: plain text to the parser, a fault to the reader."""

from __future__ import annotations

from collections.abc import Iterator

from papernotes.corpus.document import Footnote
from papernotes.corpus.markdown import inline
from papernotes.corpus.markdown.places import Places
from papernotes.corpus.source import Place


def footnotes(masked: bytes, place: Places) -> tuple[tuple[Footnote, ...], tuple[Footnote, ...]]:
    """References to footnotes and definitions of them.

    Args:
        masked: the flattened page, code, HTML and formulas hidden.
        place: translates its offsets.
    """
    refs: list[Footnote] = []
    defs: list[Footnote] = []
    if b"[^" in masked:
        for match in inline.FOOTNOTE.finditer(masked):
            line = masked[masked.rfind(b"\n", 0, match.start()) + 1 : match.start()]
            defines = bool(match["colon"]) and not line.strip()
            end = match.end() - len(match["colon"])
            note = Footnote(match["label"].decode(errors="replace"), place(match.start(), end))
            (defs if defines else refs).append(note)
    return tuple(refs), tuple(defs)


def undefined(masked: bytes, place: Places) -> Iterator[tuple[str, Place]]:
    """Labels of full and collapsed reference links that nothing defines, with the place of the link."""
    if b"][" not in masked:
        return
    known = {_normal(match["label"]) for match in inline.SHORT.finditer(masked)}
    for match in inline.REFERENCE.finditer(masked):
        label = match["label"] or match["text"]
        if label.startswith((b"^", b"@")) or match["text"].startswith((b"^", b"@")) or not label.strip():
            continue
        if b"\x1a" in label:  # code or a formula: what it holds is hidden here
            continue
        if _normal(label) not in known:
            yield label.decode(errors="replace"), place(match.start(), match.end())


def _normal(label: bytes) -> str:
    return " ".join(label.decode(errors="replace").lower().split())
