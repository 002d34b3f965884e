"""The questions page: what the notes answer, and what they leave open."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papernotes.corpus.document import Heading, Page
from papernotes.corpus.model import Corpus
from papernotes.pages.bibliography import name
from papernotes.pages.text import front_matter, link, plain
from papernotes.pages.wording import words

_ATTRIBUTES = re.compile(r"\{[^{}]*\}\s*$")


def questions(corpus: Corpus, edition: str) -> str:
    """The page ``questions.md`` of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown: the open questions, then the answered ones, each under its note.
    """
    phrases = words(edition)
    asked = [(note, question) for note in corpus.notes(edition) for question in of_note(note)]
    is_open = [(note, q) for note, q in asked if "open" in q.classes]
    answered = [(note, q) for note, q in asked if "open" not in q.classes]
    parts = [
        front_matter(phrases.questions, exclude=True),
        f"# {phrases.questions}\n\n{phrases.questions_intro}\n",
        f"## {phrases.open_questions} {{ #open }}\n",
        _listed(is_open) or f"{phrases.no_open_questions}\n",
        f"## {phrases.answered_questions} {{ #answered }}\n",
        _listed(answered) or f"{phrases.nothing_yet}\n",
    ]
    return "\n".join(parts)


def of_note(page: Page) -> tuple[Heading, ...]:
    """The questions of a note: its third-level headings that end in a question mark."""
    return tuple(
        heading
        for heading in page.document.headings
        if heading.level == 3 and heading.text.rstrip().endswith(("?", "？"))
    )


def _listed(asked: Iterable[tuple[Page, Heading]]) -> str:
    """A list of links per note, under the note's name."""
    parts: list[str] = []
    last = ""
    for note, question in asked:
        if note.key != last:
            parts.append(f"\n**{link(name(note), f'{note.key}.md')}**\n{{ .pn-asked }}\n")
            last = note.key
        parts.append(f"- [{_written(note, question)}]({note.key}.md#{question.anchor})")
    return "\n".join(parts) + "\n" if parts else ""


def _written(page: Page, heading: Heading) -> str:
    """A heading as it is written, with its formulas and code, unless it holds what a link's text cannot."""
    lines = page.body.split("\n")
    index = heading.place.line - page.body_line
    line = lines[index] if 0 <= index < len(lines) else ""
    text = _ATTRIBUTES.sub("", line.lstrip("# ")).strip()
    return plain(heading.text) if not text or "[" in text or "<" in text else text
