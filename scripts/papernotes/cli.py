"""Commands: parse arguments, call, hand to report."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from papernotes.companions.regen import CompanionError, regenerate, stale
from papernotes.companions.run import recompute
from papernotes.contribute import fix
from papernotes.corpus import disk, project
from papernotes.corpus.load import load
from papernotes.corpus.near import suggestion
from papernotes.diagnostics import Diagnostic
from papernotes.report.emit import FORMATS, emit
from papernotes.rules.registry import RULES, Given, check

CACHE = ".cache/papernotes"
WATCH_SECONDS = 0.3
"""How often --watch looks for a change."""


class UsageError(Exception):
    """A command that cannot be carried out as given; the message says what to do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 clean, 1 findings, 2 usage or internal error.
    """
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return command(arguments)
    except UsageError as error:
        print(f"papernotes: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone; nothing is left to say
        return 2
    except KeyboardInterrupt:
        print("papernotes: stopped", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="papernotes", description=__doc__ and "Check and build the notes.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(run=run)
        return command

    checking = add("check", _check, "hold every note to the rules")
    checking.add_argument(
        "paths", nargs="*", metavar="PATH", help="show findings in these files or folders only"
    )
    checking.add_argument("--site", metavar="DIR", help="check a built site instead of the notes")
    checking.add_argument(
        "--select", metavar="CODES", default="", help="only these codes or families, e.g. L,C101"
    )
    checking.add_argument("--ignore", metavar="CODES", default="", help="not these codes or families")
    checking.add_argument("--format", choices=FORMATS, default="console", help="default: console")
    checking.add_argument("--fix", action="store_true", help="mend what has one right answer")
    checking.add_argument("--diff", action="store_true", help="show what --fix would change, write nothing")
    checking.add_argument("--watch", action="store_true", help="check again whenever a file changes")
    checking.add_argument("--no-cache", action="store_true", help="run every companion again")

    regen = add("regen", _regen, "run companions and rewrite their output and figures")
    regen.add_argument("slugs", nargs="*", metavar="SLUG", help="whose; all when none is given")
    regen.add_argument("--check", action="store_true", help="write nothing, report what is stale")

    explain = add("explain", _explain, "say what a code means, with an example")
    explain.add_argument("codes", nargs="*", metavar="CODE", help="all, one line each, when none is given")

    site = add("site", _site, "check, build both editions, check what was built")
    site.add_argument("--out", default="site", metavar="DIR", help="default: site")

    serve = add("serve", _serve, "serve both editions, rebuilt when a file changes")
    serve.add_argument(
        "--address", default="127.0.0.1:8000", metavar="HOST:PORT", help="default: 127.0.0.1:8000"
    )
    return parser


def root_folder(start: Path) -> Path:
    """The repository: the nearest folder upwards that holds mkdocs.yml.

    Raises:
        UsageError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file():
            return folder
    raise UsageError(f"no mkdocs.yml in {start} or above: run this inside the repository")


def findings(
    root: Path, *, cache: Path | None, select: Sequence[str] = (), ignore: Sequence[str] = ()
) -> tuple[Diagnostic, ...]:
    """Load, recompute and check.

    Args:
        root: the repository.
        cache: where companions' results are kept; None runs them all.
        select: code prefixes to run; none means all.
        ignore: code prefixes to leave out.
    """
    corpus = load(root)
    companions = any(code.startswith(tuple(select) or ("",)) for code in ("R105", "R202"))
    outcomes = recompute(corpus, cache=cache) if companions else {}
    return check(Given(corpus, outcomes), select, ignore)


def _check(arguments: argparse.Namespace) -> int:
    root = root_folder(Path.cwd())
    if arguments.site:
        return emit(_site_findings(root, Path(arguments.site)), arguments.format, root, sys.stdout)
    if arguments.watch:
        return _watch(root, arguments)
    found = _shown(root, arguments)
    if arguments.fix or arguments.diff:
        changes = fix.fixed(root, found)
        if arguments.diff:
            sys.stdout.write(fix.diff(changes))
            return int(bool(changes))
        fix.write(root, changes)
        print("".join(f"mended {path}\n" for path in changes), end="")
        found = _shown(root, arguments)
    titles = {code: entry.title for code, entry in RULES.items()}
    return emit(found, arguments.format, root, sys.stdout, titles)


