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
    for start, close in _labels(masked):
        colon = masked[close + 1 : close + 2] == b":"
        defines = colon and not masked[masked.rfind(b"\n", 0, start) + 1 : start].strip()
        note = Footnote(masked[start + 2 : close].decode(errors="replace"), place(start, close + 1))
        (defs if defines else refs).append(note)
    return tuple(refs), tuple(defs)


def _labels(masked: bytes) -> Iterator[tuple[int, int]]:
    """Where ``[^label]`` begins, and where the bracket that closes it stands: on the same line."""
    at = 0
    close = newline = -1
    while (start := masked.find(b"[^", at)) >= 0:
        if close < start and (close := masked.find(b"]", start)) < 0:
            return
        if newline < start:
            newline = masked.find(b"\n", start)
            newline = len(masked) if newline < 0 else newline
        if close > newline:
            at = newline
        elif masked[max(0, start - 1) : start] in {b"\\", b"!"}:
            at = start + 2
        else:
            yield start, close
            at = close + 1


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
