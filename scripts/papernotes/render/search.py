"""Material's search index, completed and divided: settings for every page, records for a search."""

from __future__ import annotations

import json
from pathlib import Path

from papernotes.corpus.model import Corpus
from papernotes.pages.search import named

SETTINGS = "search/search_index.json"
"""What Material reads with every page."""
RECORDS = "search/notes.json"
"""What our worker reads when somebody is about to search: see assets/search.js."""


def rewrite(corpus: Corpus, edition: str, site_dir: Path) -> None:
    """Add the names of pages to the index of a built edition and move its records to a file of their own.

    Args:
        corpus: the repository.
        edition: the edition that was built.
        site_dir: its folder.
    """
    import jieba  # here, because its dictionary takes a second to load

    settings = site_dir / SETTINGS
    index = json.loads(settings.read_text(encoding="utf-8"))
    records = named(corpus, edition, index["docs"], jieba.cut)
    for path, content in ((site_dir / RECORDS, records), (settings, {**index, "docs": []})):
        path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
