"""Small repositories for tests: the demonstration tree and changes to it."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from papernotes.commands.findings import findings

DEMO = Path(__file__).parent / "demo"
_MANY = re.compile(r"\((\w) × ([\d,]+)\)")
SITE = Path(__file__).parent / "demosite"
_LINK = re.compile(r"\(a link to (.+)\)")
_ESCAPE = re.compile(r"\\x[0-9a-f]{2}|\\r$", re.MULTILINE)


def demo(folder: Path, *, built: bool = False) -> Path:
    """A copy of the demonstration repository, on which every rule is content; ``built``: with a site."""
    root = folder / "demo"
    shutil.copytree(DEMO, root, ignore=shutil.ignore_patterns("__pycache__"))
    if built:
        shutil.copytree(SITE, root / "site")
    (root / "mkdocs.yml").write_text("site_name: Demonstration\n")
    return root


def change(root: Path, path: str, *hunks: tuple[str, str]) -> None:
    """Replace each text, whole lines that occur once, by another; an empty one stands for the whole file.

    ``\\x..`` and a final ``\\r`` in the new text stand for those bytes, ``(a × 1,000)`` for a thousand a's,
    ``(a link to /etc)`` for a symbolic link; the old text ``(the whole file)`` with nothing in its place removes the file.
    """
    file = root / path
    for old, new in hunks:
        if old == "(the whole file)" and not new:
            file.unlink()
            continue
        if link := _LINK.fullmatch(new):
            file.symlink_to(link[1])
            continue
        data = _MANY.sub(lambda m: m[1] * int(m[2].replace(",", "")), new).encode()
        if _ESCAPE.search(new):
            data = re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), data)
            data = re.sub(rb"\\r$", b"\r", data, flags=re.MULTILINE)
        if not old:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data + b"\n")
            continue
        text = b"\n" + file.read_bytes()
        before = b"\n" + old.replace("{hash}", stamp(root)).encode() + b"\n"
        assert text.count(before) == 1, f"{old!r} must be lines of {path}, once"
        after = b"\n" + data + b"\n" if new else b"\n"
        file.write_bytes(text.replace(before, after)[1:])


def stamp(root: Path) -> str:
    """The first twelve digits of the English note's hash."""
    return hashlib.sha256((root / "docs/en/papers/demo.md").read_bytes()).hexdigest()[:12]


def restamp(root: Path) -> None:
    """Let the Chinese note follow the English one again."""
    page = root / "docs/zh/papers/demo.md"
    page.write_bytes(re.sub(rb"source_hash: \w+", b"source_hash: " + stamp(root).encode(), page.read_bytes()))


def project(root: Path, config: str, *, severities: bool = False, **pages: str) -> list[str]:
    """Findings in an MkDocs project: ``a__b`` stands for the page a/b.md."""
    (root / "mkdocs.yml").write_text(config)
    for name, text in pages.items():
        path = root / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = findings(root, cache=None)
    return [f"{fault.severity.value} {fault}" if severities else str(fault) for fault in found]
