"""GraphQL in memory: compiled operations beside graphql-core's executor, in this process."""

import asyncio
import gc
import tracemalloc
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from inspect import isawaitable
from time import process_time
from typing import Any, Final

import msgspec
from graphql import GraphQLSchema, build_schema, execute, parse, validate

from benchmarks.figures import Figure
from benchmarks.scenarios.graphql import QUERY
from rustok import gql
from rustok.app.web.graphql import parts
from rustok.core.modules.registry import installed

SDL: Final = """
extend type Query { products(first: Int! = 20): [Product!]! @public }
type Product @public {
  id: ID! title: String! slug: String! price: Money! variants: [Variant!]!
}
type Variant @public { sku: String! price: Money! }
type Money @public { amount: Int! currency: String! }
extend type Mutation { rename(id: ID!, title: String!): Renamed! @public }
type Renamed @public { title: String! vendor: String! }
"""
PLAIN: Final = SDL.replace(" @public", "").replace("extend ", "")
SHOP: Final = (
    "{ products { id title slug price { amount currency } variants { sku price { amount } } } }"
)
RENAME: Final = 'mutation { rename(id: "1", title: "Clog") { title vendor } }'
SHOWN, MANY, PLANS = 20, 1_000, 1_000
_CALLER: Final = gql.Caller(limits=gql.STAFF)


class Money(msgspec.Struct):
    """An amount in minor units."""

    amount: int
    currency: str


class Variant(msgspec.Struct):
    """What is sold."""

    sku: str
    price: Money


class Product(msgspec.Struct):
    """What is shown."""

    id: str
    title: str
    slug: str
    price: Money
    variants: list[Variant]


class Loaders:
    """A request's context: one loader."""

    def __init__(self) -> None:
        self.vendors = gql.Loader(_vendors, missing="")


def measure() -> list[Figure]:
    """CPU time of this process, the least of several rounds; memory as Python counts it."""
    return [*_listed(), _new_document(), _kept_plans(), asyncio.run(_mutation())]


def _listed() -> list[Figure]:
    engine, core = _engine(), _core()
    document, shown, many = parse(SHOP), _catalogue(SHOWN), _catalogue(MANY)
    ours = _microseconds(lambda: _sent(_ours(engine, SHOP, shown)), 200)
    theirs = _microseconds(lambda: execute(core, document, _Root(shown)), 20)
    all_of_them = _microseconds(lambda: _sent(_ours(engine, SHOP, many)), 5)
    return [
        Figure(
            name=f"GraphQL, {SHOWN} products x 4 variants in memory",
            measured=ours,
            unit="CPU us",
            target=min(60.0, theirs / 20),
            baseline=theirs,
        ),
        Figure(
            name=f"GraphQL, each of {MANY} products to each of {SHOWN}",
            measured=(all_of_them / MANY) / (ours / SHOWN),
            unit="ratio",
            target=1.3,
        ),
    ]


def _new_document() -> Figure:
    """A document seen for the first time, on the platform's own schema."""
    schema = gql.compose(parts(installed()))
    known = _microseconds(lambda: validate(schema.core, parse(QUERY)), 10)

    def first_time() -> None:
        granted = gql.Engine(schema, on_error=_raise).grant(_operation(QUERY), _CALLER)
        assert isinstance(granted, gql.Granted), granted

    return Figure(
        name="GraphQL, a new document to parse and validate alone",
        measured=_microseconds(first_time, 10) / known,
        unit="ratio",
        target=1.3,
    )


def _kept_plans() -> Figure:
    """Documents, all different, with their plans."""
    documents = gql.Documents(tokens=1_000_000)
    schema = gql.compose(parts(installed()))
    engine = gql.Engine(schema, on_error=_raise, documents=documents)
    engine.grant(_operation(QUERY), _CALLER)
    tracemalloc.start()
    for number in range(PLANS):
        text = QUERY.replace("Newest", f"Newest{number}").replace("title", f"t{number}: title")
        granted = engine.grant(_operation(text), _CALLER)
        assert isinstance(granted, gql.Granted), granted
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Figure(
        name=f"GraphQL, memory of {PLANS} plans", measured=kept / 2**20, unit="MiB", target=50.0
    )


