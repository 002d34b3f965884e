"""Links and images: spaces where none may be, Markdown inside them, tracking, addresses without a link."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import unquote

from papernotes.contribute.notebook.addresses import cleaned
from papernotes.contribute.notebook.model import Log, changed, left, quoted, removed
from papernotes.contribute.notebook.pending import Linked, Pending, Shown
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import FIRST, LAST, Kind, Vault

_HOLDS = f"{chr(FIRST)}-{chr(LAST)}"
_PLAIN = r"(?:\\.|[^\[\]\\\n]|\n(?![ \t>]*\n))"
_INSIDE = rf"(?:{_PLAIN}|\[{_PLAIN}*\])"
_PAREN = r"(?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*?"
_IMAGE = re.compile(
    rf"!\[(?P<alt>{_INSIDE}*?)\]\(\s*(?P<target><[^<>\n]*>"
    r"|[^\n]*?\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|avif|heic)(?:[?#][^\s()]*)?"
    r"(?=[ \t]*(?:=\d*x\d*)?[ \t]*(?:\"[^\"\n]*\"|'[^'\n]*')?\s*\))"
    rf"|{_PAREN})(?P<size>[ \t]+=\d*x\d*)?(?P<title>[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
    r"\s*\)(?P<attrs>\{[^}\n]*\})?",
    re.IGNORECASE,
)
_LINK = re.compile(
    rf"(?<![\\!])\[(?P<text>{_INSIDE}+?)\](?:(?P<gap>[ \t]?)\(\s*(?P<target><[^<>\n]*>|{_PAREN})"
    r"(?P<title>[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
    r"|（\s*(?P<wide>https?://[^\s（）]+)\s*）)(?P<attrs>\{[^}\n]*\})?"
)
_INNER = re.compile(r"!?\[(?P<text>[^\[\]]*)\]\((?P<target>[^()\s]*)\)")
_AUTO = re.compile(r"<(?P<address>https?://[^<>\s]+)>")
_BARE = re.compile(
    rf"(?<!\]\()(?<![A-Za-z0-9_/<=\"'])https?://[^\s<>\"'`（），。；：、】」》“”！？\]|*{_HOLDS}\u4e00-\u9fff]+"
)
_ALONE = re.compile(rf"^[ \t]*(?P<image>[{_HOLDS}])[ \t]*$", re.MULTILINE)
CAPTION = re.compile(r"\W*(?:图|表|fig(?:ure)?\.?|table)\s*[\d.一二三四五六七八九十-]+", re.IGNORECASE)
"""How a caption begins."""
_CODE = re.compile(r"\s*(?:javascript|vbscript|data\s*:\s*text/html)", re.IGNORECASE)
_IMAGES = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|avif|heic)(?:[?#]|\Z)", re.IGNORECASE)


def mend(text: Text, vault: Vault, pending: Pending, log: Log, words: str) -> Text:
    """Mend links and images.

    Args:
        text: the notebook; code, formulas and HTML put away.
        vault: where addresses are put.
        pending: where images and links to other notes are noted.
        log: the report.
        words: what a remote image without alternative text is called.
    """

    def image(match: re.Match[str], line: int) -> str:
        target, alt = _bare(match["target"]), match["alt"]
        title = (match["title"] or "").strip().strip("\"'")
        lost = [part for part in (match["size"], match["attrs"]) if part]
        if lost or (title and title != alt):
            changed(log, line, f"size or title of an image not kept: {vault.restore(match[0])}")
        if re.match(r"(?:https?:)?//", target):
            kept = cleaned(target)
            left(log, line, f"remote image, made a link and not fetched: {target}")
            return f"[{alt or words}" + vault.put(Kind.TARGET, f"]({_safe(kept)})")
        hold = vault.put(Kind.IMAGE, match[0])
        pending[hold] = Shown(target, alt, line, vault.restore(match[0]))
        return hold

    def link(match: re.Match[str], line: int) -> str | None:
        label, target = match["text"], _bare(match["target"] if match["wide"] is None else match["wide"])
        source = vault.restore(match[0])
        if match["gap"] and not re.match(r"\[?https?://", target):
            return None
        inner = _INNER.fullmatch(target)
        if inner:
            target = inner["target"]
            changed(log, line, f"link inside an address: {quoted(source)}")
        flat = _INNER.sub(lambda found: found["text"], label)
        if flat != label:
            changed(log, line, f"link inside a link: {quoted(source)}")
            label = flat
        if match["attrs"]:
            removed(log, line, f"attributes of a link: {match['attrs']}")
        title = match["title"] or ""
        return _linked(label, target, title, line, source, vault, pending, log)

    def address(match: re.Match[str], line: int) -> str:
        found = match[0].strip("<>")
        tail = ""
        if not match[0].startswith("<"):
            bare = found.rstrip(".,;:!?'\")")
            while bare.count("(") > bare.count(")") and found[len(bare) : len(bare) + 1] == ")":
                bare += ")"
            found, tail = bare, found[len(bare) :]
        return vault.put(Kind.OTHER, f"<{_tidied(found, line, log)}>") + tail

    text = text.sub(_IMAGE, image)
    text = text.sub(_AUTO, address)
    text = text.sub(_LINK, link).sub(_BARE, address)
    return text.sub(_ALONE, lambda match, line: _apart(match, vault))


def _apart(match: re.Match[str], vault: Vault) -> str | None:
    """An image on a line of its own, as a paragraph of its own; a caption below it stays with it."""
    if vault.kind(match["image"]) is not Kind.IMAGE:
        return None
    before = match.string[: match.start()].endswith("\n\n") or not match.start()
    after = re.match(r"\n[ \t]*(?:\n|\Z)|\Z", match.string[match.end() :]) or CAPTION.match(
        match.string, match.end() + 1
    )
    if before and after:
        return None
    return ("" if before else "\n") + match[0] + ("" if after else "\n")


def _linked(
    label: str, target: str, title: str, line: int, source: str, vault: Vault, pending: Pending, log: Log
) -> str | None:
    if _CODE.match(target):
        removed(log, line, f"link that runs code, its text kept: {quoted(source)}")
        return label
    if re.match(r"https?://|mailto:", target) or not target:
        kept = _safe(_tidied(target, line, log))
        if re.match(r"https?://\S+\Z", label.strip()):  # an address is no text to look for addresses in
            written = vault.restore(label.strip())
            if cleaned(written) == kept:
                changed(log, line, f"link whose text is its address: {source}")
            whole = f"<{kept}>" if cleaned(written) == kept else f"[{written}]({kept}{title})"
            return vault.put(Kind.OTHER, whole)
        return "[" + label.strip() + vault.put(Kind.TARGET, f"]({kept}{title})")
    path, _, anchor = target.partition("#")
    name = PurePosixPath(unquote(path).replace("\\", "/")).name
    hold = vault.put(Kind.OTHER, source)
    pending[hold] = Linked(name, unquote(anchor), label.strip(), line, source)
    return hold


def _bare(target: str) -> str:
    return target.strip().removeprefix("<").removesuffix(">").strip()


def _safe(address: str) -> str:
    """An address without what would end it too early."""
    return (
        address.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
        if not _balanced(address) or " " in address
        else address
    )


def _balanced(address: str) -> bool:
    return address.count("(") == address.count(")")


def _tidied(address: str, line: int, log: Log) -> str:
    kept = cleaned(address)
    if kept != address:
        changed(log, line, f"tracking taken out of an address: {address} → {kept}")
    return kept
