"""People who talk to the application over HTTP."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from rustok.auth.types import NewUser
from rustok.auth.users import UserService
from rustok.core.context import Context
from rustok.core.host import Host

PASSWORD = "correct horse battery"


class Caller:
    """Somebody who talks to one tenant, with or without a token."""

    def __init__(self, web: httpx.AsyncClient, tenant: str, token: str | None = None) -> None:
        self._web = web
        self.headers = {"host": f"{tenant}.localhost"}
        if token is not None:
            self.headers["authorization"] = f"Bearer {token}"

    async def rest(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One REST request; header names are written with underscores."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        content = {} if body is None else {"json": body}
        return await self._web.request(
            method, f"/api/v1{path}", headers={**self.headers, **extra}, **content
        )

    async def raw(self, query: str, variables: Any = None, **headers: str) -> httpx.Response:
        """One GraphQL request."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._web.post(
            "/graphql",
            json={"query": query, "variables": variables or {}},
            headers={**self.headers, **extra},
        )

    async def graphql(self, query: str, variables: Any = None, **headers: str) -> Any:
        """The data of a GraphQL request without errors."""
        answer = (await self.raw(query, variables, **headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]


async def administrator(web: httpx.AsyncClient, host: Host, ctx: Context) -> Caller:
    """A new administrator of the tenant, signed in over HTTP."""
    email = f"admin@{ctx.tenant.slug}.example"
    given = NewUser(email=email, password=PASSWORD, name="Admin", roles=("admin",))
    await host.get(UserService).create(ctx, given)
    visitor = Caller(web, ctx.tenant.slug)
    answer = await visitor.rest("POST", "/auth/login", {"email": email, "password": PASSWORD})
    assert answer.is_success, answer.text
    return Caller(web, ctx.tenant.slug, answer.json()["accessToken"])


class Leaving:
    """Sends the parts of a body, and closes its half of the connection before the end."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        self._heard: list[Any] = []

    async def post(self, app: Any, path: str, headers: Mapping[str, str]) -> None:
        """Posts it to the application; the headers name the host."""
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "scheme": "http",
        }
        await app(scope, self._receive, self._send)

    @property
    def answer(self) -> tuple[int, Any]:
        """The status and the document, which it still hears."""
        start, *rest = self._heard
        return start["status"], json.loads(b"".join(message["body"] for message in rest))

    async def _receive(self) -> Any:
        return self._parts.pop(0) if self._parts else {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self._heard.append(message)
