"""How a project turns headings into anchors: the ``slugify`` of its table of contents."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pymdownx.slugs
import yaml
from markdown.extensions import toc

from papernotes.corpus import positioned

Slugify = Callable[[str], str]

ours: Slugify = partial(pymdownx.slugs.slugify(case="lower"), sep="-")
"""Lower case, Unicode kept: ``## 数学原理`` has a real anchor."""

_NAMES: dict[str, Callable[[str, str], str]] = {
    "markdown.extensions.toc.slugify": toc.slugify,
    "markdown.extensions.toc.slugify_unicode": toc.slugify_unicode,
}
_APPLY = "tag:yaml.org,2002:python/object/apply:pymdownx.slugs.slugify"
_NAME = "tag:yaml.org,2002:python/name:"


def configured(options: yaml.MappingNode | None) -> Slugify | None:
    """The function that the options of the ``toc`` extension name.

    Args:
        options: the extension's options in mkdocs.yml, or None when it has none.

    Returns:
        From the text of a heading to its anchor; None for a function that is not known here: then anchors
        cannot be told without running the project's own code.
    """
    found = {key: value for key, _, value in positioned.items(options)} if options else {}
    separator = positioned.text(found["separator"]) if "separator" in found else "-"
    node = found.get("slugify")
    if node is None:
        return _with(toc.slugify, separator or "-")
    if node.tag.startswith(_NAME) and node.tag.removeprefix(_NAME) in _NAMES:
        return _with(_NAMES[node.tag.removeprefix(_NAME)], separator or "-")
    if node.tag == _APPLY and isinstance(node, yaml.MappingNode):
        keywords = next((value for key, _, value in positioned.items(node) if key == "kwds"), None)
        case = None
        if isinstance(keywords, yaml.MappingNode):
            case = next(
                (positioned.text(v) for key, _, v in positioned.items(keywords) if key == "case"), None
            )
        return _with(pymdownx.slugs.slugify(case=case or "none"), separator or "-")
    return None


def _with(function: Callable[[str, str], str], separator: str) -> Slugify:
    return lambda text: function(text, separator)
