"""site, serve, regen: what builds something."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from papernotes.commands.findings import findings
from papernotes.commands.usage import CACHE, UsageError, root_folder
from papernotes.companions.regen import CompanionError, regenerate, stale
from papernotes.corpus.load import load
from papernotes.report.emit import emit


def regen(arguments: argparse.Namespace) -> int:
    """Run companions; rewrite their output and figures, or with --check report what is stale."""
    root = root_folder(Path.cwd())
    for slug in arguments.slugs:
        if not (root / "papers" / slug / "companion.py").is_file():
            raise UsageError(f"no companion: papers/{slug}/companion.py")
    try:
        if arguments.check:
            return emit(stale(root, arguments.slugs or None), "console", root, sys.stdout)
        for line in regenerate(root, arguments.slugs or None):
            print(line, flush=True)
    except CompanionError as error:
        print(f"papernotes: {error}", file=sys.stderr)
        return 1
    return 0


def site(arguments: argparse.Namespace) -> int:
    """Check, build both editions, check what was built, and put it in place."""
    from papernotes.render import publish, rendered
    from papernotes.render.site import build, mount  # MkDocs takes a third of a second to import

    root = root_folder(Path.cwd())
    out = (root / arguments.out).resolve()
    if not publish.replaceable(out):
        raise UsageError(f"--out must be a new or empty folder, or an earlier site: {out}")
    print("check the notes", flush=True)
    corpus = load(root, cache=root / CACHE)
    found = findings(root, cache=root / CACHE, corpus=corpus)
    if emit(found, "console", root, sys.stdout):
        return 1
    stage = root / ".cache"
    stage.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=stage) as folder:
        built = Path(folder) / "site"
        if problems := build(root, built, _progress, corpus=corpus):
            print("\n".join(f"papernotes: {problem}" for problem in problems), file=sys.stderr)
            return 1
        print("check the pages", flush=True)
        if emit(rendered.check(rendered.read(built, mount=mount(root))), "console", built, sys.stdout):
            return 1
        publish.publish(built, out)
    print(f"the site is in {out}", flush=True)
    return 0


def serve(arguments: argparse.Namespace) -> int:
    """Check, build and serve, rebuilding when a file changes, until interrupted."""
    from papernotes.render.serve import serve as serve_site

    root = root_folder(Path.cwd())
    host, _, port = arguments.address.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise UsageError(f"--address must be HOST:PORT: {arguments.address!r}")
    print("check the notes", flush=True)
    emit(findings(root, cache=root / CACHE), "console", root, sys.stdout)
    try:
        serve_site(root, _progress, host=host or "127.0.0.1", port=int(port))
    except OSError as error:
        raise UsageError(f"cannot serve at {arguments.address}: {error.strerror}") from None
    return 0


def _progress(line: str) -> None:
    print(line, flush=True)
