"""For all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from papernotes.companions.process import THREAD_VARIABLES

# As companions run: NumPy reads these when it is imported. Threads that wait for each other's turn on busy
# processors made some tests ten times slower than one thread does.
os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))

settings.register_profile(  # no test is timed
    "busy", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: they leave an event loop running, in which the link checker cannot run its own."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What a shell starts in the background ignores interruptions, and so do its children; this does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
