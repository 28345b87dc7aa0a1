"""One tenant's staff over HTTP: requests as REST or GraphQL, and what their answers mean."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Literal

import httpx
import msgspec

from tools.crash.ledger import Entry, Kind, Ledger
from tools.crash.world import EMAIL, USER_PASSWORD

TIMEOUT_SECONDS = 6.0
_UNAUTHORIZED = 401
_NOT_NOW = frozenset(
    {
        "BACK_PRESSURE",
        "IDEMPOTENCY_IN_PROGRESS",
        "INVALID_TOKEN",
        "MODULE_FAILED",
        "OVERLOADED",
        "RATE_LIMITED",
        "SESSION_ENDED",
        "THROTTLED",
        "UNAUTHENTICATED",
    }
)
"""Answers that say that nothing was done, and that it may be asked for again."""
_OPEN = frozenset({"CONTENTION", "DATABASE_UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL_ERROR"})
"""Answers that leave open whether something was done."""
_ADMIN = "/api/v1/admin"
_WITH_INPUT = "$id: ID!, $input: ProductUpdateInput!"
_PRODUCT = "product { id version variants { id } } userErrors { code message }"


def mark(slug: str) -> str:
    """A word that is in everything of a tenant, and in nothing of another."""
    return f"zq{slug}zq"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A change to ask for; the same each time it is repeated."""

    op: str
    kind: Kind
    keyed: bool
    graphql: bool
    product: str = ""
    variant: str = ""
    value: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says. `again`: nothing was done, and asking again is what it suggests."""

    step: Literal["done", "refused", "error"]
    again: bool = False
    status: int = 0
    body: Any = None
    detail: str = ""


class Staff:
    """Somebody who changes a tenant's products, by whichever entrance chance gives."""

    def __init__(
        self, entrances: Sequence[str], slug: str, others: Sequence[str], ledger: Ledger
    ) -> None:
        self.slug = slug
        self._entrances = entrances
        self._foreign = [mark(other).encode() for other in others]
        self._ledger = ledger
        self._token = ""
        self._signing_in = asyncio.Lock()
        self._web = httpx.AsyncClient(timeout=TIMEOUT_SECONDS)

    async def close(self) -> None:
        """Ends its connections."""
        await self._web.aclose()

    async def change(self, request: Request, chance: random.Random) -> Told:
        """One attempt, written down before and after; none where nobody can sign in."""
        await self._sign_in(chance)
        if not self._token:
            return Told(step="refused", again=True)
        self._write(request, "attempt")
        try:
            answer = await self._send(request, chance)
        except httpx.HTTPError as error:
            told = Told(step="error", detail=repr(error)[:200])
        else:
            self._look_for_leaks(request.op, answer)
            if answer.status_code == _UNAUTHORIZED:
                self._token = ""
            told = _graphql(answer) if request.graphql else _rest(answer)
        self._write(request, told.step, told)
        return told

    async def look(self, number: int, chance: random.Random) -> None:
        """A reader who sees nothing of other tenants: the list, the search, GraphQL in turn."""
        base = self._base(chance)
        try:
            if number % 3 == 0:
                answer = await self._web.get(f"{base}/api/v1/store/products?limit=50")
            elif number % 3 == 1:
                answer = await self._web.get(f"{base}/api/v1/store/products?text=zq&limit=50")
            else:
                query = "{ products(first: 50) { nodes { id title } } }"
                answer = await self._web.post(f"{base}/graphql", json={"query": query})
        except httpx.HTTPError:
            return
        self._look_for_leaks(f"look-{self.slug}-{number}", answer)

    def _base(self, chance: random.Random) -> str:
        return f"{chance.choice(self._entrances)}/t/{self.slug}"

    async def _sign_in(self, chance: random.Random) -> None:
        given = {"email": EMAIL, "password": USER_PASSWORD}
        async with self._signing_in:
            if self._token:
                return
            with suppress(httpx.HTTPError):
                answer = await self._web.post(f"{self._base(chance)}/api/v1/auth/login", json=given)
                if answer.is_success:
                    self._token = str(answer.json()["accessToken"])

    async def _send(self, request: Request, chance: random.Random) -> httpx.Response:
        headers = {"authorization": f"Bearer {self._token}", "x-request-id": request.op}
        if request.keyed:
            headers["idempotency-key"] = request.op
        method, path, body = (_as_graphql if request.graphql else _as_rest)(request)
        return await self._web.request(
            method, self._base(chance) + path, headers=headers, json=body
        )

    def _write(
        self,
        request: Request,
        step: Literal["attempt", "done", "refused", "error"],
        told: Told | None = None,
    ) -> None:
        made = request.product
        if told is not None and request.kind == "create" and told.step == "done":
            made = str(told.body["id"])
        self._ledger.write(
            Entry(
                op=request.op,
                step=step,
                tenant=self.slug,
                kind=request.kind,
                keyed=request.keyed,
                product=made,
                value=request.value,
                status=0 if told is None else told.status,
                detail="" if told is None else told.detail,
            )
        )

    def _look_for_leaks(self, op: str, answer: httpx.Response) -> None:
        for foreign in self._foreign:
            if foreign in answer.content:
                detail = f"{answer.request.url} answered with {foreign.decode()}"
                self._ledger.write(Entry(op=op, step="leak", tenant=self.slug, detail=detail))


