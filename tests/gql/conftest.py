"""A small shop in two parts: a catalogue, and reviews that extend it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeVar

import msgspec
import pytest

from rustok.gql import (
    STAFF,
    Caller,
    Engine,
    Info,
    Loader,
    Operation,
    Part,
    Resolvers,
    Result,
    compose,
)

T = TypeVar("T")
Register = Callable[[str, str], Callable[[Callable[..., Any]], Callable[..., Any]]]

CATALOGUE = """
scalar DateTime
enum Status { DRAFT ACTIVE }
interface Node @public { id: ID! }

extend type Query {
  products(first: Int = 20, last: Int, after: String): ProductConnection! @public
  product(id: ID!): Product @public
  nodes(ids: [ID!]!): [Node]! @public @cost(multipliers: ["ids"])
  related(first: Int): [Product!]! @public
  orders(first: Int = 10): [Order!]! @auth(permission: "orders:read") @cost(value: 3)
  me: Person @auth
  broken: String @public
  secretFailure: String @public
  failing(message: String!): String @public
  choose(by: ProductBy!): Product @public
  self: Query! @public
}
extend type Mutation {
  productCreate(input: ProductInput!): ProductPayload! @auth(permission: "products:write")
  touch: Int! @public
  productTag(ids: [ID!]!): Int! @auth(permission: "products:write")
    @cost(value: 2, multipliers: ["ids"])
}
type ProductConnection @public {
  edges: [ProductEdge!]! nodes: [Product!]! pageInfo: PageInfo! totalCount: Int!
}
type ProductEdge @public { cursor: String! node: Product! }
type PageInfo @public { hasNextPage: Boolean! }
type Product implements Node @public {
  id: ID!
  title: String!
  status: Status!
  createdAt: DateTime!
  compareAtPrice: Int
  variants: [Variant!]! @cost(size: 4)
  category: Category
  parent: Product
  costPrice: Int @auth(permission: "products:cost")
}
type Variant @public { sku: String! price: Int! }
type Category @public { name: String! }
type Order implements Node @auth(permission: "orders:read") { id: ID! total: Int! }
type Person implements Node @auth { id: ID! email: String! }
type ProductPayload @public { product: Product position: Int! }
input ProductInput { title: String! compareAtPrice: Int availableFrom: DateTime }
input ProductBy @oneOf { id: ID handle: String }
"""

REVIEWS = """
extend type Query { reviews(first: Int = 10): [Review!]! @public }
extend type Product { rating: Float @public reviews: [Review!]! @public }
type Review @public { stars: Int! product: Product! }
"""


class Status(Enum):
    DRAFT = "draft"
    ACTIVE = "active"


class Variant(msgspec.Struct, frozen=True):
    sku: str
    price: int


class Product(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    status: Status = Status.ACTIVE
    created_at: datetime = datetime(2026, 1, 2, tzinfo=UTC)
    compare_at_price: int | None = None
    cost_price: int = 7


class ProductInput(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    compare_at_price: int | msgspec.UnsetType | None = msgspec.UNSET
    available_from: datetime | None = None


class Order(msgspec.Struct, frozen=True):
    id: str
    total: int


class Person(msgspec.Struct, frozen=True):
    id: str
    email: str


class Expected(Exception):
    code = "OUT_OF_STOCK"

    def __init__(self, message: str) -> None:
        self.message = message
        self.extensions = {"sku": "A-1"}
        super().__init__(message)


class Shop:
    """The engine under test, everything that its resolvers did, and what it kept to itself."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.batches: list[list[str]] = []
        self.hidden: list[tuple[Exception, Sequence[str | int]]] = []
        self.parts = [
            Part(name="catalogue", sdl=CATALOGUE, resolvers=self.catalogue()),
            Part(name="reviews", sdl=REVIEWS, resolvers=self.reviews()),
        ]
        self.engine = Engine(
            compose(self.parts), on_error=lambda error, path: self.hidden.append((error, path))
        )

    async def run(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        permissions: set[str] | None = None,
        operation_name: str | None = None,
        read_only: bool = False,
        request_id: str | None = None,
        **caller: Any,
    ) -> Result:
        return await self.engine.execute(
            Operation(
                query=query,
                variables=dict(variables or {}),
                operation_name=operation_name,
                read_only=read_only,
            ),
            context=self.context(),
            caller=self.caller(permissions, **caller),
            request_id=request_id,
        )

    def caller(self, permissions: set[str] | None = None, **settings: Any) -> Caller:
        if permissions is not None:
            staff = {"authenticated": True, "allowed": permissions.__contains__, "limits": STAFF}
            settings = staff | settings
        return Caller(**settings)

    def context(self) -> "Context":
        async def categories(ids: Sequence[str]) -> dict[str, dict[str, str] | Exception]:
            self.batches.append(list(ids))
            await asyncio.sleep(0)
            return {key: {"name": f"Category {key}"} for key in ids}

        return Context(categories=Loader(categories, missing={}))

    def called(self, name: str, value: T) -> T:
        self.calls.append(name)
        return value

    def catalogue(self) -> Resolvers:
        resolvers = Resolvers()
        resolvers.bind("Product", Product)
        resolvers.bind("Variant", Variant)
        resolvers.bind("ProductInput", ProductInput)
        resolvers.bind("Order", Order)
        resolvers.bind("Person", Person)
        resolvers.enum("Status", Status)
        resolvers.scalar(
            "DateTime", serialize=lambda value: value.isoformat(), parse=datetime.fromisoformat
        )
        self.lists(resolvers.field)
        self.singles(resolvers.field)
        self.mutations(resolvers.field)
        self.products(resolvers.field)
        return resolvers

    def lists(self, query: Register) -> None:
        @query("Query", "products")
        async def products(
            root: object, info: Info, first: int, last: int | None = None, after: str | None = None
        ) -> dict[str, Any]:
            found = [Product(id=f"p{n}", title=f"Product {n}") for n in range(first)]
            return self.called(
                "products",
                {
                    "nodes": found,
                    "edges": [{"cursor": p.id, "node": p} for p in found],
                    "page_info": {"has_next_page": False},
                    "totalCount": len(found),
                },
            )

        @query("Query", "product")
        async def product(root: object, info: Info, **arguments: Any) -> Product:
            return self.called("product", Product(id=arguments["id"], title="One"))

        @query("Query", "nodes")
        def nodes(root: object, info: Info, ids: list[str]) -> list[object]:
            kinds: dict[str, Callable[[str], object]] = {
                "p": lambda key: Product(id=key, title="One"),
                "o": lambda key: Order(key, 1),
                "u": lambda key: Person(key, "a@example.com"),
            }
            return self.called("nodes", [kinds[key[0]](key) for key in ids])

        @query("Query", "related")
        def related(root: object, info: Info, first: int = 0) -> list[Product]:
            return self.called("related", [])

        @query("Query", "orders")
        def orders(root: object, info: Info, first: int) -> list[Order]:
            return self.called("orders", [Order("o1", 1)])

    def singles(self, query: Register) -> None:
        @query("Query", "me")
        def me(root: object, info: Info) -> Person:
            return self.called("me", Person("u1", "a@example.com"))

        @query("Query", "broken")
        def broken(root: object, info: Info) -> str:
            raise RuntimeError("password=hunter2")

        @query("Query", "secretFailure")
        def secret_failure(root: object, info: Info) -> str:
            error = RuntimeError("select * from secrets")
            error.code = "gkpj"  # type: ignore[attr-defined]  # as some drivers do
            raise error

        @query("Query", "failing")
        def failing(root: object, info: Info, message: str) -> str:
            raise Expected(message)

        @query("Query", "choose")
        def choose(root: object, info: Info, by: dict[str, str]) -> Product:
            return self.called("choose", Product(id="p1", title=str(by)))

        @query("Query", "self")
        def itself(root: object, info: Info) -> dict[str, Any]:
            return self.called("self", {})

    def mutations(self, query: Register) -> None:
        @query("Mutation", "productCreate")
        async def product_create(
            root: object, info: Info, **arguments: ProductInput
        ) -> dict[str, Any]:
            given = arguments["input"]
            self.calls.append(f"create {given!r}")
            return {"product": Product(id="p9", title=given.title), "position": 4}

        @query("Mutation", "touch")
        async def touch(root: object, info: Info) -> int:
            self.calls.append("touch begins")
            await asyncio.sleep(0)
            self.calls.append("touch ends")
            return len(self.calls)

        @query("Mutation", "productTag")
        def product_tag(root: object, info: Info, ids: list[str]) -> int:
            return self.called("tag", len(ids))

    def products(self, query: Register) -> None:
        @query("Product", "variants")
        def variants(root: Product, info: Info) -> list[Variant]:
            return [Variant(f"{root.id}-{n}", n) for n in range(4)]

        @query("Product", "category")
        async def category(root: Product, info: Info) -> dict[str, str]:
            found: dict[str, str] = await info.context.categories.load(root.id[-1])
            return found

        @query("Product", "parent")
        def parent(root: Product, info: Info) -> Product:
            return self.called("parent", root)

    def reviews(self) -> Resolvers:
        resolvers = Resolvers()

        @resolvers.field("Query", "reviews")
        def reviews(root: object, info: Info, first: int) -> list[object]:
            return self.called("reviews", [])

        @resolvers.field("Product", "rating")
        def rating(root: object, info: Info) -> float:
            return 4.5

        @resolvers.field("Product", "reviews")
        def product_reviews(root: object, info: Info) -> list[object]:
            return []

        return resolvers


class Context(msgspec.Struct, frozen=True):
    categories: Loader[str, dict[str, str]]


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def codes() -> Callable[[Result], list[str]]:
    return lambda result: [problem.code for problem in result.errors]
