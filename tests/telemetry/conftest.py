"""A collector to send to."""

from collections.abc import Iterator

import pytest

from tests.telemetry.collector import Collector, collecting


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector of the test's own."""
    with collecting() as found:
        yield found