def _as_rest(request: Request) -> tuple[str, str, Any]:
    product = f"{_ADMIN}/products/{request.product}"
    match request.kind:
        case "create":
            return "POST", f"{_ADMIN}/products", _created(request)
        case "update":
            return "PATCH", product, {"title": request.value}
        case "price":
            prices = [{"minor": int(request.value)}]
            return "PUT", f"{product}/prices", [{"variant": request.variant, "prices": prices}]
        case "publish" | "unpublish":
            return "POST", f"{product}/{request.kind}", None
        case "stock":
            delta = {"variant": request.variant, "delta": int(request.value)}
            return "POST", f"{_ADMIN}/stock/adjustments", [delta]
        case "delete":
            return "DELETE", product, None


def _as_graphql(request: Request) -> tuple[str, str, Any]:
    variables: dict[str, Any] = {"id": request.product}
    match request.kind:
        case "create":
            call, head = "productCreate(input: $input)", "$input: ProductCreateInput!"
            variables = {"input": _created(request)}
        case "update":
            call, head = "productUpdate(id: $id, input: $input)", _WITH_INPUT
            variables["input"] = {"title": request.value}
        case "price":
            call = "pricesSet(product: $id, input: $input)"
            head = "$id: ID!, $input: [VariantPricesInput!]!"
            prices = [{"minor": int(request.value)}]
            variables["input"] = [{"variant": request.variant, "prices": prices}]
        case "publish":
            call, head = "productPublish(id: $id)", "$id: ID!"
        case "unpublish":
            call, head = "productUnpublish(id: $id)", "$id: ID!"
        case "stock":
            call, head = "stockAdjust(input: $input)", "$input: [StockAdjustInput!]!"
            delta = {"variant": request.variant, "delta": int(request.value)}
            variables = {"input": [delta]}
        case "delete":
            call, head = "productDelete(id: $id)", "$id: ID!"
    asked = _PRODUCT if request.kind not in {"stock", "delete"} else "userErrors { code message }"
    query = f"mutation({head}) {{ result: {call} {{ {asked} }} }}"
    return "POST", "/graphql", {"query": query, "variables": variables}


def _created(request: Request) -> dict[str, Any]:
    variant = {"sku": request.op, "prices": [{"minor": 1000}], "stock": [{"quantity": 1000}]}
    return {"title": request.value, "variants": [variant]}


def _rest(answer: httpx.Response) -> Told:
    if answer.is_success:
        body = answer.json() if answer.content else None
        return Told(step="done", status=answer.status_code, body=body)
    return _unsuccessful(answer, str(_json(answer).get("code", "")))


def _graphql(answer: httpx.Response) -> Told:
    body = _json(answer)
    errors = body.get("errors")
    if errors:
        return _unsuccessful(answer, str(errors[0].get("extensions", {}).get("code", "")))
    if not answer.is_success or not body:
        return _unsuccessful(answer, str(body.get("code", "")))
    result = body["data"]["result"]
    if result["userErrors"]:
        return _unsuccessful(answer, result["userErrors"][0]["code"])
    return Told(step="done", status=answer.status_code, body=result.get("product"))


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _unsuccessful(answer: httpx.Response, code: str) -> Told:
    status, detail = answer.status_code, answer.text[:300]
    if code in _NOT_NOW or status == _UNAUTHORIZED:
        return Told(step="refused", again=True, status=status, detail=detail)
    if status >= 500 or not code or code in _OPEN:
        return Told(step="error", status=status, detail=detail)
    return Told(step="refused", status=status, detail=detail)
