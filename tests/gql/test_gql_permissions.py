"""Who may select what, decided before anything runs."""

from typing import Any

import pytest

CREATE = 'mutation { touch productCreate(input: {title: "A"}) { position } }'


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ("{ me { email } }", "Query.me"),
        ("{ orders { id } }", "Query.orders"),
        ('{ product(id: "1") { costPrice } }', "Product.costPrice"),
        ('{ nodes(ids: ["p1"]) { ... on Product { costPrice } } }', "Product.costPrice"),
        ('{ product(id: "1") { ... on Node { ...F } } } fragment F on Product { costPrice }',
         "Product.costPrice"),
        (CREATE, "Mutation.productCreate"),
    ],
)  # fmt: skip
async def test_a_refused_field_stops_the_whole_operation(
    shop: Any, document: str, field: str
) -> None:
    anonymous = await shop.run(document)
    assert anonymous.errors[0].code == "UNAUTHENTICATED"
    assert anonymous.errors[0].extensions["field"] == field
    assert not anonymous.executed
    assert shop.calls == []
    if field != "Query.me":
        signed_in = await shop.run(document, permissions=set())
        assert signed_in.errors[0].code == "FORBIDDEN"
        assert not signed_in.executed
        assert shop.calls == []


async def test_every_refused_field_is_named(shop: Any) -> None:
    result = await shop.run('{ me { email } orders { id total } product(id: "1") { costPrice } }')
    assert [problem.extensions["field"] for problem in result.errors] == [
        "Query.me",
        "Person.email",
        "Query.orders",
        "Order.id",
        "Order.total",
        "Product.costPrice",
    ]


async def test_auth_without_a_permission_is_for_anyone_signed_in(shop: Any) -> None:
    result = await shop.run("{ me { email } }", permissions=set())
    assert result.data == {"me": {"email": "a@example.com"}}


async def test_a_permission_lets_its_holder_in(shop: Any) -> None:
    result = await shop.run("{ orders { total } }", permissions={"orders:read"})
    assert result.data == {"orders": [{"total": 1}]}


async def test_a_permission_alone_does_not_sign_anyone_in(shop: Any, codes: Any) -> None:
    result = await shop.run("{ orders { total } }", allowed=lambda _permission: True)
    assert set(codes(result)) == {"UNAUTHENTICATED"}


async def test_a_field_that_is_left_out_needs_no_permission(shop: Any) -> None:
    document = (
        "query ($mine: Boolean!, $not: Boolean = true) {"
        " me @include(if: $mine) { id } ...F @skip(if: $not) related { id } }"
        " fragment F on Query { orders { id } }"
    )
    assert (await shop.run(document, {"mine": False})).data == {"related": []}
    assert (await shop.run(document, {"mine": True})).errors[0].code == "UNAUTHENTICATED"
    assert (await shop.run(document, {"mine": False, "not": False})).errors
    assert (await shop.run(document, {"mine": False})).errors == ()
    assert shop.calls == ["related", "related"]


async def test_an_object_of_a_stricter_type_behind_an_interface_is_refused(
    shop: Any, codes: Any
) -> None:
    document = '{ nodes(ids: ["p1", "o1", "u1"]) { id __typename } }'
    anonymous = await shop.run(document)
    assert anonymous.data == {"nodes": [{"id": "p1", "__typename": "Product"}, None, None]}
    assert [(p.code, p.path) for p in anonymous.errors] == [
        ("UNAUTHENTICATED", ("nodes", 1, "id")),
        ("UNAUTHENTICATED", ("nodes", 2, "id")),
    ]
    signed_in = await shop.run(document, permissions=set())
    assert codes(signed_in) == ["FORBIDDEN"]
    staff = await shop.run(document, permissions={"orders:read"})
    assert codes(staff) == []
    assert shop.hidden == []


async def test_the_schema_tells_every_fields_rule(shop: Any) -> None:
    schema = shop.engine.schema
    fields = {
        (kind.name, name)
        for kind in schema.core.type_map.values()
        if hasattr(kind, "fields") and not kind.name.startswith("__")
        if not kind.name.endswith(("Input", "By"))
        for name in kind.fields
    }
    assert fields == set(schema.rules)
    assert schema.rules[("Order", "total")].permission == "orders:read"
    assert schema.rules[("Product", "costPrice")].permission == "products:cost"
    assert schema.rules[("Product", "title")].public
