"""Streams of one address, and what comes over them."""

from typing import Any

import msgspec
import pytest

from rustok.app.limits.settings import RateLimitSettings
from rustok.app.web.subscriptions.hub import Hub, TooManyConnections
from rustok.app.web.subscriptions.settings import SubscriptionSettings
from rustok.core.context import TenantRef
from rustok.testing.databases import TestDatabase
from tests.api.subscribers import serving_here

VERSION = "{ version }"


def with_limits(database: TestDatabase, **limits: Any) -> TestDatabase:
    """The database for a server with these limits."""
    sections = {**database.config.sections, "rate_limits": RateLimitSettings(**limits)}
    config = msgspec.structs.replace(database.config, sections=sections)
    return msgspec.structs.replace(database, config=config)


async def test_an_address_has_so_many_streams_whichever_tenants_they_are_to(
    database: TestDatabase, tenant: TenantRef, other_tenant: TenantRef
) -> None:
    async with (
        serving_here(database, connections_per_address=2) as stage,
        stage.client(tenant) as one,
        stage.client(other_tenant) as other,
    ):
        assert await one.answer("1", VERSION)
        assert await other.answer("1", VERSION)
        async with stage.connected(tenant) as third:
            assert await third.closed() == 1013
        assert stage.hub.refused == 1


def test_streams_of_one_ipv6_network_are_those_of_one_address(tenant: TenantRef) -> None:
    hub = Hub(SubscriptionSettings(connections_per_address=1))
    with hub.connection(tenant.id, "2001:db8:1:2::1", _leave):
        again = hub.connection(tenant.id, "2001:db8:1:2::2", _leave)
        with pytest.raises(TooManyConnections), again:
            pass
        with hub.connection(tenant.id, "2001:db8:1:3::1", _leave):
            assert hub.addresses.total() == 2
    assert not hub.addresses


def _leave() -> None:
    """Nobody has to go."""


async def test_messages_over_a_socket_are_requests(
    database: TestDatabase, tenant: TenantRef
) -> None:
    limited = with_limits(database, address="4/3600")
    async with serving_here(limited) as stage, stage.client(tenant) as client:
        for number in range(3):  # the handshake was the first request
            assert await client.answer(str(number), VERSION)
        await client.subscribe("4", VERSION)
        assert await client.refusal("4") == "RATE_LIMITED"
        await client.subscribe("5", "{ no such")
        assert await client.refusal("5") == "RATE_LIMITED"


async def test_operations_over_a_socket_cost_what_they_cost_elsewhere(
    database: TestDatabase, tenant: TenantRef
) -> None:
    limited = with_limits(database, tenant_cost="2/36000")
    async with serving_here(limited) as stage, stage.client(tenant) as client:
        await client.subscribe("1", "{ products(first: 50) { nodes { title } } }")
        assert await client.refusal("1") == "RATE_LIMITED"
        assert await client.answer("2", VERSION)
