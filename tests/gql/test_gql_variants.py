"""Parts that somebody has switched off."""

from typing import Any

import pytest
from graphql import get_introspection_query

from rustok.gql import Info, Part, Resolvers, SchemaError, compose

WITHOUT_REVIEWS = frozenset({"reviews"})


async def test_fields_of_a_part_that_is_off_answer_module_disabled(shop: Any) -> None:
    result = await shop.run(
        '{ reviews { stars } product(id: "1") { rating title } }', disabled=WITHOUT_REVIEWS
    )
    assert [(p.code, p.extensions, p.message) for p in result.errors] == [
        (
            "MODULE_DISABLED",
            {"module": "reviews"},
            f"{field} belongs to the module 'reviews', which is switched off.",
        )
        for field in ("Query.reviews", "Product.rating")
    ]
    assert shop.calls == []


async def test_a_fragment_on_a_type_that_is_off_answers_module_disabled(
    shop: Any, codes: Any
) -> None:
    document = "{ reviews { ...F } } fragment F on Review { stars }"
    assert set(codes(await shop.run(document, disabled=WITHOUT_REVIEWS))) == {"MODULE_DISABLED"}


async def test_a_mistake_stays_a_mistake(shop: Any, codes: Any) -> None:
    result = await shop.run("{ reviews { nothing } }", disabled=WITHOUT_REVIEWS)
    assert set(codes(result)) == {"GRAPHQL_VALIDATION_FAILED"}


async def test_what_is_off_is_not_to_be_seen(shop: Any) -> None:
    document = get_introspection_query()
    limits = shop.caller(set()).limits
    full = await shop.run(document, limits=limits)
    less = await shop.run(document, limits=limits, disabled=WITHOUT_REVIEWS)
    assert "Review" in str(full.data)
    assert full.errors == less.errors == ()
    assert "eview" not in str(less.data)
    assert "rating" not in str(less.data)


async def test_the_rest_works_without_it(shop: Any) -> None:
    document = '{ product(id: "1") { title createdAt } }'
    result = await shop.run(document, disabled=WITHOUT_REVIEWS | {"unknown"})
    assert result.data["product"]["title"] == "One"
    assert (await shop.run("{ reviews { stars } }")).data == {"reviews": []}


def test_variants_are_made_once_and_bounded(shop: Any) -> None:
    schema = shop.engine.schema
    assert schema.without(frozenset()) is schema
    assert schema.without(frozenset({"unknown"})) is schema
    less = schema.without(WITHOUT_REVIEWS)
    assert less is schema.without(WITHOUT_REVIEWS | {"unknown"})
    assert less.full is schema
    assert less.version != schema.version
    assert schema._variants.maxsize == 32


def test_what_cannot_stand_alone_goes_too(shop: Any) -> None:
    def resolve(root: object, info: Info, **arguments: object) -> None:
        return None

    base = Resolvers()
    base.field("Query", "shop")(resolve)
    extra = Resolvers()
    extra.field("Mutation", "rate")(resolve)
    schema = compose(
        [
            Part(
                name="base",
                sdl="""
                extend type Query { shop: Shop @public }
                type Shop @public { name: String wheel: Wheel spoke: Spoke }
                union Any = Shop | Wheel
                type Spoke @public { wheel: Wheel }
                """,
                resolvers=base,
            ),
            Part(name="wheels", sdl="type Wheel implements Round @public { size: Int }"
                 " interface Round @public { size: Int } input By { size: Int }"),
            Part(name="rating", sdl="extend type Mutation { rate(by: By): Int @public }"
                 " extend type Wheel { stars: Int }", resolvers=extra),
        ]
    )  # fmt: skip
    left = schema.without(frozenset({"wheels"})).core
    assert left.mutation_type is None
    assert not {"Wheel", "Round", "By", "Spoke", "Mutation"} & left.type_map.keys()
    assert list(left.type_map["Shop"].fields) == ["name"]  # type: ignore[attr-defined]  # an object type
    assert [kind.name for kind in left.type_map["Any"].types] == ["Shop"]  # type: ignore[attr-defined]  # a union


def test_something_to_query_must_be_left(shop: Any) -> None:
    with pytest.raises(SchemaError, match="Query"):
        shop.engine.schema.without(frozenset({"catalogue", "reviews"}))