async def _mutation() -> Figure:
    """One resolver and, behind it, one loader; graphql-core has the same of both."""
    engine, core, document = _engine(), _core(), parse(RENAME)

    async def theirs() -> None:
        outcome = execute(core, document, context_value=Loaders())
        assert isawaitable(outcome)
        await outcome

    async def ours() -> None:
        await _ours(engine, RENAME, [])

    return Figure(
        name="GraphQL, a mutation with a loader",
        measured=await _awaited_microseconds(ours, 300),
        unit="CPU us",
        target=(beside := await _awaited_microseconds(theirs, 300)),
        baseline=beside,
    )


def _engine() -> gql.Engine:
    resolvers = gql.Resolvers()
    for bound in (Product, Variant, Money):
        resolvers.bind(bound.__name__, bound)
    resolvers.field("Query", "products")(_products)
    resolvers.field("Mutation", "rename")(_rename)
    resolvers.field("Renamed", "vendor")(_vendor)
    part = gql.Part(name="bench", sdl=SDL, resolvers=resolvers)
    return gql.Engine(gql.compose([part]), on_error=_raise)


def _core() -> GraphQLSchema:
    """The same for graphql-core, which reads plain fields as it does by default."""
    schema = build_schema(PLAIN)
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    schema.query_type.fields["products"].resolve = _products
    schema.mutation_type.fields["rename"].resolve = _rename
    renamed: Any = schema.type_map["Renamed"]
    renamed.fields["vendor"].resolve = _vendor
    return schema


class _Root(msgspec.Struct):
    products: Sequence[Product]


def _products(root: _Root, _info: object, first: int) -> Sequence[Product]:
    assert first == SHOWN
    return root.products


async def _rename(_root: object, _info: object, **given: str) -> dict[str, str]:
    return given


def _vendor(renamed: dict[str, str], info: Any) -> Awaitable[str]:
    loaded: Awaitable[str] = info.context.vendors.load(renamed["id"])
    return loaded


async def _vendors(ids: Sequence[str]) -> dict[str, str | Exception]:
    return {id_: f"Vendor {id_}" for id_ in ids}


def _ours(engine: gql.Engine, query: str, products: Sequence[Product]) -> Coroutine[Any, Any, Any]:
    """Everything the engine does for a document that it knows, checks included."""
    return engine.execute(
        _operation(query), context=Loaders(), caller=_CALLER, root=_Root(products)
    )


def _operation(query: str) -> gql.Operation:
    return gql.Operation(
        query=query, variables={"first": SHOWN} if query.startswith("\nquery") else {}
    )


def _sent(coroutine: Coroutine[Any, Any, gql.Result]) -> gql.Result:
    """The result of what never waits."""
    try:
        coroutine.send(None)
    except StopIteration as stopped:
        result: gql.Result = stopped.value
        assert not result.errors, result.errors
        return result
    raise AssertionError("nothing here waits")


def _catalogue(count: int) -> list[Product]:
    price = Money(1_000, "EUR")
    return [
        Product(
            id=str(number),
            title=f"Product {number}",
            slug=f"product-{number}",
            price=price,
            variants=[Variant(f"sku-{number}-{size}", price) for size in range(4)],
        )
        for number in range(count)
    ]


def _microseconds(action: Callable[[], object], times: int, rounds: int = 9) -> float:
    return 1e6 * min(_spent(action, times) for _ in range(rounds))


def _spent(action: Callable[[], object], times: int) -> float:
    began = process_time()
    for _ in range(times):
        action()
    return (process_time() - began) / times


async def _awaited_microseconds(
    action: Callable[[], Awaitable[object]], times: int, rounds: int = 9
) -> float:
    least = float("inf")
    for _ in range(rounds):
        began = process_time()
        for _ in range(times):
            await action()
        least = min(least, (process_time() - began) / times)
    return 1e6 * least


def _raise(error: Exception, _path: object) -> None:
    raise error
