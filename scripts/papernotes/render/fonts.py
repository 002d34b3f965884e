"""The math font: STIX Two Math, cut down to what the site's formulas use.

A MathML formula without a math font has thin brackets and misplaced limits, and few readers have such a font.
The full one weighs 1.5 MB; the part that a site needs, with the stretched variants that the MATH table
reaches, about 70 KB.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import fontTools
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

NAME = "stix-two-math.woff2"

_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_RECIPE = b"1"
"""Raised when the way a subset is made changes, so that no older one is taken from the cache."""
_RADICAL_WIDTH = 840
"""Advance of every root sign, in thousandths of the type size; that of the smallest is 794."""
_ALWAYS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, range(0x391, 0x3CA)))
    + "ϵϑϕϱϖ∂∇∞√∑∏∫∈∉⊂⊆∪∩×·÷±−≤≥≠≈≡∼∝→←↦⇒⇔∀∃…⋯⋮⋱⟨⟩‖∣⌊⌋⌈⌉′″ˆ¯˜⃗ˉ˙̂̃̄‾⏞⏟ℝℕℤℚℂ𝔼ℙ"
    + "\u2061\u2062\u2063\u2064\ufe00\ufe01"
)
"""What is in every subset, so that a new formula seldom needs a new one."""


def characters(pages: Iterable[str]) -> frozenset[str]:
    """The characters that the formulas of rendered pages need, letters in their italic form included.

    Args:
        pages: HTML.
    """
    used = set(_ALWAYS)
    for page in pages:
        for formula in _MATH.findall(page):
            used.update(unescape(_TAG.sub("", formula)))
    italic = {_italic(character) for character in used}
    return frozenset(c for c in used | italic if not unicodedata.category(c).startswith("C") or c in _ALWAYS)


def subset(used: frozenset[str], cache: Path) -> bytes:
    """The font with only the glyphs that some characters need, as WOFF2.

    Args:
        used: the characters.
        cache: a folder that keeps subsets by content; it is made when missing.
    """
    source = _full().read_bytes()
    key = hashlib.sha256()
    for part in (source, "".join(sorted(used)).encode(), fontTools.version.encode(), _RECIPE):
        key.update(hashlib.sha256(part).digest())
    kept = cache / f"{key.hexdigest()[:24]}.woff2"
    if kept.is_file():
        return kept.read_bytes()
    made = _cut(source, used)
    cache.mkdir(parents=True, exist_ok=True)
    # Written beside its place and moved there, so that two builds at once cannot read half a font.
    handle, temporary = tempfile.mkstemp(dir=cache)
    with os.fdopen(handle, "wb") as stream:
        stream.write(made)
    Path(temporary).replace(kept)
    return made


def _full() -> Path:
    """The full font, in the package ziamath, which need not be imported for it."""
    found = find_spec("ziamath")
    folders = found.submodule_search_locations if found else None
    if not folders:
        raise FileNotFoundError("the package ziamath, which carries the math font, must be installed")
    return Path(folders[0]) / "fonts" / "STIXTwoMath-Regular.ttf"


def _cut(source: bytes, used: frozenset[str]) -> bytes:
    """Subset a font; the closure over MATH and GSUB keeps the variants that stretching and scripts reach."""
    options = Options(layout_features=["*"], flavor="woff2", hinting=False, desubroutinize=True)
    options.drop_tables += ["DSIG"]
    font = TTFont(io.BytesIO(source))
    _narrow_radicals(font)
    worker = Subsetter(options)
    worker.populate(unicodes=[ord(character) for character in used])
    worker.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _narrow_radicals(font: TTFont) -> None:
    """Squeeze the tall forms of the root sign to one width.

    Chromium reserves the width of the widest form for every root, so that a small root, whose sign is
    narrower, is followed by a gap of nearly half a letter.
    """
    variants = font["MATH"].table.MathVariants
    root = font.getBestCmap()[ord("√")]
    forms = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(root)]
    names = {record.VariantGlyph for record in forms.MathGlyphVariantRecord}
    names |= {part.glyph for part in forms.GlyphAssembly.PartRecords}
    outlines, metrics = font["glyf"], font["hmtx"]
    for name in sorted(names):
        advance, bearing = metrics[name]
        if advance > _RADICAL_WIDTH:
            factor = _RADICAL_WIDTH / advance
            outlines[name].coordinates.scale((factor, 1))
            outlines[name].recalcBounds(outlines)
            metrics[name] = (_RADICAL_WIDTH, round(bearing * factor))


def _italic(character: str) -> str:
    """The mathematical italic form that a browser shows for a single-letter identifier."""
    if character == "h":
        return "ℎ"  # its place among the mathematical letters is empty: Planck's constant came first
    code = ord(character)
    for first, last, start in (
        ("A", "Z", 0x1D434),
        ("a", "z", 0x1D44E),
        ("Α", "Ω", 0x1D6E2),
        ("α", "ω", 0x1D6FC),
    ):
        if ord(first) <= code <= ord(last):
            return chr(start + code - ord(first))
    special = {"∂": 0x1D715, "ϵ": 0x1D716, "ϑ": 0x1D717, "ϕ": 0x1D719, "ϱ": 0x1D71A, "ϖ": 0x1D71B}
    return chr(special[character]) if character in special else character
