"""The glossary page: every term in both languages, under the initial of the edition's own."""

from __future__ import annotations

from itertools import groupby

from papernotes.corpus.model import EDITIONS, Corpus
from papernotes.corpus.reference import Term, Wording
from papernotes.pages.text import front_matter, grouped, link, plain
from papernotes.pages.wording import words

_PINYIN = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_INITIALS = "ABCDEFGHJKLMNOPQRSTWXYZ"
"""GB 2312 orders its common characters by pinyin: these are the first ones of each initial."""


def glossary(corpus: Corpus, edition: str) -> str:
    """The page ``glossary.md`` of an edition.

    Args:
        corpus: the repository.
        edition: ``en`` or ``zh``; its language comes first in every record.

    Returns:
        Markdown; each term is a heading whose anchor is the term's id.
    """
    phrases = words(edition)
    parts = [
        front_matter(phrases.glossary, boost=0.4),
        f"# {phrases.glossary}\n\n{phrases.glossary_intro}\n",
    ]
    terms = sorted(corpus.glossary.terms.values(), key=lambda term: _order(term, edition))
    if not terms:
        parts.append(phrases.nothing_yet)
    for initial, group in groupby(terms, key=lambda term: _initial(_name(term, edition))):
        parts.append(
            f"## {plain(initial)} {{ #letter-{initial.lower() if initial.isalpha() else 'other'} }}\n"
        )
        parts += grouped(_record(corpus, term, edition) for term in group)
    return "\n".join(parts)


def _name(term: Term, edition: str) -> str:
    """The term in the edition's language, or in any it has."""
    wording = term.wordings.get(edition) or next(iter(term.wordings.values()), None)
    return wording.term if wording else term.id


def _order(term: Term, edition: str) -> tuple[str, bytes, str]:
    """Sorting key: initial, then pinyin order or alphabet."""
    text = _name(term, edition)
    return _initial(text), text.lower().encode("gbk", "replace"), term.id


def _initial(text: str) -> str:
    """The letter under which a name stands: A–Z by its first letter or by pinyin, else ``#``."""
    first = text[:1].upper()
    if first.isascii():
        return first if first.isalpha() else "#"
    code = first.encode("gbk", "replace")
    found = [letter for letter, start in zip(_INITIALS, _PINYIN, strict=True) if start.encode("gbk") <= code]
    return found[-1] if found else "#"


def _record(corpus: Corpus, term: Term, edition: str) -> str:
    """One term, the edition's language first."""
    phrases = words(edition)
    order = (edition, *(other for other in EDITIONS if other != edition))
    shown = [(language, term.wordings[language]) for language in order if language in term.wordings]
    lines = [f"### {plain(_name(term, edition))} {{ #{term.id} .pn-entry }}"]
    for position, (language, wording) in enumerate(shown):
        lines.append(_wording(wording, language, own=position == 0))
    if entry := corpus.bibliography.entries.get(term.ref):
        label = f"{entry.title} ({entry.year})" if entry.year else entry.title
        lines.append(f"{phrases.introduced} {link(label, f'bibliography.md#{term.ref}')}\n{{ .pn-small }}")
    return "\n\n".join(lines) + "\n"


def _wording(wording: Wording, language: str, *, own: bool) -> str:
    """A term in one language: the edition's own has its name in the heading already."""
    phrases = words(language)
    names = phrases.comma.join(map(plain, wording.aliases))
    gap = "" if language == "zh" else " "
    also = f"{gap}*{phrases.also.format(names)}*{{ .pn-also }}" if names else ""
    if own:
        return f"{plain(wording.definition)}{also}"
    text = f"**{plain(wording.term)}**{phrases.colon}{plain(wording.definition)}{also}"
    return f"{text}\n{{ lang={language} .pn-other }}"
