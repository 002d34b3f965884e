"""The reading paths: a page with all of them, a page for each, and on every step the way on and back."""

from __future__ import annotations

import json
from html import escape

from papernotes.corpus.document import Page
from papernotes.corpus.model import Corpus, ReadingPath
from papernotes.pages.bibliography import name
from papernotes.pages.text import front_matter, link, plain, relative
from papernotes.pages.wording import words


def paths(corpus: Corpus, edition: str) -> str:
    """The page ``paths.md`` of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.

    Returns:
        Markdown: a section a path, with its steps as a numbered list. Steps without a page are left out.
    """
    phrases = words(edition)
    parts = [
        front_matter(phrases.paths, boost=0.4),
        f"# {phrases.paths}\n\n{phrases.paths_intro}\n",
    ]
    for path in corpus.paths.paths.values():
        title = link(path.title[edition], f"paths/{path.id}.md")
        parts.append(f"## {title} {{ #{path.id} }}\n\n{_described(corpus, path, edition, 'paths')}")
    if not corpus.paths.paths:
        parts.append(f"{phrases.nothing_yet}\n")
    return "\n".join(parts)


def path_pages(corpus: Corpus, edition: str) -> dict[str, str]:
    """A page for every path, by key: ``paths/residual``.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``.
    """
    phrases = words(edition)
    made = {}
    for path in corpus.paths.paths.values():
        key, title = f"paths/{path.id}", path.title[edition]
        quoted = json.dumps(escape(title), ensure_ascii=False)  # Material puts titles into HTML as they are
        head = f"{front_matter(quoted, exclude=True)}# {plain(title)}\n\n"
        back = link(phrases.paths, "../paths.md")
        made[key] = f"{head}{_described(corpus, path, edition, key)}\n{back}\n{{ .pn-small }}\n"
    return made


def _described(corpus: Corpus, path: ReadingPath, edition: str, key: str) -> str:
    """What a path asks, and its steps as a numbered list, for the page with that key."""
    steps = "\n".join(
        f"{number}. {link(name(page), relative(key, f'{page.key}.md'))}{{ .pn-name }} {plain(why)}"
        for number, (page, why) in enumerate(_steps(corpus, path, edition), 1)
    )
    return f'{plain(path.intro[edition])}\n\n<div class="pn-path" markdown="1">\n\n{steps}\n\n</div>\n'


def trail(corpus: Corpus, page: Page, edition: str) -> str:
    """The way on and back from a page, on every path that it is a step of.

    Args:
        corpus: the repository.
        page: the page, in whichever language it is shown.
        edition: the edition that shows it.

    Returns:
        Markdown, a paragraph a path; empty when the page is on none.
    """
    phrases = words(page.edition)
    lines = []
    for path, index, steps in _on(corpus, page, edition):
        title = link(path.title[page.edition], relative(page.key, f"paths/{path.id}.md"))
        ways = [phrases.step.format(title, index + 1, len(steps))]
        if index > 0:
            ways.append(_way(page, steps[index - 1], phrases.previous, "prev"))
        if index + 1 < len(steps):
            ways.append(_way(page, steps[index + 1], phrases.following, "next"))
        lines.append(" · ".join(ways))
    listed = "\n\n".join(lines)
    return f'<div class="pn-trail" markdown="1">\n\n{listed}\n\n</div>' if lines else ""


def following(corpus: Corpus, page: Page, edition: str) -> tuple[tuple[Page, ReadingPath], ...]:
    """The next page on each path that a page is a step of."""
    return tuple(
        (steps[index + 1], path)
        for path, index, steps in _on(corpus, page, edition)
        if index + 1 < len(steps)
    )


def _way(page: Page, other: Page, phrase: str, relation: str) -> str:
    """A link to the step before or after."""
    target = relative(page.key, f"{other.key}.md")
    return f"{link(phrase.format(name(other)), target)}{{ rel={relation} }}"


def _on(corpus: Corpus, page: Page, edition: str) -> list[tuple[ReadingPath, int, list[Page]]]:
    """The paths that a page is a step of, with its place among the steps."""
    found = []
    for path in corpus.paths.paths.values():
        steps = [step for step, _ in _steps(corpus, path, edition)]
        at = next((i for i, step in enumerate(steps) if step.key == page.key), None)
        if at is not None:
            found.append((path, at, steps))
    return found


def _steps(corpus: Corpus, path: ReadingPath, edition: str) -> list[tuple[Page, str]]:
    """The pages of a path as an edition shows them, each with what to take along from it."""
    shown = ((corpus.page(edition, step.page), step.why[edition]) for step in path.steps)
    return [(page, why) for page, why in shown if page is not None]
