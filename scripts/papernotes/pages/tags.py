"""The tags page: Material's tags plugin fills it in."""

from __future__ import annotations

from papernotes.pages.text import front_matter
from papernotes.pages.wording import words


def tags(edition: str) -> str:
    """The page ``tags.md`` of an edition, with the directive that the tags plugin replaces by the listing."""
    phrases = words(edition)
    head = front_matter(phrases.tags, exclude=True)
    return f"{head}# {phrases.tags}\n\n{phrases.tags_intro}\n\n<!-- material/tags -->\n"
