"""Formulas copied from a web page: KaTeX and MathJax put a formula on the clipboard two or three times, as
it looks and as LaTeX. One copy stays, as a formula; the others are reported.

    x = − 2x =-2x =-2                           becomes  $x =-2$
    F(x,{Wi})\\mathcal{F}(x,\\{W_i\\})F(x,{Wi})  becomes  $\\mathcal{F}(x,\\{W_i\\})$
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from papernotes.contribute.notebook.model import Log, changed, quoted
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import FIRST, LAST, Kind, Vault

LONGEST = 160
"""Characters of the longest copy that is looked for."""
LONGEST_RUN = 10_000
"""Characters of a paragraph without a break from which on it is no prose and is not searched."""
_RUN = re.compile(
    "(?:[^\\n`|\u3001\u3002\uff0c\uff1b\uff1a\uff08\uff09\u201c\u201d\u4e00-\u9fff"
    + f"{chr(FIRST)}-{chr(LAST)}]"
    + r"|\n(?![ \t]*(?:\n|[-*+#>|]|\d+[.)])))+"
)
_WORD = re.compile(r"(?<![\\{A-Za-z])[A-Za-z]{4,}[,.]? ")
"""A word of a sentence; no formula goes across one."""
_COMMAND = re.compile(r"\\(?:([a-zA-Z]+)|.)", re.DOTALL)
_SIGN = re.compile(r"[=≤≥≈∈∼~→+*/()×·|−^_]|[\u0370-\u03ff]")
_RELATION = re.compile(r"[=≤≥≈∈→]")
_FUNCTIONS = {
    "log", "ln", "exp", "sin", "cos", "tan", "tanh", "max", "min", "arg", "lim", "sup", "inf", "det", "dim",
    "gcd", "Pr", "argmax", "argmin",
}  # fmt: skip
_SAME = str.maketrans(
    {"−": "-", "–": "-", "∗": "*", "⋅": "·", "∼": "~", "′": "'", "∣": "|", "ϵ": "ε", "ϕ": "φ"}
)
_OPENERS, _CLOSERS = "([{|‖", ")]}|‖\u200b\u2061"


def mend(text: Text, vault: Vault, log: Log) -> Text:
    """Replace each doubled formula by one formula."""

    def run(match: re.Match[str], line: int) -> str:
        piece, at = match[0], 0
        if len(piece) > LONGEST_RUN:
            return piece
        out: list[str] = []
        while found := _doubled(piece, at):
            start, end, latex = found
            number = line + piece.count("\n", 0, start)
            copies = f"{quoted(piece[start:end])} → {quoted('$' + latex + '$')}"
            changed(log, number, f"formula copied more than once: {copies}")
            out += [piece[at:start], vault.put(Kind.MATH, f"${latex}$")]
            at = end
        return "".join([*out, piece[at:]])

    return text.sub(_RUN, run)


def _doubled(piece: str, at: int) -> tuple[int, int, str] | None:
    """Where the first doubled formula from an offset on begins and ends, and its LaTeX."""
    if len(piece) - at < 3 or not (_SIGN.search(piece, at) or "\\" in piece[at:]):
        return None
    found = [pair for pair in (_with_latex(piece, at), _repeated(piece, at)) if pair]
    return min(found, default=None)


def _with_latex(piece: str, at: int) -> tuple[int, int, str] | None:
    """Copies of which one has commands: as it looks, as LaTeX, and often once more as it looks."""
    for command in _COMMAND.finditer(piece, at + 1):
        if not command[1] and command[0] not in {r"\{", r"\|"}:
            continue
        low, high = max(at + 1, command.start() - LONGEST // 2), min(len(piece), command.end() + LONGEST)
        low = max([low, *(word.end() for word in _WORD.finditer(piece, low, command.start()))])
        word = _WORD.search(piece, command.end(), high)
        ends = [
            end
            for end in range(command.end(), (word.start() if word else high) + 1)
            if not piece[end - 1].isspace()
        ]
        for begin in range(low, command.start() + 1):
            before = _visible(piece[max(at, begin - LONGEST) : begin])
            if not before or piece[begin].isspace() or piece[begin] in ")]},.;:":
                continue
            for end in ends:
                shape = _shape(piece[begin:end])
                if not shape or tuple(sorted(before[-len(shape) :])) != shape:
                    continue
                start = _copy_before(piece, at, begin, shape)
                if start is not None and "\\" not in piece[start:begin]:
                    return start, _copy_after(piece, end, shape), piece[begin:end].strip()
    return None


@lru_cache(maxsize=16384)
def _shape(latex: str) -> tuple[str, ...] | None:
    """The letters and digits that LaTeX shows, sorted: a fraction is not copied in one order. None when
    brackets are open.
    """
    depth = 0
    for mark in re.findall(r"\\.|[{}]", latex, re.DOTALL):
        depth += (mark == "{") - (mark == "}")
        if depth < 0:
            return None
    if depth or latex.count("(") != latex.count(")") or latex.count(r"\left") != latex.count(r"\right"):
        return None
    return tuple(sorted(_visible(_COMMAND.sub(lambda match: _named(match[1] or ""), latex))))


def _named(command: str) -> str:
    """What a command shows, as far as it is letters."""
    if command in _FUNCTIONS:
        return command
    plain = command.removeprefix("var")
    case = "CAPITAL" if plain[:1].isupper() else "SMALL"
    name = {"lambda": "lamda"}.get(plain.lower(), plain)
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.upper()}")
    except KeyError:
        return "l" if command == "ell" else ""


def _visible(text: str) -> str:
    """The letters and digits of a text, those that look alike made one."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME)))


