"""Whether CommonMark and Python-Markdown could read the inline Markdown of a page differently."""

from __future__ import annotations

import re
from collections.abc import Mapping

from papernotes.corpus.markdown import inline

_AUTOLINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^<>]*\Z")


def plain_link(form: str, target: str, source: bytes, *, inside: bool) -> bool:
    """Whether a link or image is written so plainly that there is one way to read it.

    Args:
        form: the parser's name for the form of the link.
        target: its address.
        source: the link as it is written.
        inside: whether it stands in another link.
    """
    if form == "Inline":
        return bool(inline.PLAIN_TAIL.search(source)) and not (
            b"&" in source and inline.ENTITY.search(source)
        )
    if form in {"Autolink", "Email"}:
        return not inside and (form == "Email" or bool(_AUTOLINK.match(target)))
    return b"\\" not in source and b"] [" not in source and b"]\n[" not in source


def left_over(masked: bytes, forms: Mapping[str, int]) -> bool:
    """Whether plain text holds what could be a code span, a tag or a link to Python-Markdown.

    Args:
        masked: the page, everything opaque hidden.
        forms: how many links and images of each form the parser found.
    """
    if len(inline.INLINE_LINK.findall(masked)) != forms.get("Inline", 0):
        return True
    full = forms.get("Reference", 0) + forms.get("Collapsed", 0)
    if len(inline.FULL_LINK.findall(masked)) != full and inline.SHORT.search(masked):
        return True
    angles = forms.get("Autolink", 0) + forms.get("Email", 0)
    if b"<" in masked and len(inline.ANGLE.findall(masked)) != angles:
        return True
    return b"`" in masked and bool(inline.BACKTICK.search(masked))
