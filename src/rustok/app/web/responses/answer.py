"""A kept answer as it goes over the wire, by either method."""

from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import msgspec

from rustok import gql
from rustok.storefront.caching import matches

RawHeaders = list[tuple[bytes, bytes]]

VARY: Final = b"accept, accept-language, authorization, host, x-tenant-id, rustok-after"
NOT_MODIFIED: Final = frozenset({b"etag", b"vary", b"cache-control"})


class Answer(msgspec.Struct, frozen=True, gc=False):
    """The answer to a public query on a tenant.

    `operation` is the name that it is counted under, `cost` what running it costs at worst.
    """

    body: bytes
    etag: str
    by_get: RawHeaders
    by_post: RawHeaders
    operation: str
    tenant_id: UUID
    cost: int

    @classmethod
    def of(
        cls, response: gql.Response, *, max_age: int, operation: str, tenant_id: UUID, cost: int
    ) -> "Answer":
        """What everyone may be given for `max_age` seconds, who asks by GET."""
        content_type = response.headers["content-type"].encode()
        digest = blake2b(content_type + b"\n" + response.body, digest_size=16)
        etag = f'"{digest.hexdigest()}"'
        common = [
            (b"content-type", content_type),
            (b"vary", VARY),
            (b"etag", etag.encode()),
            (b"content-length", str(len(response.body)).encode()),
        ]
        freshness = f"max-age={max_age}" if max_age else "no-cache"
        return cls(
            response.body,
            etag,
            [*common, (b"cache-control", f"public, {freshness}".encode())],
            [*common, (b"cache-control", b"no-store")],
            operation,
            tenant_id,
            cost,
        )

    async def send(self, scope: Any, send: Any) -> None:
        """Sends it, or that the caller has it already."""
        if scope["method"] == "POST":
            headers, body, status = self.by_post, self.body, 200
        elif matches(_if_none_match(scope), self.etag):
            headers = [pair for pair in self.by_get if pair[0] in NOT_MODIFIED]
            body, status = b"", 304
        else:
            headers, body, status = self.by_get, self.body, 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _if_none_match(scope: Any) -> str | None:
    found = [value for name, value in scope["headers"] if name == b"if-none-match"]
    return b",".join(found).decode("latin-1") if found else None
