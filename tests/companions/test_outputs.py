"""What is committed is what the companions print and draw today."""

from __future__ import annotations

from pathlib import Path

import pytest

from papernotes.companions.regen import slugs_of, stale

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("slug", slugs_of(ROOT))
def test_output_and_figures_are_up_to_date(slug: str) -> None:
    assert stale(ROOT, [slug]) == ()
