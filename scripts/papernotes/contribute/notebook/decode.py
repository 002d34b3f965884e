"""Bytes of a notebook to text: byte-order marks, UTF-16, GBK, Windows line ends."""

from __future__ import annotations

import codecs
import re

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CHINESE = 0.9
"""Least share of Chinese among the characters above ASCII for which GB 18030 is believed."""


class UndecodableError(Exception):
    """No encoding that notebooks are written in fits the bytes."""


def decode(data: bytes) -> tuple[str, str]:
    """Decode a notebook.

    Args:
        data: the file.

    Returns:
        The text with ``\\n`` line ends, and the name of the encoding.

    Raises:
        UndecodableError: it is no text in UTF-8, UTF-16, GB 18030 or Windows-1252.
    """
    text, name = _decode(data)
    if "\0" in text:
        raise UndecodableError("it holds NUL characters: is it a text file?")
    return text.replace("\r\n", "\n").replace("\r", "\n"), name


def _decode(data: bytes) -> tuple[str, str]:
    for mark, name in MARKS:
        if data.startswith(mark):
            return _strictly(data.removeprefix(mark), name), name
    if b"\0" in data[:4096]:  # UTF-16 without a mark: every second byte of Latin text is zero
        name = "utf-16-le" if data[1:4096:2].count(0) >= data[0:4096:2].count(0) else "utf-16-be"
        return _strictly(data, name), name
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        why = f"byte 0x{data[error.start]:02x} on line {data.count(10, 0, error.start) + 1} is not UTF-8"
    if re.search(rb"[\x01-\x08\x0e-\x1f]", data):
        raise UndecodableError(f"{why}, and it holds control characters: is it a text file?")
    try:
        text = data.decode("gb18030")
        foreign = [char for char in text if char > "\x7f"]
        if sum(map(_chinese, foreign)) >= CHINESE * len(foreign):
            return text, "gb18030"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise UndecodableError(f"{why}, and no other encoding fits: save it as UTF-8") from None
    letters = [char for char in text if char > "\x7f"]
    if sum(char.isalpha() or char in "‘’“”–—… °±·«»×" for char in letters) < CHINESE * len(letters):
        raise UndecodableError(f"{why}, and no other encoding fits: save it as UTF-8")
    return text, "cp1252"


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise UndecodableError(f"it is not {name}: {error.reason}") from None


def _chinese(char: str) -> bool:
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3000" <= char <= "\u303f"
        or "\uff00" <= char <= "\uffef"
        or char in "‘’“”—…·×°αβγδεθλμσφω∑√≤≥≠→∈"
    )
