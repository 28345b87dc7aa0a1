"""Each stream passes the suite that ships with the platform."""

import pytest

from rustok.testing.conformance import TransportConformance
from rustok.testing.nats_server import NatsServer
from tests.streaming.stands import MemoryStand, NatsStand


class TestMemory(TransportConformance):
    @pytest.fixture
    def stand(self) -> MemoryStand:
        return MemoryStand()


class TestNats(TransportConformance):
    @pytest.fixture
    def stand(self, nats_server: NatsServer) -> NatsStand:
        return NatsStand(nats_server)
