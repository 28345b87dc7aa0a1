"""Every breaker of a process is seen in its metrics and in its health."""

import httpx
import pytest

from rustok.app.asgi import asgi
from rustok.core.context import TenantRef
from rustok.core.host import Host
from rustok.core.resilience import BreakerOpen, Breakers
from rustok.testing.http import client_of


async def fail(host: Host, name: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises((ConnectionError, BreakerOpen)):
            async with host.get(Breakers).named(name):
                raise ConnectionError


async def metrics(client: httpx.AsyncClient) -> set[str]:
    lines = (await client.get("http://localhost/metrics")).text.splitlines()
    return {line for line in lines if 'breaker="thing"' in line}


async def test_an_open_breaker_is_told_and_does_not_make_the_process_unready(
    host: Host, tenant: TenantRef
) -> None:
    thing = host.get(Breakers).named("thing")
    async with client_of(asgi(host), tenant) as client:
        assert 'rustok_breaker_state{breaker="thing"} 0.0' in await metrics(client)
        await fail(host, "thing", 7)
        assert await metrics(client) == {
            'rustok_breaker_state{breaker="thing"} 2.0',
            'rustok_breaker_opened_total{breaker="thing"} 1.0',
            'rustok_breaker_refused_total{breaker="thing"} 2.0',
        }
        ready = await client.get("http://localhost/health/ready")
        assert ready.status_code == 200
        check = ready.json()["checks"]["breaker.thing"]
        assert check["status"] == "warn"
        assert "tried again in" in check["output"]
    assert host.get(Breakers).named("thing") is thing


async def test_what_is_searched_has_a_breaker_of_its_own(host: Host) -> None:
    assert "search" in {breaker.name for breaker in host.get(Breakers)}
