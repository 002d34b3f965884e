"""The line that shows how far a run is."""

from __future__ import annotations

import io

import pytest

from papernotes.report.progress import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_drawn_over_itself_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream = Terminal()
    bar = Bar(stream)
    bar.show(5, 10, "2 not well")
    bar.show(6, 10, "too soon after the last to be drawn")
    bar.show(10, 10, "a note that is longer than the line can be")
    bar.clear()
    assert stream.getvalue().split("\r\033[K")[1:] == [
        "[##########..........] 5/10  2 not well",
        "[####################] 10/10  a note that is longer than th",
        "",
    ]


def test_nothing_is_drawn_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    bar = Bar(stream)
    bar.show(10, 10, "done")
    bar.clear()
    assert stream.getvalue() == ""
