"""What a page may embed: code and output of companions, and nothing else of the repository.

``pymdownx.snippets`` reads any file below its base path, so also ``.git/config``; and in more ways than one
sees: between fences, in a block, from a file that is embedded itself, in an entry of the bibliography.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

PUBLISHED = (".py", ".txt")


class EmbedExtension(Extension):
    """Narrows ``pymdownx.snippets``, which must stand before it."""

    def __init__(self, **options: Any) -> None:
        self.config = {"root": [".", "the repository, which holds papers/"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  Python-Markdown's name
        """Let the preprocessor find published files only; it says which it does not find."""
        papers = Path(str(self.getConfig("root"))).resolve() / "papers"
        snippets: Any = md.preprocessors["snippet"]
        find = snippets.get_snippet_path

        def published(path: str) -> str | None:
            found: str | None = find(path)
            inside = found is not None and Path(found).resolve().is_relative_to(papers)
            return found if inside and path.endswith(PUBLISHED) else None

        snippets.get_snippet_path = published


def makeExtension(**options: Any) -> EmbedExtension:  # noqa: N802  Python-Markdown's name
    """The extension, as Python-Markdown looks it up."""
    return EmbedExtension(**options)
