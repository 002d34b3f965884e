"""The options of ``links``, apart from the command: that one is slow to import."""

from __future__ import annotations

import argparse

from papernotes.report.emit import FORMATS


def add_to(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--changed-from", metavar="REF", help="only addresses that were not there where this branch left REF"
    )
    parser.add_argument("--now", action="store_true", help="believe a failure at once, not a day later")
    parser.add_argument("--offline", action="store_true", help="ask nothing, report what is remembered")
    parser.add_argument("--fix", action="store_true", help="replace addresses that have moved for ever")
    parser.add_argument(
        "--allow-private", action="store_true", help="also ask hosts that are not on the public Internet"
    )
    parser.add_argument("--summary", metavar="FILE", help="write the state of all links as Markdown")
    parser.add_argument("--format", choices=FORMATS, default="console", help="default: console")
