"""A notebook through the pipeline, without a disk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from papernotes.contribute.notebook import pipeline
from papernotes.contribute.notebook.model import (
    Draft,
    Imported,
    Library,
    Note,
    Notebook,
    Picture,
    Wishes,
    Work,
)

LIBRARY = Library(
    works=(
        Work(
            "he2016deep", "Deep Residual Learning for Image Recognition", "10.1109/CVPR.2016.90", "1512.03385"
        ),
        Work("ho2020denoising", "Denoising Diffusion Probabilistic Models", "", "2006.11239"),
    ),
    notes=(
        Note("vae", "Auto-Encoding Variational Bayes", "VAE", "kingma2014auto", ("en",), "0123456789abcdef"),
    ),
    tags=("vision", "diffusion"),
)


@dataclass
class Pictures:
    """An album that knows some images by name."""

    known: Mapping[str, str] = field(default_factory=dict)
    """Digest by file name."""
    there: Mapping[str, str] = field(default_factory=dict)
    """Digest by repository path."""

    def find(self, target: str) -> Picture | str:
        name = re.split(r"[\\/]", target)[-1]
        return Picture(Path(name), self.known[name]) if name in self.known else "not found"

    def taken(self, path: str) -> str | None:
        return self.there.get(path)


def bring(
    text: str,
    name: str = "net.md",
    wishes: Wishes | None = None,
    album: Pictures | None = None,
    library: Library = LIBRARY,
) -> Imported:
    """One notebook."""
    (done,) = pipeline.run([Notebook(name, text)], wishes or Wishes(), library, album or Pictures())
    return done


def said(draft: Draft) -> str:
    """What a draft says below its title, without the headings of empty sections."""
    text = draft.text.split("\n# ", 1)[-1].partition("\n")[2] if draft.files else draft.text
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    return "".join(
        part for part in parts if part.partition("\n")[2].strip() or not part.startswith("## ")
    ).strip()


def report(done: Imported) -> list[str]:
    """The report, a line for each remark."""
    return [f"{remark.line}: {remark.fate}: {remark.text}" for remark in done.report]
