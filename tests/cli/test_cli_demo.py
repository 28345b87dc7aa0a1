"""An empty development database is filled with the demo, once."""

import json
from pathlib import Path

import httpx

from rustok.testing.databases import TestDatabase
from rustok.testing.live import serving


async def test_the_first_start_makes_the_demo_and_the_next_ones_leave_it(
    database: TestDatabase, home: Path
) -> None:
    async with serving(database, home, "run") as server, httpx.AsyncClient() as client:
        for slug, currency in (("demo", "EUR"), ("atelier", "CHF")):
            found = await client.get(f"{server.tenant_url(slug)}/api/v1/store/products?limit=1")
            assert len(found.json()["data"]) == 1
            tenant = await client.get(f"{server.tenant_url(slug)}/api/v1/store/tenant")
            assert tenant.json()["currency"] == currency
        written = json.loads((home / "demo.json").read_text())
        assert {*written["tenants"]["demo"]} == {*written["tenants"]["atelier"]}
        again = await server.rustok("demo", "--json")
        assert (again.code, again.errors) == (0, "")
        assert json.loads(again.output) == written
        events = await server.rustok("events", "tail", "--name", "tenant.created", "--json")
        assert len(events.output.splitlines()) == 2
