"""Pages at the former addresses of notes that lead to where they are now."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from papernotes.corpus.model import EDITIONS, Corpus

_PAGE = """<!doctype html>
<html lang="{edition}">
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="../{slug}/">
<meta name="robots" content="noindex">
<script>location.replace("../{slug}/" + location.search + location.hash)</script>
<meta http-equiv="refresh" content="0; url=../{slug}/">
<p><a href="../{slug}/">{title}</a></p>
</html>
"""
"""The script keeps the fragment of the address; without it the page still leads on."""


def redirects(corpus: Corpus, edition: str) -> Mapping[str, str]:
    """The pages of an edition, by their path in the site."""
    made = {}
    for page in corpus.pages.get(EDITIONS[0], {}).values():
        shown = corpus.page(edition, page.key) or page
        for slug in page.front.formerly:
            text = _PAGE.format(edition=edition, slug=page.slug, title=escape(shown.front.title))
            made[f"{page.kind}/{slug}/index.html"] = text
    return made
