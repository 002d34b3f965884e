"""What the rules are silent about in a project of others, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from papernotes.rules.registry import Given
from papernotes.rules.targets import strays


def unchecked(given: Given) -> Iterator[str]:
    """A line for each kind of thing that was not checked, with who makes it."""
    corpus = given.corpus
    yield from corpus.unknown.notes()
    for name, count in sorted(Counter(corpus.open_pages.values()).items()):
        yield f"anchors and labels of {count} page{'s' * (count > 1)}: {name} puts something there"
    unread = sorted(page.source.path for page in corpus.every_page() if page.document.unread)
    if unread and not corpus.ours:
        yield f"what Python-Markdown makes of {', '.join(unread)}: too large, or too deep, to be rendered here"
    if corpus.ignored:
        targets = {target.path for _, _, target in strays(given)} - corpus.files
        if made := sorted(path for path in targets if path and corpus.ignores(path)):
            yield f"links to files that git ignores: {', '.join(made)}"
