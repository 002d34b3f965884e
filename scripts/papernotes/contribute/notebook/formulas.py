"""Formulas between dollars: full-width dollars, spaces inside them, blank lines inside a block.

The LaTeX itself is not touched.
"""

from __future__ import annotations

import re

from papernotes.contribute.notebook.model import Log, left, quoted
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import HOLD, Kind, Vault

_WIDE = re.compile(r"[^\n]*＄[^\n]*")
_DISPLAY = re.compile(
    r"(?<![\\$])\$\$(?!\$|\s*\$\$)(?P<latex>(?:(?!\$\$|\n[ \t>]*#{1,6}[ \t]).)+)\$\$", re.DOTALL
)
_ALONE = re.compile(
    r"(?<=\n)\$\$[ \t]*\n(?!\s*\$\$)"
    r"(?P<latex>(?:(?!\$\$|\n[ \t]*#{1,6}[ \t]).)+)(?<=\n)\$\$(?=[ \t]*(?:\n|\Z))",
    re.DOTALL,
)
"""Between two lines of two dollars each: whatever else in the notebook lacks its other half."""
_ADJACENT = re.compile(r"(?<![\\$])\$(?!\$)([^$\n\u4e00-\u9fff]+)\$\$([^$\n\u4e00-\u9fff]+)\$(?!\$)")
_SQUARE = re.compile(r"(?<!\\)\\\[(?P<latex>(?:(?!\\\]|\n[ \t]*\n).)+?)(?<!\\)\\\]", re.DOTALL)
_ROUND = re.compile(r"(?<!\\)\\\((?P<latex>(?:(?!\\\)|\n[ \t]*\n).)+?)(?<!\\)\\\)", re.DOTALL)
_BARE = re.compile(
    r"^[ \t>]*(?P<latex>\\begin\{(?P<env>[a-z]+\*?)\}(?:(?!\n[ \t]*\n).)*?\\end\{(?P=env)\})[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_INLINE = re.compile(
    r"(?<![\\$])\$(?!\$)"
    r"(?P<latex>(?:\\[^\n]|[^\\$\n]|\n(?![ \t>]*(?:\n|(?:[-*+]|\d+[.)])[ \t]|[#|])))+?)\$(?!\$)"
)
_TEXT = re.compile(r"\\(?:text|mathrm|textbf|mbox|tag|operatorname)\w*\s*\{[^{}]*\}")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_PROSE = re.compile(r"(?:\b[A-Za-z]{3,}\b[ ,]+){2}|\b[A-Za-z]{3,}\b[ ,]+\b[a-z]{2,} +\w")
_LATEX = re.compile(r"[\\^_=<>{}|+]")
_CODE_LIKE = re.compile(r"[=^_{}]|\\[a-zA-Z]")


def protect(text: Text, vault: Vault, log: Log) -> Text:
    """Put formulas away, those that stand alone as blocks."""
    text = text.sub(_WIDE, lambda match, line: _narrowed(match, line, log))

    def display(match: re.Match[str], line: int) -> str | None:
        latex, start = match["latex"], match.string.rfind("\n", 0, match.start()) + 1
        beside = match.string[start : match.start()].strip(" \t>-*+.)0123456789")
        if any(map(vault.is_block, HOLD.findall(latex))) or (beside and re.search(r"\n[ \t>]*\n", latex)):
            return None  # the dollars belong to two formulas
        return vault.put(Kind.DISPLAY, _block(latex, match.string, match.start()))

    def adjacent(match: re.Match[str], line: int) -> str:
        return "".join(vault.put(Kind.MATH, f"${latex.strip()}$") for latex in match.groups())

    text = text.sub(_ALONE, display).sub(_ADJACENT, adjacent).sub(_DISPLAY, display)
    text = text.sub(
        _BARE,
        lambda match, line: (
            match[0][: match.start("latex") - match.start()]
            + vault.put(Kind.DISPLAY, "$$\n" + _dedented(match["latex"]) + "\n$$")
        ),
    )
    text = text.sub(
        _SQUARE, lambda match, line: display(match, line) if _CODE_LIKE.search(match["latex"]) else None
    )
    text = text.sub(
        _ROUND,
        lambda match, line: (
            vault.put(Kind.MATH, f"${' '.join(match['latex'].split())}$")
            if _CODE_LIKE.search(match["latex"]) or len(match["latex"].strip()) == 1
            else None
        ),
    )

    def inline(match: re.Match[str], line: int) -> str | None:
        latex = match["latex"]
        if not _is_formula(latex, match.string[match.end() : match.end() + 1]):
            return None
        if latex != latex.strip():
            latex = latex.strip()
        return vault.put(Kind.MATH, "$" + re.sub(r"[ \t]*\n[ \t>]*", " ", latex) + "$")

    text = text.sub(_INLINE, inline)
    for number, line in text.lines():
        if re.search(r"(?<!\\)\$\$", line):
            left(log, number, f"'$$' without its other half, or nothing in it: {quoted(line.strip())}")
    return text


def _narrowed(match: re.Match[str], line: int, log: Log) -> str:
    """A line with its full-width dollars made dollars, when they pair up."""
    if len(re.findall(r"(?<!\\)[$＄]", match[0])) % 2:
        left(log, line, f"a full-width dollar without its other half: {quoted(match[0].strip())}")
        return match[0]
    return match[0].replace("＄", "$")


def _is_formula(latex: str, after: str) -> bool:
    """Whether what stands between two dollars is a formula and not the words between two prices."""
    bare = _TEXT.sub("", latex)
    if len(_CJK.findall(bare)) > 3 or not latex.strip():
        return False
    if _PROSE.search(bare) and not _LATEX.search(bare):
        return False
    outside = latex != latex.strip()
    if outside and not _LATEX.search(bare) and len(latex.strip()) > 12:
        return False
    return not (latex[0].isdigit() and after.isdigit() and not _LATEX.search(bare))


def _block(latex: str, text: str, start: int) -> str:
    """A display formula on lines of its own, without the blank lines that would end it."""
    lead = text[text.rfind("\n", 0, start) + 1 : start]
    lines = latex.split("\n")
    if lead.lstrip().startswith(">"):
        lines = [lines[0], *(re.sub(r"^[ \t]*>[ ]?", "", line) for line in lines[1:])]
    return "$$\n" + _dedented("\n".join(lines)) + "\n$$"


def _dedented(latex: str) -> str:
    return "\n".join(line.strip() for line in latex.split("\n") if line.strip())
