"""For all tests."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: they leave an event loop running, in which the link checker cannot run its own."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
