"""Embedded files stand where pymdownx.snippets puts them, and every line knows where it is from."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import Markdown

from papernotes.corpus import disk, snippets
from papernotes.corpus.source import Source

FILES = ("a.md", "b.md", "deep/c.md", "none.md")
PARTS = (
    "",
    "",
    ":one",
    ":two",
    ":none",
    ":2",
    ":1:2",
    ":2:",
    "::2",
    ":-2",
    ":1:1,3:3",
    ":0:2",
    ":3:-1",
    ":9:12",
)
TARGETS = st.builds(lambda name, part: name + part, st.sampled_from(FILES), st.sampled_from(PARTS))
LINES = st.one_of(
    st.sampled_from(
        ["text", "", "  indented", "## Heading", "# --8<-- [start:one]", "# --8<-- [end:one]", "x --8<-- [start:two] y",
         "--8<-- [end:two]", ";--8<-- \"a.md\"", "--8<-- a.md", "--8<-- \"\"", "a --8<-- \"a.md\"", "8<"]
    ),
    st.builds(lambda space, mark, target: f'{space}{mark} "{target}"', st.sampled_from(["", "", "    "]),
              st.sampled_from(["--8<--", "-8<-", "---8<----"]), TARGETS),
    st.builds(lambda target: f"--8<-- '{target}'", TARGETS),
    st.builds(lambda targets: "\n".join(["--8<--", *targets, "--8<--"]),
              st.lists(st.one_of(TARGETS, TARGETS.map(lambda target: f"; {target}"), st.just("")), max_size=3)),
)  # fmt: skip
TEXTS = st.lists(LINES, max_size=6).map("\n".join)


@settings(
    max_examples=300, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(page=TEXTS, a=TEXTS, b=TEXTS, c=TEXTS)
def test_the_text_is_what_the_extension_makes(page: str, a: str, b: str, c: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "deep").mkdir()
        for name, text in zip(FILES, (a, b, c), strict=False):
            (root / name).write_text(text)

        def read(path: str) -> Source | None:
            return disk.read(root, path)[0] if (root / path).is_file() else None

        made = snippets.expand(page, "page.md", 1, snippets.finder(("",), read))
        options = {"pymdownx.snippets": {"base_path": [str(root)]}}
        oracle = Markdown(extensions=["pymdownx.snippets"], extension_configs=options)
        expected = oracle.preprocessors["snippet"].run(page.split("\n"))
        assert [line.text for line in made.lines if line.text.strip()] == [
            line for line in expected if line.strip()
        ]
        for line in made.lines:
            source = page if line.path == "page.md" else (root / line.path).read_text()
            own = source.split("\n")[line.number - 1].strip()
            assert line.text.strip() in {"", own, own.replace(";", "", 1)}
