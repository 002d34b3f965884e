"""What Obsidian adds to Markdown: links and embeds in double brackets, comments, block names, footnotes
written in the line.
"""

from __future__ import annotations

import re

from papernotes.contribute.notebook.model import Log, changed, removed
from papernotes.contribute.notebook.pending import Linked, Pending, Shown
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import Kind, Vault

_WIKI = re.compile(r"(?P<embed>!?)\[\[(?P<target>[^\[\]|\n]*)(?P<rest>(?:\|[^\[\]\n]*)?)\]\](?!\()")
_COMMENT = re.compile(r"%%(?P<text>.+?)%%", re.DOTALL)
_BLOCK_NAME = re.compile(r"(?P<gap>^|[ \t]+)\^(?P<name>[A-Za-z0-9-]{3,})[ \t]*$", re.MULTILINE)
_INLINE_NOTE = re.compile(r"(?<!\\)\^\[(?P<text>(?:[^\[\]\n]|\[[^\[\]\n]*\])+)\]")
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|avif|heic)\Z", re.IGNORECASE)
KINDS = (
    "note", "abstract", "info", "tip", "success", "question", "warning", "failure", "danger", "bug",
    "example", "quote",
)  # fmt: skip
"""Kinds of admonitions that the site has."""
ALIASES = {
    "summary": "abstract", "tldr": "abstract", "todo": "info", "hint": "tip", "important": "tip",
    "check": "success", "done": "success", "help": "question", "faq": "question", "caution": "warning",
    "attention": "warning", "fail": "failure", "missing": "failure", "error": "danger", "cite": "quote",
}  # fmt: skip
_CALLOUT = re.compile(
    r"^(?P<lead>[ \t]*>[ \t>]*)\[!(?P<kind>[\w-]+)(?P<more>\|[^\]\n]*)?\]"
    r"(?P<fold>[-+]?)[ \t]*(?P<title>[^\n]*)$",
    re.M,
)


def mend(text: Text, vault: Vault, pending: Pending, log: Log) -> Text:
    """Write Obsidian's constructs as Markdown."""

    def wiki(match: re.Match[str], line: int) -> str | None:
        target = match["target"].strip().rstrip("\\")
        options = [part.strip() for part in match["rest"].split("|")[1:]]
        if not target and not options:
            return None
        if match["embed"] and _IMAGE.search(target):
            sizes = [part for part in options if re.fullmatch(r"\d+(?:x\d+)?", part)]
            if sizes:
                changed(log, line, f"size of an image not kept: {match[0]}")
            alt = " ".join(part for part in options if part not in sizes)
            hold = vault.put(Kind.IMAGE, match[0])
            pending[hold] = Shown(target, alt, line, match[0])
            return hold
        name, _, anchor = target.partition("#")
        if match["embed"]:
            changed(log, line, f"embedded note made a link: {match[0]}")
        shown = " ".join(options) or target.replace("#", " > ").strip(" >") or target
        hold = vault.put(Kind.OTHER, match[0])
        pending[hold] = Linked(name.strip(), anchor.strip(), shown, line, match[0])
        return hold

    def comment(match: re.Match[str], line: int) -> str:
        inner = vault.restore(match["text"]).replace("--", "- -").strip("\n")
        whole = "\n" in inner
        hold = vault.put(Kind.RAW if whole else Kind.TAG, f"<!-- {inner.strip()} -->")
        return f"\n\n{hold}\n\n" if whole else hold

    def block_name(match: re.Match[str], line: int) -> str:
        removed(log, line, f"name of a block: ^{match['name']}")
        return ""

    def callout(match: re.Match[str], line: int) -> str:
        """A callout of a kind that the site has; its own kind is its title when it has none."""
        kind, title = match["kind"].lower(), match["title"].strip()
        ours = kind if kind in KINDS else ALIASES.get(kind, "note")
        if match["more"] or (ours != kind and title):
            changed(log, line, f"kind of a callout: {match[0].strip()} → {ours}")
        if ours != kind and not title:
            title = match["kind"].capitalize()
        return f"{match['lead']}[!{ours}]{match['fold']} {title}".rstrip()

    text = text.sub(_CALLOUT, callout)
    text = text.sub(_WIKI, wiki).sub(_COMMENT, comment).sub(_BLOCK_NAME, block_name)
    count = 0
    notes: list[str] = []

    def note(match: re.Match[str], line: int) -> str:
        nonlocal count
        count += 1
        notes.append(f"[^inline{line}x{count}]: {match['text']}")
        return f"[^inline{line}x{count}]"

    text = text.sub(_INLINE_NOTE, note)
    if not notes:
        return text
    last = text.numbers[-1]
    added = "\n\n" + "\n\n".join(notes)
    return Text(text.text + added, (*text.numbers, *([last] * added.count("\n"))))