def _copy_before(piece: str, at: int, end: int, shape: tuple[str, ...]) -> int | None:
    """Where a copy begins that ends before an offset; None when there is none."""
    for start in range(end - 1, max(at, end - LONGEST) - 1, -1):
        seen = _visible(piece[start:end])
        if len(seen) > len(shape):
            return None
        if seen and tuple(sorted(seen)) == shape and _visible(piece[start]):
            copy = piece[start:end]
            while start > at and piece[start - 1] in _OPENERS and _open(copy):
                start -= 1
                copy = piece[start:end]
            return start if _edge(piece, start) and (len(shape) > 1 or not seen.isascii()) else None
    return None


def _open(copy: str) -> bool:
    """Whether brackets are closed in a text that it does not open."""
    return any(copy.count(two) > copy.count(one) for one, two in ("()", "[]", "{}"))


def _copy_after(piece: str, start: int, shape: tuple[str, ...]) -> int:
    """Where a third copy that begins at an offset ends; the offset itself when there is none."""
    for end in range(start + 1, min(len(piece), start + LONGEST) + 1):
        seen = _visible(piece[start:end])
        if len(seen) > len(shape):
            return start
        if seen and tuple(sorted(seen)) == shape:
            while end < len(piece) and piece[end] in _CLOSERS:
                end += 1
            return end
    return start


def _repeated(piece: str, at: int) -> tuple[int, int, str] | None:
    """Copies without any command: the same formula three times, or two times when it says that something is
    so.
    """
    kept = [(n, flat) for n in range(at, len(piece)) for flat in _flat(piece[n])]
    flat = "".join(char for _, char in kept)
    for start, (low, _) in enumerate(kept):
        if not _edge(piece, low):
            continue
        for length in range(min((len(flat) - start) // 2, LONGEST), 1, -1):
            unit = flat[start : start + length]
            if not flat.startswith(unit, start + length):
                continue
            thrice = flat.startswith(unit, start + 2 * length)
            high = kept[start + (3 if thrice else 2) * length - 1][0] + 1
            while high < len(piece) and piece[high] in "\u200b\u2061":
                high += 1
            middle = piece[kept[start + length][0] : kept[start + 2 * length - 1][0] + 1]
            raised = bool(re.search(r"[_^]", middle)) and not re.search(
                r"[_^]", piece[low : kept[start + length - 1][0]]
            )
            if _word_goes_on(piece, high) or not (
                (thrice and raised and unit.isascii())
                or (_formula_like(unit) and (thrice or _RELATION.search(unit)))
            ):
                continue
            last = piece[kept[start + (2 if thrice else 1) * length][0] : high]
            return low, high, " ".join((middle if raised else last).strip("\u200b\u2061").split())
    return None


def _word_goes_on(piece: str, high: int) -> bool:
    return high < len(piece) and piece[high].isalnum() and piece[high].isascii() and piece[high - 1].isalnum()


def _flat(char: str) -> str:
    """A character as it is compared: nothing for a space, a brace and a mark of position."""
    folded = unicodedata.normalize("NFKC", char).translate(_SAME)
    return "".join(
        c for c in folded if c not in "{}_^\\$& \n\t" and unicodedata.category(c) not in {"Cf", "Mn", "Zs"}
    )


def _formula_like(unit: str) -> bool:
    """Whether a repeated unit is a formula: a sign and a letter in it, and no word."""
    return bool(
        _SIGN.search(unit)
        and re.search(r"[A-Za-z\u0370-\u03ff]", unit)
        and not re.search(r"[A-Za-z]{5,}|[;\"'#%@!?]", unit)
        and unit.count("(") == unit.count(")")
        and len(set(unit)) > 2
        and unit[-1] not in "=+*/(≤≥≈~→,."
        and unit[0] not in "=)*/≤≥≈→,."
    )


def _edge(piece: str, start: int) -> bool:
    """Whether a formula can begin here: not in the middle of a word."""
    before = piece[start - 1 : start]
    return not (before.isascii() and before.isalnum() and piece[start].isascii() and piece[start].isalnum())
