"""Whether CommonMark and Python-Markdown could read the blocks of a page differently.

Each pattern is a way of writing on which the two disagree, or on which they agree only by luck. A page that
uses none of them is read by the CommonMark parser; any other is rendered. Too many patterns cost time, too
few cost truth: a test compares the two readings on generated pages.
"""

from __future__ import annotations

import re

from papernotes.corpus.markdown.blocks import STEP, Flat
from papernotes.corpus.markdown.formulas import HIDDEN
from papernotes.corpus.markdown.html import BLOCK

_ORDINARY = bytes({*range(256)} - {*range(0x0A), *range(0x0B, 0x20), 0x7F})
_LINE_ENDS = ("\x85", "\u2028", "\u2029", "\ufeff")
_SUSPECT = re.compile(r"\n *(?=[-#>:|<\[!?=*+$\\~`\d])")
"""The start of every line that begins with more than a word."""
_LINES = re.compile(
    r"""
      [ ]{1,3}\#                                             # heading that is indented
    | [ ]*\#{1,6}[^\#\s]                                     # or has no space after its marks
    | [ ]*\#{7} | [ ]*\#++[ ]*+\#*+[ ]*+$                        # or too many marks, or nothing else
    | [ ]*(?:[-*+]|\d+\.)[ ]+(?:\#|>|```|~~~|!!!|\?\?\?|===|\$\$|\\\[|\\begin|\|)    # block in an item
    | [ ]*(?:[-*+]|\d+\.)[ ]+(?:\[\^?[^\]\n]*\]:|:[ ]|[-*+][ ]|\d+[.)][ ])
    | [ ]*(?:[-*+]|\d+[.)])[ ]{5}                            # item that begins with code
    | [ ]*(?:[-*+]|\d+[.)])[ ]*$                             # or with nothing
    | [ ]*\d+\)[ ]                                           # no item to Python-Markdown
    | \d{4,}\.[ ]
    | [ ]{0,3}:[ ]                                           # definition list
    | [ ]*>(?:[ ]*>)*[ ]*(?:```|~~~|!!!|\?\?\?|===|\$\$|\\\[|\\begin|\||<|\#+[^ ]|\[\^?[^\]\n]*\]:|[-=]+[ ]*$)
    | [ ]*>(?:[ ]?>)*[ ]{2,}\S                               # quote with what may be code
    | [ ]*>[^\n]*\n[ ]*(?:[-*+]|\d+[.)])[ ]                  # list that follows a quote at once
    | [ ]*\[\^[^\]\n]*\]:[ ]*(?:$|<|\\)                      # footnote that begins with a line end or a block
    | [ ]*\[\^[^\]\n]*\]:[^\n]*\n[ ]*\n[ ]{4,}\S              # or that has several paragraphs
    | [ ]{4,}\[[^\]\n]*\]:
    | [ ]{1,3}[-*+][ ]*[-*+][ ]*[-*+]
    | (?:[ ]+|[ ]*(?:[-*+]|\d+\.)[ ]+)<(?:[!?/]|(?:BLOCK)\b|(?!https?:)[^>\n]*+>?[ ]*$)  # HTML in a block
    | [ ]*:::
    """.replace("BLOCK", "|".join(sorted(BLOCK))),
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_UNDERLINE = re.compile(r"\n(?P<indent> *)(?:=+|-+) *(?=\n|\Z)")
_NO_TITLE = re.compile(r"[ #>|:\[<]|[-*+] |\d+[.)] ")
_DEFINED = re.compile(r"^ {0,3}\[(?P<label>[^\[\]\n]*)\]:", re.MULTILINE)
_APART = re.compile(r"(?<!\n)\n {0,3}\[[^\[\]\n]*\]:")
_DELIMITER = re.compile(
    r"^ *+\|?(?: *+:?-++:? *+\|)++(?: *+:?-++:? *+)?$|^ *+\|(?: *+:?-++:? *+)$", re.MULTILINE
)
_INDENTED = re.compile(r"^ +\S", re.MULTILINE)
_HTML_LINE = re.compile(r"^ *<[a-zA-Z/!?]", re.MULTILINE)
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}\.)[ ]+\S")
_ALIEN = re.compile(r"(?:#|>|\||```|~~~|\$\$)")


def characters(text: str) -> bool:
    """Whether a page holds characters that one of the two drops or takes for white space."""
    return bool(text.encode().translate(None, _ORDINARY)) or (
        not text.isascii() and any(character in text for character in _LINE_ENDS)
    )


def blocks(flat: Flat, text: str) -> bool:
    """Whether the blocks of a page could be read differently.

    Args:
        flat: the flattened page.
        text: its text, formulas hidden.
    """
    masked = text
    if flat.code_lines:
        lines = text.split("\n")
        indent = 0
        for number in sorted(flat.code_lines):
            if number - 1 not in flat.code_lines:
                indent = len(lines[number]) - len(lines[number].lstrip(" "))
            lines[number] = " " * indent + HIDDEN
        masked = "\n".join(lines)
    return bool(
        _odd_lines("\n" + masked)
        or ("]:" in masked and _definitions(masked))
        or ("|" in masked and _tables(masked, flat.text))
        or ("<" in flat.text and any(flat.removed) and _moved_html(flat))
        or (
            ("\n " in masked or masked[:1] == " ")
            and _INDENTED.search(masked)
            and _indents(masked.split("\n"), flat)
        )
    )