def _watch(root: Path, arguments: argparse.Namespace) -> int:
    """Check again whenever a file changes, until interrupted."""
    layout, _ = project.read(root)
    while True:
        seen = disk.snapshot(root, layout.tops)
        print("\033[2J\033[H" if sys.stdout.isatty() else "", end="")
        emit(_shown(root, arguments), arguments.format, root, sys.stdout)
        while disk.snapshot(root, layout.tops) == seen:
            time.sleep(WATCH_SECONDS)


def _shown(root: Path, arguments: argparse.Namespace) -> list[Diagnostic]:
    """The findings that the command line asks for."""
    select, ignore = _codes(arguments.select), _codes(arguments.ignore)
    cache = None if arguments.no_cache else root / CACHE
    wanted = [_inside(root, path) for path in arguments.paths]
    return [
        fault
        for fault in findings(root, cache=cache, select=select, ignore=ignore)
        if not wanted or any(f"{fault.path}/".startswith(path) for path in wanted)
    ]


def _inside(root: Path, path: str) -> str:
    """A path of the command line as the start of repository paths."""
    full = (Path.cwd() / path).resolve()
    if not full.exists():
        raise UsageError(f"no such file or folder: {path}")
    if not full.is_relative_to(root.resolve()):
        raise UsageError(f"not in the repository: {path}")
    relative = full.relative_to(root.resolve()).as_posix()
    return "" if relative == "." else f"{relative}/"


def _site_findings(root: Path, site: Path) -> tuple[Diagnostic, ...]:
    from papernotes.render import rendered

    if not (site / "index.html").is_file():
        raise UsageError(f"no built site in {site}: run `papernotes site`")
    return rendered.check(rendered.read(site, root))


def _codes(text: str, known_codes: Iterable[str] = RULES) -> list[str]:
    codes = [code.strip().upper() for code in text.split(",") if code.strip()]
    for code in codes:
        if not any(known.startswith(code) for known in known_codes):
            near = suggestion(code, known_codes) or "`papernotes explain` lists them"
            raise UsageError(f"no code begins with {code!r}: {near}")
    return codes


def _explain(arguments: argparse.Namespace) -> int:
    from papernotes.render.catalogue import texts

    if not arguments.codes:
        for code, text in texts().items():
            print(f"{code}  {text.splitlines()[0]}")
        return 0
    for code in _codes(",".join(arguments.codes), texts()):
        for known, text in texts().items():
            if known.startswith(code):
                print(f"{known}  {text}\n")
    return 0


def _regen(arguments: argparse.Namespace) -> int:
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


def _site(arguments: argparse.Namespace) -> int:
    from papernotes.render import publish, rendered, site  # MkDocs takes a third of a second to import

    root = root_folder(Path.cwd())
    out = (root / arguments.out).resolve()
    if not publish.replaceable(out):
        raise UsageError(f"--out must be a new or empty folder, or an earlier site: {out}")
    print("check the notes", flush=True)
    corpus = load(root)
    found = check(Given(corpus, recompute(corpus, cache=root / CACHE)))
    if emit(found, "console", root, sys.stdout):
        return 1
    stage = root / ".cache"
    stage.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=stage) as folder:
        built = Path(folder) / "site"
        if problems := site.build(root, built, _progress, corpus=corpus):
            print("\n".join(f"papernotes: {problem}" for problem in problems), file=sys.stderr)
            return 1
        print("check the pages", flush=True)
        if emit(rendered.check(rendered.read(built)), "console", built, sys.stdout):
            return 1
        publish.publish(built, out)
    print(f"the site is in {out}", flush=True)
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from papernotes.render import serve

    root = root_folder(Path.cwd())
    host, _, port = arguments.address.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise UsageError(f"--address must be HOST:PORT: {arguments.address!r}")
    print("check the notes", flush=True)
    emit(findings(root, cache=root / CACHE), "console", root, sys.stdout)
    try:
        serve.serve(root, _progress, host=host or "127.0.0.1", port=int(port))
    except OSError as error:
        raise UsageError(f"cannot serve at {arguments.address}: {error.strerror}") from None
    return 0


def _progress(line: str) -> None:
    print(line, flush=True)
