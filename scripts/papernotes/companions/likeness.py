"""When two runs of a companion count as the same: other processors differ in last digits. Pure."""

from __future__ import annotations

import re
from itertools import zip_longest

PICTURE_UNIT = 1.0
RELATIVE = 1e-3
ABSOLUTE = 1e-6

_NUMBER = re.compile(r"[-+−]?(?:\d+(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_GEOMETRY = re.compile(r'(?<=\s)(d|x|y|x1|y1|x2|y2|cx|cy|r|rx|ry|width|height|points|transform)="([^"]*)"')
_TEXT = re.compile(r">([^<]*)<")


def same_output(old: str, new: str) -> bool:
    """Whether two printed texts agree.

    Words must be equal (the width of blanks apart: a sign may shift a column), whole numbers too, since
    counts do not depend on the processor; other numbers within a relative 1e-3 or an absolute 1e-6.
    """
    if _skeleton(old) != _skeleton(new):
        return False
    pairs = zip_longest(_NUMBER.findall(old), _NUMBER.findall(new), fillvalue="")
    return all(a == b or _close(a, b) for a, b in pairs)


def same_picture(old: str, new: str) -> bool:
    """Whether two figures agree: coordinates within one unit, labels as printed text, the rest equal."""
    shapes = [_TEXT.sub("><", _GEOMETRY.sub(_blanked, text)) for text in (old, new)]
    labels = ["\n".join(_TEXT.findall(text)) for text in (old, new)]
    if shapes[0] != shapes[1] or not same_output(*labels):
        return False
    places = [_NUMBER.findall(" ".join(m[2] for m in _GEOMETRY.finditer(text))) for text in (old, new)]
    pairs = zip_longest(*places, fillvalue="")
    return all(abs(_value(a) - _value(b)) <= PICTURE_UNIT for a, b in pairs)


def _blanked(match: re.Match[str]) -> str:
    return f'{match[1]}="{_skeleton(match[2])}"'


def _skeleton(text: str) -> str:
    """The text with every number replaced by a mark that cannot occur in it, blanks made one."""
    marked = re.sub(r"[ \t]+", " ", _NUMBER.sub("\0", text))
    return "\n".join(line.replace(" \0", "\0").strip(" ") for line in marked.splitlines())


def _close(a: str, b: str) -> bool:
    if not re.search(r"[.eE]", a + b):
        return _value(a) == _value(b)
    x, y = _value(a), _value(b)
    return abs(x - y) <= max(ABSOLUTE, RELATIVE * max(abs(x), abs(y)))


def _value(number: str) -> float:
    return float(number.replace("−", "-").replace(",", ""))
