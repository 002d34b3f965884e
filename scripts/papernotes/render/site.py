"""Build the site: both editions, and every warning of MkDocs a failure."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from papernotes.corpus.load import load
from papernotes.corpus.model import EDITIONS, Corpus

CONFIGS = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}
"""The configuration file of each edition."""


def build(
    root: Path,
    site_dir: Path,
    report: Callable[[str], None] = lambda line: None,
    *,
    corpus: Corpus | None = None,
    site_url: str | None = None,
) -> tuple[str, ...]:
    """Build both editions.

    Args:
        root: the repository.
        site_dir: where the site goes: English at its top, the other editions in folders.
        report: called with one line when a stage begins.
        corpus: what has been read already; read here otherwise.
        site_url: the address at which the site will stand, when it is not the configured one.

    Returns:
        One line for every warning or error of MkDocs and its plugins; empty when the build is good.
    """
    corpus = corpus or load(root)
    failures: list[str] = []
    for edition in EDITIONS:
        if not (root / "docs" / edition).is_dir():
            continue
        report(f"build {edition}")
        target = site_dir if edition == EDITIONS[0] else site_dir / edition
        with _warnings() as seen:
            _build(root / CONFIGS[edition], target, corpus, site_url)
        failures += (f"{CONFIGS[edition]}: {line}" for line in seen)
    return tuple(dict.fromkeys(failures))


def mount(root: Path) -> str:
    """The path at which the site will stand on its host, with slashes at both ends.

    Args:
        root: the repository; its configuration names the address.
    """
    from mkdocs.config import load_config

    address = load_config(str(root / CONFIGS[EDITIONS[0]])).site_url or ""
    return f"{urlsplit(address).path.rstrip('/')}/"


def _build(config_file: Path, site_dir: Path, corpus: Corpus, site_url: str | None) -> None:
    """Build one edition; what goes wrong is logged."""
    # Imported here: MkDocs takes a third of a second that other commands need not wait for. Material prints
    # an announcement about another product unless this is set.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    import jieba
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    jieba.setLogLevel(logging.WARNING)  # it narrates the loading of its dictionary
    log = logging.getLogger("mkdocs.papernotes")
    options = {"site_url": site_url} if site_url is not None else {}
    try:
        config = load_config(str(config_file), site_dir=str(site_dir), strict=False, **options)
        plugin = config.plugins.get("papernotes")
        if plugin is not None:
            plugin.corpus = corpus
        if bibtex := config.plugins.get("bibtex"):
            bibtex.last_configured = None  # it is kept between builds, and would keep its bibliography too
        config.plugins.on_startup(command="build", dirty=False)
        mkdocs_build(config)
        config.plugins.on_shutdown()
    except MkDocsException as error:
        log.error("%s", error)
    except Exception as error:  # a plugin that fails is a finding like any other, not the end of the run
        log.error("%s: %s", type(error).__name__, error)


class _Collector(logging.Handler):
    """Keeps the messages of warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message on one line; that an unknown citation cannot be formatted is said once."""
        line = " ".join(record.getMessage().split())
        unknown = line.replace("Error formatting citation", "Citing unknown reference key")
        if not any(unknown.startswith(f"{kept} ") for kept in self.lines):
            self.lines.append(line)


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collect what MkDocs and its plugins complain about, instead of printing it."""
    collector = _Collector()
    logger = logging.getLogger("mkdocs")
    propagate, level = logger.propagate, logger.level
    logger.addHandler(collector)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield collector.lines
    finally:
        logger.removeHandler(collector)
        logger.propagate = propagate
        logger.setLevel(level)
