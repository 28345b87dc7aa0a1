"""The least that could serve the same rows: asyncpg and msgspec in a raw ASGI application.

No tenants, no permissions, no row level security, no routing, no validation, no events. Run as
`python -m benchmarks.baseline URL TENANT`; prints where it listens.
"""

import asyncio
import sys
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import asyncpg
import msgspec
import uvloop

from rustok.app.processes.http_server import HttpServer
from rustok.app.processes.listener import address, listen

LISTED = """
    SELECT body FROM index_products
    WHERE tenant_id = $1 AND projection_version = $2 AND locale = 'en' AND status = 'active'
    ORDER BY listed_at DESC, id DESC LIMIT 21
"""
FOUND = """
    SELECT body FROM index_products
    WHERE tenant_id = $1 AND projection_version = $2 AND locale = 'en' AND handle = $3
"""
SEARCHED = """
    SELECT body FROM index_products
    WHERE tenant_id = $1 AND projection_version = $2 AND locale = 'en' AND status = 'active'
        AND search @@ to_tsquery('english', $3)
    ORDER BY ts_rank(search, to_tsquery('english', $3)) DESC, id DESC LIMIT 21
"""
COUNTED = """
    SELECT word, ndoc FROM ts_stat(format(
        'SELECT facets FROM index_products WHERE tenant_id = %L AND projection_version = %s
            AND locale = ''en'' AND status = ''active'' AND search @@ to_tsquery(''english'', %L)',
        $1::uuid, $2::integer, $3::text))
"""
INSERTS = {
    "product": """
        INSERT INTO commerce_products VALUES
            ($1, $2, 'active', 1, $3, $4, $5, NULL, '{}', '{}', $6, now(), now(), now(), NULL)
    """,
    "text": """
        INSERT INTO commerce_product_translations VALUES
            ($1, $2, 'en', $3, $4, $5, $6, $7, $8, true)
    """,
    "image": "INSERT INTO commerce_images VALUES ($1, $2, $3, 0, $4, $5, $6, '{}')",
    "variant": """
        INSERT INTO commerce_variants VALUES
            ($1, $2, $3, $4, $5, NULL, $6, false, $7, NULL, true)
    """,
    "price": "INSERT INTO commerce_variant_prices VALUES ($1, $2, 'EUR', $3, NULL)",
    "stock": "INSERT INTO commerce_stock_levels VALUES ($1, $2, $3, $4)",
}
Answer = dict[str, Any]
_json = msgspec.json


class Baseline:
    """The application."""

    def __init__(self, pool: asyncpg.Pool, tenant: UUID, version: int, location: UUID) -> None:
        self._pool = pool
        self._tenant = tenant
        self._version = version
        self._location = location

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        _, name, *rest = scope["path"].split("/")
        body = await getattr(self, f"_{name}")(receive, *map(unquote, rest))
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _list(self, _receive: Any) -> bytes:
        rows = await self._fetch(LISTED)
        return _json.encode({"data": [msgspec.Raw(row[0].encode()) for row in rows[:20]]})

    async def _detail(self, _receive: Any, handle: str) -> bytes:
        rows = await self._fetch(FOUND, handle)
        body: str = rows[0][0]
        return body.encode()

    async def _search(self, _receive: Any, words: str) -> bytes:
        rows = await self._fetch(SEARCHED, words)
        counted = await self._fetch(COUNTED, words)
        facets = {row[0]: row[1] for row in counted}
        data = [msgspec.Raw(row[0].encode()) for row in rows[:20]]
        return _json.encode({"data": data, "facets": facets})

    async def _graphql(self, _receive: Any) -> bytes:
        rows = await self._fetch(LISTED)
        nodes = [_chosen(_json.decode(row[0])) for row in rows[:20]]
        return _json.encode({"data": {"products": {"nodes": nodes}}})

    async def _create(self, receive: Any) -> bytes:
        given = _json.decode((await receive())["body"])
        key, at = uuid4(), self._tenant
        seo = given["seo"]
        async with self._pool.acquire() as connection, connection.transaction():
            put = connection.execute
            await put(
                INSERTS["product"],
                at,
                key,
                given["vendor"],
                given["productType"],
                given["tags"],
                _json.encode(given["options"]).decode(),
            )
            await put(
                INSERTS["text"],
                at,
                key,
                given["handle"],
                given["title"],
                given["subtitle"],
                given["descriptionHtml"],
                seo["title"],
                seo["description"],
            )
            for image in given["images"]:
                sizes = (image["width"], image["height"])
                await put(INSERTS["image"], at, uuid4(), key, image["url"], *sizes)
            variants = [(uuid4(), n, variant) for n, variant in enumerate(given["variants"])]
            many = connection.executemany
            await many(
                INSERTS["variant"],
                [(at, id_, key, n, v["sku"], v["weightGrams"], [n]) for id_, n, v in variants],
            )
            prices = [(at, id_, v["prices"][0]["minor"]) for id_, _, v in variants]
            await many(INSERTS["price"], prices)
            stock = [(at, i, self._location, v["stock"][0]["quantity"]) for i, _, v in variants]
            await many(INSERTS["stock"], stock)
        return _json.encode({**given, "id": str(key)})

    async def _fetch(self, sql: str, *values: Any) -> Any:
        async with self._pool.acquire() as connection:
            return await connection.fetch(sql, self._tenant, self._version, *values)


def _chosen(product: Answer) -> Answer:
    variants = [
        {"sku": variant["sku"], "price": {"amount": variant["price"]["amount"]}}
        for variant in product["variants"]
    ]
    price = product["priceRange"]["min"]
    return {
        "id": product["id"],
        "title": product["title"],
        "handle": product["handle"],
        "priceRange": {"min": {"amount": price["amount"], "currency": price["currency"]}},
        "variants": variants,
    }


async def _as_it_is(_connection: Any) -> None:
    """Nothing was set, so nothing is reset."""


async def main(url: str, tenant: str) -> None:
    """Serves until killed."""
    pool = await asyncpg.create_pool(url, min_size=1, max_size=10, reset=_as_it_is)
    version = await pool.fetchval("SELECT version FROM index_projections WHERE state = 'active'")
    location = await pool.fetchval(
        "SELECT id FROM commerce_locations WHERE tenant_id = $1", UUID(tenant)
    )
    with listen("127.0.0.1", 0) as listener:
        print(address(listener), flush=True)
        application = Baseline(pool, UUID(tenant), version, location)
        await HttpServer(application, listener).run(asyncio.Event())


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
