"""The real site, built once for all tests that look at it."""

from __future__ import annotations

import fcntl
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from papernotes.corpus.load import load
from papernotes.render.site import build

ROOT = Path(__file__).resolve().parents[2]
MOUNT = "/project/"
"""The site is served below the top of its host, as on a project's pages."""
HOST = "http://papernotes.test"
"""The host for which the site is built."""


@dataclass(frozen=True)
class Built:
    """A build: folder of the site, and what MkDocs complained about."""

    site: Path
    failures: tuple[str, ...]


def build_once(factory: pytest.TempPathFactory) -> Built:
    """Build the site, or wait for the worker that does and take its result."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    record = shared / "site.json"
    with _locked(shared / "site.lock"):
        if not record.exists():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of other people's packages; ours have their own tests
                failures = build(ROOT, shared / "site", corpus=load(ROOT), site_url=f"{HOST}{MOUNT}")
            record.write_text(json.dumps(failures))
    return Built(shared / "site", tuple(json.loads(record.read_text())))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
