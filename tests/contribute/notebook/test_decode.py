"""Bytes of notebooks, as editors on Windows save them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes.contribute.notebook.decode import UndecodableError, decode

TEXT = "# 深度学习\n\n用“引号”，公式 $α$。\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-32", "utf-32-le"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
    ],
)
def test_a_notebook_is_read_in_its_encoding(encoding: str, name: str) -> None:
    assert decode(("Note: " * 9 + TEXT).encode(encoding)) == ("Note: " * 9 + TEXT, name)


def test_western_text_is_not_taken_for_chinese() -> None:
    assert decode("Schrödinger’s café – naïve".encode("cp1252")) == ("Schrödinger’s café – naïve", "cp1252")


def test_line_ends_are_unix() -> None:
    assert decode(b"a\r\nb\rc\n") == ("a\nb\nc\n", "utf-8")


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"a\0b" * 3, b"\xff\xfea", b"caf\xe9 \x81\x8d\x01"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(data)


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=40).filter(
        lambda text: not text.startswith("\ufeff")
    )
)
def test_utf_8_is_itself(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")
