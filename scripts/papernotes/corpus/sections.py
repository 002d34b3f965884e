"""Names that are fixed: the sections of a note, in order, in both editions, and the generated pages."""

from __future__ import annotations

import re

SECTIONS = {
    "en": (
        "Problem",
        "Idea",
        "How it works",
        "Evidence",
        "Limits and legacy",
        "Questions readers ask",
        "Misreadings",
        "Errata and differences",
        "Check yourself",
    ),
    "zh": (
        "问题背景",
        "核心思想",
        "工作原理",
        "实验证据",
        "局限与影响",
        "读者常问",
        "常见误读",
        "勘误与差异",
        "自测",
    ),
}
QUESTIONS = 5
"""Index of the section whose level-3 headings are questions."""
MISREADINGS = 6
"""Index of the section whose bullets are misreadings."""
EXERCISES = 8
"""Index of the section of exercises."""
SLUG = re.compile(r"[a-z][a-z0-9]*\Z")
"""The name of a note: file name, folder under papers/ and Python identifier at once."""
NUMBERS = {"en": "Numbers", "zh": "数字"}
"""Heading of the generated ledger table at the end of a note."""
INDEXES = (
    *("library", "paths", "map", "questions", "misreadings", "flashcards"),
    *("numbers", "glossary", "bibliography", "tags", "data"),
)
"""Index pages made at build time, in the order of the navigation."""
GENERATED = (*INDEXES, "guide/rules")
"""Every page that no file stands behind; linked like any other."""
