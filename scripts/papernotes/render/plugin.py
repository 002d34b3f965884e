"""The MkDocs plugin: hands the pages that pure functions make to MkDocs."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as SitePage

from papernotes.corpus.document import Page
from papernotes.corpus.load import load
from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.pages import metadata
from papernotes.pages.around import connections
from papernotes.pages.bibliography import bibliography
from papernotes.pages.cards import flashcards
from papernotes.pages.citations import mask, references, unmask
from papernotes.pages.compose import compose
from papernotes.pages.data import data
from papernotes.pages.feed import PATH as FEED
from papernotes.pages.glossary import glossary
from papernotes.pages.library import library
from papernotes.pages.map import paper_map
from papernotes.pages.misreadings import misreadings
from papernotes.pages.navigation import navigation
from papernotes.pages.numbers import numbers
from papernotes.pages.paths import path_pages, paths
from papernotes.pages.previews import preview
from papernotes.pages.questions import questions
from papernotes.pages.redirects import redirects
from papernotes.pages.rules import rules
from papernotes.pages.search import BOOSTS
from papernotes.pages.tags import tags
from papernotes.pages.text import relative
from papernotes.pages.wording import tag_name, words
from papernotes.render import downloads, fonts
from papernotes.render.catalogue import texts
from papernotes.render.lexicon import Lexicon, lexicon
from papernotes.render.previews import Find
from papernotes.render.search import rewrite
from papernotes.render.view import alternates, edit_address, shorten, standing

_HERE = Path(__file__).parent
_PUBLISHED = (".svg", ".png", ".py", ".txt")
"""What the site takes from the folders under papers/."""


class Options(Config):  # type: ignore[no-untyped-call]
    """The plugin has no options: what it needs is in the corpus and in the configuration of the site."""


class PaperNotesPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Adds the generated pages, the figures and the pages of the other edition to one edition's build."""

    corpus: Corpus | None = None
    """Set by whoever builds both editions, so that the disk is read once; read here otherwise."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the corpus; bring our templates and assets into the theme."""
        self.root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
        self.edition = Path(config.docs_dir).name if Path(config.docs_dir).name in EDITIONS else EDITIONS[0]
        self.data = self.corpus or load(self.root)
        self.connections = connections(self.data, self.edition)
        self.lexicons = {edition: lexicon(self.data.glossary, edition) for edition in EDITIONS}
        if config.site_url and self.edition != EDITIONS[0]:
            config.site_url = f"{config.site_url.rstrip('/')}/{self.edition}/"
        config.theme.dirs.insert(0, str(_HERE / "templates"))
        config.extra["alternate"] = True  # the header shows the language switch; our template fills it
        config.extra_css.append("assets/papernotes/site.css")
        config.extra_javascript += ["assets/papernotes/previews.js", "assets/papernotes/site.js"]
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add generated pages, untranslated pages, figures and assets, and set the navigation."""
        corpus, edition = self.data, self.edition
        made = {
            "bibliography": bibliography(corpus, edition),
            "glossary": glossary(corpus, edition),
            "map": paper_map(corpus, edition),
            "paths": paths(corpus, edition),
            "numbers": numbers(corpus, edition),
            "questions": questions(corpus, edition),
            "tags": tags(edition),
            "library": library(corpus, edition),
            "misreadings": misreadings(corpus, edition),
            "flashcards": flashcards(edition),
            "data": data(corpus, edition),
            "guide/rules": rules(texts()),
        }
        for key, content in made.items():
            _add(files, File.generated(config, f"{key}.md", content=content))
        for key, content in path_pages(corpus, edition).items():
            aside = InclusionLevel.NOT_IN_NAV
            _add(files, File.generated(config, f"{key}.md", content=content, inclusion=aside))
        for path in sorted(corpus.files):
            folder, _, rest = path.partition("/")
            if folder == "papers" and "/" in rest and path.endswith(_PUBLISHED):
                _add(files, self._file(config, path, self.root))
            elif path.startswith(f"docs/{EDITIONS[0]}/"):
                inside = path.removeprefix(f"docs/{EDITIONS[0]}/")
                if inside not in files.src_uris:
                    _add(files, self._file(config, inside, self.root / "docs" / EDITIONS[0]))
        for asset in sorted((_HERE / "assets").rglob("*")):
            if asset.is_file():
                name = f"assets/papernotes/{asset.relative_to(_HERE / 'assets').as_posix()}"
                _add(files, File.generated(config, name, abs_src_path=str(asset)))
        config.nav = navigation(corpus, edition)
        return files

    def on_page_read_source(self, *, page: SitePage, config: MkDocsConfig) -> str | None:
        """The text that the corpus has read: without byte-order mark, with uniform line ends."""
        ours = self._page(page)
        return ours.source.text if ours else None

    @event_priority(100)
    def _before(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Compose a page, before mkdocs-bibtex reads it."""
        ours = self._page(page)
        config.mdx_configs["papernotes.render.terms"] = self._terms(ours)
        config.mdx_configs["papernotes.render.previews"] = self._previews(page, ours)
        if ours is None:
            return mask(markdown)
        page.meta.clear()  # the checker has read the front matter; here only what Material is to know
        page.meta.update(self._meta(ours))
        page.edit_url = edit_address(config.extra, ours.source.path)
        return compose(self.data, ours, self.edition, self.connections)

    @event_priority(-100)
    def _after(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Complete the references that mkdocs-bibtex has appended."""
        ours = self._page(page)
        return references(unmask(markdown), ours) if ours else unmask(markdown)

    on_page_markdown = CombinedEvent(_before, _after)

    def on_page_context(self, context: Any, *, page: SitePage, config: MkDocsConfig, nav: Any) -> Any:
        """Tell the templates where the page's other edition is and how the translation stands."""
        key = page.file.src_uri.removesuffix(".md")
        shorten(page.toc)
        context["papernotes"] = {
            "alternates": alternates(self.data, self.edition, key, page.url),
            "standing": standing(self.data, self.edition, key),
            "again": words(self.edition).again,
            "feed": relative(page.url + "x", FEED),
        }
        if ours := self._page(page):
            address = page.canonical_url or ""
            card = f"{config.site_url.rstrip('/')}/assets/papernotes/card.png" if config.site_url else ""
            described = metadata.tags(self.data, ours, self.edition, address, card=card)
            context["papernotes"]["tags"] = described
            context["papernotes"]["json_ld"] = metadata.json_ld(self.data, ours, self.edition, address)
        return context

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Add the math font, cut down to the formulas of the rendered pages."""
        self.contents = {
            file.src_uri.removesuffix(".md"): file.page.content or ""
            for file in files.documentation_pages()
            if file.page
        }
        for page in (file.page for file in files.documentation_pages()):
            if page and page.canonical_url:  # the sitemap, which is made next, has full addresses
                key = page.file.src_uri.removesuffix(".md")
                twins = alternates(self.data, self.edition, key, page.url)
                page.meta["alternates"] = [(o.language, urljoin(page.canonical_url, o.href)) for o in twins]
        font = fonts.subset(fonts.characters(self.contents.values()), self.root / ".cache" / "fonts")
        name = f"assets/papernotes/fonts/{fonts.NAME}"
        _add(files, File.generated(config, name, content=font))
        return env

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Complete the search index, write the files to take away, lead on from former addresses."""
        site = Path(config.site_dir)
        rewrite(self.data, self.edition, site)
        downloads.write(self.data, self.edition, site, config.site_url or "", self.contents)
        for path, text in redirects(self.data, self.edition).items():
            target = Path(config.site_dir) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def _page(self, page: SitePage) -> Page | None:
        """Our page behind one of MkDocs', or None for a generated page."""
        if page.file.generated_by:
            return None
        return self.data.page(self.edition, page.file.src_uri.removesuffix(".md"))

    def _meta(self, page: Page) -> dict[str, Any]:
        """What Material shows of a page: title, description, tags, and whether the navigation is left out.

        Its templates put texts into HTML as they are.
        """
        front = self.data.front(page)
        boost = {"search": {"boost": BOOSTS[page.kind]}}
        meta: dict[str, Any] = {**boost, "tags": [tag_name(tag, self.edition) for tag in front.tags]}
        if title := page.front.title or front.title:
            meta["title"] = escape(title)
        if summary := page.front.tldr or front.tldr:
            meta["description"] = escape(summary)
        if page.key == "index":
            meta["hide"] = ["navigation"]  # it would hold the page itself only
        return meta

    def _terms(self, page: Page | None) -> dict[str, Lexicon | str]:
        """The options of the terms extension for a page: none on generated pages."""
        known = self.lexicons.get(page.edition) if page else None
        return {"lexicon": known, "glossary": relative(page.key, "glossary.md")} if page and known else {}

    def _previews(self, page: SitePage, ours: Page | None) -> dict[str, Find | str]:
        """The options of the previews extension."""
        key = page.file.src_uri.removesuffix(".md")

        def find(target: str, anchor: str) -> str:
            language = ours.edition if ours else self.edition
            return preview(self.data, language, target, anchor, here=key)

        return {"find": find, "page": key}

    def _file(self, config: MkDocsConfig, path: str, folder: Path) -> File:
        """A file of the repository that lies outside the edition's own folder."""
        return File(path, str(folder), config.site_dir, config.use_directory_urls)


def _add(files: Files, file: File) -> None:
    """Add a file; one that is there already gives way."""
    if present := files.src_uris.get(file.src_uri):
        files.remove(present)
    files.append(file)
