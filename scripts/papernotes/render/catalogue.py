"""Every code that the tool reports, with its documentation."""

from __future__ import annotations

import inspect

from papernotes.render.rendered import CHECKS, OF_PICTURES
from papernotes.rules.registry import RULES


def texts() -> dict[str, str]:
    """The documentation of each code: of the rules for notes and of the checks of built pages."""
    of_pages = {code: inspect.cleandoc(find.__doc__ or "") for code, find in (CHECKS | OF_PICTURES).items()}
    return dict(sorted({**{code: entry.text for code, entry in RULES.items()}, **of_pages}.items()))
