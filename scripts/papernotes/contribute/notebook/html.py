"""HTML in a notebook: what says something is kept or becomes Markdown, what acts becomes a link or code, what
only lays out goes and is reported.
"""

from __future__ import annotations

import html
import re
from textwrap import dedent

from papernotes.contribute.notebook.model import Log, changed, removed
from papernotes.contribute.notebook.text import Text
from papernotes.contribute.notebook.vault import Kind, Vault

KEPT = {
    "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "rp", "rt", "ruby",
    "s", "samp", "small", "strong", "sub", "sup", "u", "var", "wbr",
}  # fmt: skip
"""Elements that stay as they are: they say something, and act on nothing."""
LAYOUT = {
    "article", "big", "blockquote", "center", "div", "figcaption", "figure", "footer", "header", "main",
    "nav", "p", "picture", "section", "span", "tt", "details", "summary", "aside", "body", "html", "head",
    "label",
}  # fmt: skip
"""Elements that go; what they hold stays."""
ACTING = {
    "applet", "audio", "base", "button", "embed", "form", "iframe", "input", "link", "meta", "object",
    "source", "video",
}  # fmt: skip
"""Elements that load, send or move something."""
INLINE = {"span", "big", "tt", "label"}
_ATTRS = r"(?P<attrs>(?:\s(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*)?)"
_TAG = re.compile(rf"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*){_ATTRS}/?>")
_ATTRIBUTE = re.compile(r"([A-Za-z_:][\w:.-]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ACTIVE = re.compile(r"<(?P<name>script|style)\b[^>]*>.*?</(?P=name)\s*>", re.DOTALL | re.IGNORECASE)
_PRE = re.compile(r"<pre\b[^>]*>(?P<code>.*?)</pre\s*>", re.DOTALL | re.IGNORECASE)
_TABLE = re.compile(r"<table\b.*?</table\s*>", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(
    r"^[ \t]*<h(?P<level>[1-6])\b[^>]*>(?P<text>.*?)</h(?P=level)\s*>[ \t]*$", re.DOTALL | re.I | re.M
)
_FOLD = re.compile(
    r"<details\b[^>]*>\s*(?:<summary\b[^>]*>(?P<title>.*?)</summary\s*>)?(?P<body>.*?)</details\s*>",
    re.DOTALL | re.I,
)
_QUOTE = re.compile(r"<blockquote\b(?P<attrs>[^>]*)>(?P<body>.*?)</blockquote\s*>", re.DOTALL | re.IGNORECASE)
_ASIDE = re.compile(r"<aside\b[^>]*>(?P<body>.*?)</aside\s*>", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(rf"<a{_ATTRS}>(?P<text>(?:(?!</?a\b|\n[ \t]*\n).)*?)</a\s*>", re.DOTALL | re.IGNORECASE)
_HANDLER = re.compile(r"\s+on\w+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag by lower-case name, entities decoded."""
    return {
        name.lower(): html.unescape((value or "").strip("\"'"))
        for name, value in _ATTRIBUTE.findall(text or "")
    }


def protect(text: Text, vault: Vault, log: Log) -> Text:
    """Put away what is no Markdown inside: scripts, preformatted text, comments, tables."""
    if "<" not in text.text:
        return text

    def active(match: re.Match[str], line: int) -> str:
        shown = f"<{match['name'].lower()}> shown as code: it must not act on a page"
        changed(log, line, shown)
        return _block(vault.put(Kind.FENCE, f"```html\n{vault.restore(match[0])}\n```"))

    def pre(match: re.Match[str], line: int) -> str:
        code = re.sub(r"</?(?:code|span)\b[^>]*>", "", match["code"])
        tags = " ".join(re.findall(r"</?(?:pre|code|span)\b[^>]*>", match[0]))
        changed(log, line, f"<pre> made a code block: {tags}")
        return _block(
            vault.put(Kind.FENCE, "```\n" + vault.restore(html.unescape(code)).strip("\n") + "\n```")
        )

    def raw(match: re.Match[str], line: int) -> str:
        return _block(vault.put(Kind.RAW, _harmless(vault.restore(match[0]), line, log)))

    def comment(match: re.Match[str], line: int) -> str:
        start = match.string.rfind("\n", 0, match.start()) + 1
        alone = "\n" in match[0] or not match.string[start : match.start()].strip()
        inner = vault.restore(match[0])
        return _block(vault.put(Kind.RAW, inner)) if alone else vault.put(Kind.TAG, inner)

    return text.sub(_ACTIVE, active).sub(_PRE, pre).sub(_COMMENT, comment).sub(_TABLE, raw)


def mend(text: Text, vault: Vault, log: Log) -> Text:
    """Put tags that stay away, and write the rest as Markdown; formulas have been put away."""
    if "<" not in text.text:
        return text
    text = text.sub(_HEADING, lambda match, line: _heading(match))
    text = text.sub(_FOLD, lambda match, line: _callout(match["body"], (match["title"] or "").strip(), "-"))
    text = text.sub(_ASIDE, lambda match, line: _callout(match["body"], "", ""))
    text = text.sub(_QUOTE, lambda match, line: _quote(match, line, log))
    text = text.sub(_LINK, lambda match, line: _link(match, line, log))
    open_tags: dict[str, list[str]] = {}
    return text.sub(_TAG, lambda match, line: _tag(match, line, vault, log, open_tags))


def _block(hold: str) -> str:
    return f"\n\n{hold}\n\n"


def _heading(match: re.Match[str]) -> str:
    return "\n" + "#" * int(match["level"]) + " " + " ".join(match["text"].split()) + "\n"


def _callout(body: str, title: str, fold: str) -> str:
    """A folded or boxed part, written as Obsidian's callout, which the block step knows."""
    lines = [f"[!note]{fold} {' '.join(title.split())}".rstrip(), *body.strip("\n").split("\n")]
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _quote(match: re.Match[str], line: int, log: Log) -> str:
    """A quotation, as Markdown."""
    if match["attrs"].strip():
        removed(log, line, f"layout: <blockquote{match['attrs']}>")
    lines = dedent(match["body"].strip("\n")).split("\n")
    return "\n\n" + "\n".join(f"> {one}".rstrip() for one in lines) + "\n\n"


def _link(match: re.Match[str], line: int, log: Log) -> str | None:
    found = attributes(match["attrs"])
    target = found.pop("href", "")
    if not target or not match["text"].strip():
        return None
    if found:
        changed(log, line, f"link in HTML made Markdown: <a{match['attrs']}>")
    return f"[{' '.join(match['text'].split())}]({target})"


def _harmless(source: str, line: int, log: Log) -> str:
    """HTML that stays, without event handlers."""
    found = _HANDLER.findall(source)
    if found:
        shown = source if source.count("<") == 1 else " ".join(part.strip() for part in found)
        removed(log, line, f"HTML that acts: {shown}")
    return _HANDLER.sub("", source)


def _tag(match: re.Match[str], line: int, vault: Vault, log: Log, open_tags: dict[str, list[str]]) -> str:
    name, source = match["name"].lower(), match[0]
    if name == "img" and not match["close"]:
        return _image(match, line, log)
    if name in KEPT or (name == "a" and (match["close"] or attributes(match["attrs"]))):
        return vault.put(Kind.TAG, _harmless(source, line, log))
    if name == "hr":
        return "\n\n---\n\n"
    if name in {"font", "span"}:
        if match["close"]:
            stack = open_tags.get(name, [])
            return vault.put(Kind.TAG, stack.pop()) if stack and stack[-1] else (stack and stack.pop()) or ""
        coloured = name == "font" or bool(re.search(r"color|background", match["attrs"]))
        open_tags.setdefault(name, []).append("</mark>" if coloured else "")
        changed(log, line, f"{source} {'made <mark>' if coloured else 'taken out, its text kept'}")
        return vault.put(Kind.TAG, "<mark>") if coloured else ""
    if name in LAYOUT:
        if match["attrs"].strip():
            removed(log, line, f"layout: {source}")
        return "" if name in INLINE else _parted(match)
    if name in ACTING:
        return _acting(match, line, log)
    changed(log, line, f"shown as text, for HTML has no such element: {source}")
    return vault.put(Kind.OTHER, "&lt;" + source[1:])


def _parted(match: re.Match[str]) -> str:
    """Nothing, or a blank line where text goes on beside the tag."""
    line_start = match.string.rfind("\n", 0, match.start()) + 1
    line_end = match.string.find("\n", match.end())
    beside = (
        match.string[line_start : match.start()]
        + match.string[match.end() : None if line_end < 0 else line_end]
    )
    return (
        "\n\n"
        if re.sub(r"<[^<>]*>", "", beside).strip() and match.string[line_start : match.start()].strip()
        else ""
    )


def _image(match: re.Match[str], line: int, log: Log) -> str:
    found = attributes(match["attrs"])
    target, alt = found.pop("src", "") or found.pop("data-src", ""), found.pop("alt", "")
    if found:
        changed(log, line, f"image in HTML made Markdown, its size and style not kept: {match[0]}")
    return f"![{alt}](<{target}>)"


def _acting(match: re.Match[str], line: int, log: Log) -> str:
    found = attributes(match["attrs"])
    target = found.get("src") or found.get("data") or ""
    if match["close"]:
        return ""
    changed(log, line, f"made a link, for it must not act on a page: {match[0]}")
    if target.startswith("//"):
        target = f"https:{target}"
    return f" <{target}> " if re.match(r"https?://\S+\Z", target) else ""
