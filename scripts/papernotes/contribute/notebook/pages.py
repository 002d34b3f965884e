"""The files of a draft: front matter with what is known, the title, the body."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping

from papernotes.contribute.notebook.identity import SLUG, Paper
from papernotes.contribute.notebook.model import Library
from papernotes.corpus.sections import SECTIONS


def folded(name: str) -> str:
    """A page's name as links are matched: without suffix, Notion's identifier, case and spaces."""
    stem = re.sub(r"\.(?:md|markdown)\Z", "", name, flags=re.IGNORECASE)
    stem = re.sub(r"[ -][0-9a-f]{32}\Z", "", stem)
    return "".join(char for char in unicodedata.normalize("NFKC", stem).casefold() if char.isalnum())


def files(
    paper: Paper, edition: str, properties: Mapping[str, str], body: str, library: Library
) -> tuple[dict[str, str], str]:
    """The files of a draft.

    Args:
        paper: what is known of the paper.
        edition: ``en`` or ``zh``; a Chinese page without an English one gets a scaffold of that.
        properties: what else the front matter may say.
        body: the page below its title.
        library: the repository.

    Returns:
        Texts by path, the page that holds the body last; and why nothing may be written, or empty.
    """
    if not paper.slug:
        return {}, f"give it a slug: {paper.origin}"
    if not SLUG.match(paper.slug):
        return {}, f"a slug is lower-case letters and digits, beginning with a letter: {paper.slug!r}"
    note = next((one for one in library.notes if one.slug == paper.slug), None)
    if note and note.bib != paper.bib and (note.bib or folded(note.short) != folded(paper.short)):
        return {}, f"{paper.slug} is the note on {note.title}: choose another slug"
    english = {"title": paper.title, "short": paper.short}
    if paper.bib:
        english["bib"] = paper.bib
    head = {
        **english,
        "status": "draft",
        **{key: properties[key] for key in ("tags", "tldr") if key in properties},
    }
    if edition == "en":
        return {f"docs/en/papers/{paper.slug}.md": _page(head, paper.title, body)}, ""
    files = {}
    digest = note.digest if note and "en" in note.editions else ""
    if not digest:
        scaffold = _page(
            {key: value for key, value in head.items() if key != "tldr"},
            paper.title,
            "\n\n".join(f"## {name}" for name in SECTIONS["en"]),
        )
        files[f"docs/en/papers/{paper.slug}.md"] = scaffold
        digest = hashlib.sha256(scaffold.encode()).hexdigest()
    front = {"title": paper.heading or paper.title, "short": paper.short}
    front |= {key: properties[key] for key in ("tldr",) if key in properties}
    front |= {"source_hash": digest[:12]}
    files[f"docs/zh/papers/{paper.slug}.md"] = _page(front, front["title"], body)
    return files, ""


def _page(front: Mapping[str, str], title: str, body: str) -> str:
    lines = [f"{key}: {value if key == 'tags' else _scalar(value)}" for key, value in front.items()]
    empty = "{}" if "source_hash" in front else "[]"
    return "\n".join(["---", *lines, f"numbers: {empty}", "---", "", f"# {title}", "", body, ""])


def _scalar(value: str) -> str:
    """A YAML value, in quotes when it needs them."""
    if (
        re.fullmatch(r"[A-Za-z\u4e00-\u9fff][\w ,.()/+·，。（）、-]*", value)
        and not re.fullmatch(r"(?i)true|false|yes|no|on|off|null|y|n", value)
        and value == value.strip()
    ):
        return value
    return json.dumps(value, ensure_ascii=False)