def _odd_lines(text: str) -> bool:
    """Whether a line begins in a way that the two read differently."""
    if any(_LINES.match(text, match.start() + 1) for match in _SUSPECT.finditer(text)):
        return True
    for match in _UNDERLINE.finditer(text):
        above = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if match["indent"] and (above.strip() or len(match["indent"]) < STEP):
            return True
        if above.strip():
            start = match.start() - len(above)
            before = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
            if before.strip() or _NO_TITLE.match(above) or HIDDEN in above:
                return True
    return False


def _moved_html(flat: Flat) -> bool:
    """Whether HTML stands at the start of a line in a block: no HTML block there to Python-Markdown."""
    lines = flat.text.split("\n") if _HTML_LINE.search(flat.text) else []
    return any(
        flat.removed[number] and number not in flat.code_lines and _HTML_LINE.match(line)
        for number, line in enumerate(lines)
    )


def _definitions(text: str) -> bool:
    """Whether a definition interrupts a paragraph, or a label is defined twice."""
    labels = [" ".join(match["label"].lower().split()) for match in _DEFINED.finditer(text)]
    if len(set(labels)) != len(labels):
        return True
    for match in _APART.finditer(text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if before.strip() and not _DEFINED.match(before):
            return True
    return False


def _tables(text: str, shown: str) -> bool:
    """Whether a table does not begin its block, or a bar of it could be in code or a formula."""
    lines = shown.split("\n")
    first = at = 0
    for match in _DELIMITER.finditer(text):
        head = text.rfind("\n", 0, max(0, match.start() - 1)) + 1
        before = text[text.rfind("\n", 0, max(0, head - 1)) + 1 : max(0, head - 1)]
        if before.strip() or match[0].startswith(" ") or "|" not in text[head : match.start()]:
            return True
        end = text.find("\n\n", match.end())
        rows = text[head : end if end >= 0 else len(text)].split("\n")
        first, at = first + text.count("\n", at, head), head
        if any(map(_odd_row, rows, lines[first : first + len(rows)])):
            return True
    return False


def _odd_row(row: str, shown: str) -> bool:
    """Whether a row of a table holds a bar that may not be one, or is no row to one of the two."""
    if "|" not in row or "\\|" in row or row.count("|") != shown.count("|"):
        return True
    if "`" not in row:
        return False
    pieces = row.split("`")
    return len(pieces) % 2 == 0 or "" in pieces[1:-1] or any("|" in piece for piece in pieces[1::2])


def _indents(lines: list[str], flat: Flat) -> bool:
    """Whether an indented line could be code to one reader and text to the other."""
    code_lines, removed = flat.code_lines, flat.removed
    markers = {marker.line: marker.col for marker in flat.markers}
    within = 0
    depth = 0  # of open list items, as Python-Markdown nests them: four spaces a level
    blank, strayed, paragraph, code = True, False, False, False
    for number, line in enumerate(lines):
        text = line.lstrip(" ")
        if number in markers:
            if markers[number] == removed[number]:  # not in a list
                depth, strayed = 0, False
            within, blank, paragraph, code = removed[number] + STEP, False, False, False
            continue
        if not text:
            blank = blank or number not in code_lines
            paragraph = paragraph and number in code_lines
            continue
        indent = len(line) - len(text)
        if removed[number] < within and indent:
            strayed = True
        within = removed[number]
        if code and indent >= 4 and not depth:
            continue
        code = False
        if number in code_lines:
            if indent % 4 or indent > 4 * depth or strayed:
                return True
            blank, paragraph = False, False
            continue
        level, rest = divmod(indent, 4)
        item = bool(_ITEM.match(text)) and not (paragraph and not depth)
        if item:
            if (rest and level) or level > depth or (level and strayed):
                return True
            strayed = bool(rest) or (strayed and blank is False)
            depth = level + 1
        elif blank:
            if level > depth and text[0] == HIDDEN:
                return True
            if not indent:
                strayed = depth > 0 and bool(_DEFINED.match(text))
                depth = depth if strayed else 0
            elif level == 0:
                strayed = strayed or depth > 0
                depth = min(depth, 1)
            elif strayed or (depth and (rest or level > depth + 1)) or (depth and level > depth and rest):
                return True
            elif depth:
                depth = min(depth, level)
            else:
                code = True
        elif indent and (not paragraph or _ALIEN.match(text)):
            return True
        elif _ALIEN.match(text):
            depth, strayed = 0, depth > 0
        blank = False
        paragraph = not text.startswith(("#", "|"))
    return False
