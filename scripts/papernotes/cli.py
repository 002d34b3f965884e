"""The command line: parse arguments, call the command."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence

from papernotes.commands import links_options
from papernotes.commands.usage import UsageError
from papernotes.corpus.model import EDITIONS
from papernotes.report.emit import FORMATS


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 clean, 1 findings, 2 usage or internal error.
    """
    arguments = _parser().parse_args(argv)
    module, function = arguments.run
    try:
        command: Callable[[argparse.Namespace], int] = getattr(
            importlib.import_module(f"papernotes.commands.{module}"), function
        )
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
    parser = argparse.ArgumentParser(prog="papernotes", description="Check and build the notes.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, module: str, summary: str, function: str = "") -> argparse.ArgumentParser:
        """A command: the function of its name in a module that is imported when it is called."""
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(run=(module, function or name))
        return command

    check_parser = add("check", "check", "hold every note to the rules")
    check_parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="show findings in these files or folders only"
    )
    check_parser.add_argument("--site", metavar="DIR", help="check a built site instead of the notes")
    check_parser.add_argument(
        "--select", metavar="CODES", default="", help="only these codes or families, e.g. L,C101"
    )
    check_parser.add_argument("--ignore", metavar="CODES", default="", help="not these codes or families")
    check_parser.add_argument("--format", choices=FORMATS, default="console", help="default: console")
    check_parser.add_argument("--fix", action="store_true", help="mend what has one right answer")
    check_parser.add_argument("--diff", action="store_true", help="show what --fix would change")
    check_parser.add_argument("--watch", action="store_true", help="check again whenever a file changes")
    check_parser.add_argument(
        "--no-cache", action="store_true", help="read every page and run every companion again"
    )

    new_parser = add("new", "new", "begin a note, or the translation of one")
    new_parser.add_argument(
        "work",
        metavar="WORK",
        help="arXiv identifier or address, DOI, BibTeX or a .bib file, title; or a slug",
    )
    new_parser.add_argument("--slug", default="", help="the note's name; made from the title when not given")
    new_parser.add_argument(
        "--edition", choices=EDITIONS, default=EDITIONS[0], help="zh: the translation of the page named WORK"
    )
    new_parser.add_argument("--offline", action="store_true", help="ask no registry; a title alone is enough")

    rename_parser = add("rename", "rename", "give a note another name, everywhere")
    rename_parser.add_argument("old", metavar="OLD", help="the note's name now")
    rename_parser.add_argument("new", metavar="NEW", help="the name it gets")

    regen_parser = add("regen", "build", "run companions and rewrite their output and figures")
    regen_parser.add_argument("slugs", nargs="*", metavar="SLUG", help="whose; all when none is given")
    regen_parser.add_argument("--check", action="store_true", help="write nothing, report what is stale")

    links_parser = add("links", "links", "ask whether the external links still lead somewhere")
    links_options.add_to(links_parser)

    import_parser = add("import", "bring", "turn an old notebook into draft notes", function="bring")
    import_parser.add_argument("files", nargs="+", metavar="FILE", help="a notebook, or a folder of them")
    import_parser.add_argument("--assets", metavar="DIR", help="where its images are")
    import_parser.add_argument("--lang", choices=EDITIONS, help="default: told from the text")
    import_parser.add_argument(
        "--level", type=int, choices=range(1, 7), metavar="N", help="level of the headings that begin papers"
    )
    import_parser.add_argument(
        "--slug",
        action="append",
        default=[],
        metavar="[LINE=]NAME",
        help="slug of the paper, or of the one on a line",
    )

    explain_parser = add("explain", "explain", "say what a code means, with an example")
    explain_parser.add_argument("codes", nargs="*", metavar="CODE", help="none: a line for each")

    add("schemas", "schemas", "write the JSON Schemas that editors use")

    site_parser = add("site", "build", "check, build both editions, check what was built")
    site_parser.add_argument("--out", default="site", metavar="DIR", help="default: site")

    serve_parser = add("serve", "build", "serve both editions, rebuilt when a file changes")
    serve_parser.add_argument(
        "--address", default="127.0.0.1:8000", metavar="HOST:PORT", help="default: 127.0.0.1:8000"
    )
    return parser
