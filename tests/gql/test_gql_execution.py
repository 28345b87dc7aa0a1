"""Operations that run: values, arguments, errors of resolvers, order."""

import json
from typing import Any

import pytest

from rustok.gql import JSON, Engine, Operation, Problem, render


async def test_a_page_of_products_reads_structs_and_dicts_in_both_spellings(shop: Any) -> None:
    result = await shop.run(
        "{ products(first: 2) { totalCount pageInfo { hasNextPage } edges { cursor node"
        " { id title status createdAt compareAtPrice variants { sku price } } } } }"
    )
    assert result.errors == ()
    page = result.data["products"]
    assert page["totalCount"] == 2
    assert page["pageInfo"] == {"hasNextPage": False}
    assert page["edges"][1]["cursor"] == "p1"
    assert page["edges"][1]["node"] == {
        "id": "p1",
        "title": "Product 1",
        "status": "ACTIVE",
        "createdAt": "2026-01-02T00:00:00+00:00",
        "compareAtPrice": None,
        "variants": [{"sku": f"p1-{n}", "price": n} for n in range(4)],
    }


async def test_an_input_becomes_its_struct_and_knows_absent_from_null(shop: Any) -> None:
    document = "mutation ($input: ProductInput!) { productCreate(input: $input) { position } }"
    grants = {"products:write"}
    await shop.run(document, {"input": {"title": "A"}}, permissions=grants)
    await shop.run(
        document,
        {"input": {"title": "B", "compareAtPrice": None, "availableFrom": "2026-01-01T00:00:00Z"}},
        permissions=grants,
    )
    assert "compare_at_price=UNSET, available_from=None" in shop.calls[0]
    assert "compare_at_price=None, available_from=datetime.datetime(2026" in shop.calls[1]


async def test_a_scalar_that_cannot_be_parsed_is_the_callers_mistake(shop: Any, codes: Any) -> None:
    result = await shop.run(
        "mutation ($input: ProductInput!) { productCreate(input: $input) { position } }",
        {"input": {"title": "A", "availableFrom": "yesterday"}},
        permissions={"products:write"},
    )
    assert codes(result) == ["BAD_USER_INPUT"]
    assert shop.calls == []


async def test_one_of_takes_exactly_one(shop: Any, codes: Any) -> None:
    document = "query ($by: ProductBy!) { choose(by: $by) { title } }"
    assert (await shop.run(document, {"by": {"handle": "x"}})).errors == ()
    both = await shop.run(document, {"by": {"handle": "x", "id": "1"}})
    neither = await shop.run(document, {"by": {}})
    assert codes(both) == codes(neither) == ["BAD_USER_INPUT"]
    assert shop.calls == ["choose"]


async def test_objects_behind_an_interface_are_told_apart_by_their_class(shop: Any) -> None:
    result = await shop.run(
        '{ nodes(ids: ["p1", "u1"]) { __typename id ... on Product { title } } }',
        permissions=set(),
    )
    assert result.data["nodes"] == [
        {"__typename": "Product", "id": "p1", "title": "One"},
        {"__typename": "Person", "id": "u1"},
    ]


async def test_mutations_run_one_after_the_other(shop: Any) -> None:
    result = await shop.run("mutation { a: touch b: touch }")
    assert result.data == {"a": 2, "b": 4}
    assert shop.calls == ["touch begins", "touch ends"] * 2


async def test_an_expected_error_is_told_with_its_code_and_where(shop: Any) -> None:
    result = await shop.run('{ failing(message: "Sold out") totals: related { id } }')
    assert result.data == {"failing": None, "totals": []}
    assert [problem.rendered() for problem in result.errors] == [
        {
            "message": "Sold out",
            "locations": [{"line": 1, "column": 3}],
            "path": ["failing"],
            "extensions": {"code": "OUT_OF_STOCK", "sku": "A-1"},
        }
    ]
    assert shop.hidden == []


@pytest.mark.parametrize("field", ["broken", "secretFailure"])
async def test_an_unexpected_error_tells_nothing_but_is_handed_on(shop: Any, field: str) -> None:
    result = await shop.run(f"{{ {field} }}", request_id="r-1")
    (problem,) = result.errors
    assert problem.code == "INTERNAL"
    assert problem.message == "Internal error"
    assert problem.extensions == {"requestId": "r-1"}
    ((error, path),) = shop.hidden
    assert isinstance(error, RuntimeError)
    assert path == (field,)


async def test_the_application_decides_which_errors_are_told(shop: Any) -> None:
    def describe(error: Exception) -> Problem | None:
        return Problem(code="TOLD", message=f"It is {type(error).__name__}.")

    engine = Engine(shop.engine.schema, on_error=lambda _error, _path: None, describe=describe)
    result = await engine.execute(
        Operation(query="{ broken }"), context=shop.context(), caller=shop.caller()
    )
    assert [(p.code, p.message) for p in result.errors] == [("TOLD", "It is RuntimeError.")]


async def test_a_null_where_none_may_be_is_internal(shop: Any, codes: Any) -> None:
    shop.context = lambda: None
    result = await shop.run("{ products(first: 1) { nodes { category { name } } } }")
    assert codes(result) == ["INTERNAL"]
    assert result.data == {"products": {"nodes": [{"category": None}]}}


async def test_a_null_variable_for_a_required_argument_is_the_callers_mistake(
    shop: Any, codes: Any
) -> None:
    result = await shop.run('query ($m: String = "x") { failing(message: $m) }', {"m": None})
    assert codes(result) == ["BAD_USER_INPUT"]
    assert shop.hidden == []


async def test_only_so_many_errors_are_returned(shop: Any) -> None:
    limited = shop.caller(set()).limits.__class__(errors=3)
    selections = " ".join(f"a{n}: broken" for n in range(9))
    result = await shop.run(f"{{ {selections} }}", limits=limited)
    assert len(result.errors) == 3
    assert len(shop.hidden) == 9


async def test_the_answer_says_what_it_cost(shop: Any) -> None:
    result = await shop.run("{ products(first: 20) { nodes { id variants { sku } } } }")
    assert result.extensions == {"cost": {"requestedQueryCost": 121, "maximumAvailable": 5000}}
    body = json.loads(render(result, JSON).body)
    assert list(body) == ["data", "extensions"]


async def test_the_named_operation_runs(shop: Any, codes: Any) -> None:
    document = 'query A { product(id: "1") { id } } query B { related { id } }'
    assert (await shop.run(document, operation_name="B")).data == {"related": []}
    assert codes(await shop.run(document, operation_name="C")) == ["UNKNOWN_OPERATION"]
    assert codes(await shop.run(document)) == ["UNKNOWN_OPERATION"]
    assert shop.calls == ["related"]


async def test_a_query_by_get_may_not_be_a_mutation(shop: Any, codes: Any) -> None:
    result = await shop.run("mutation { touch }", read_only=True)
    assert codes(result) == ["METHOD_NOT_ALLOWED"]
    assert render(result, JSON)[:2] == (
        405,
        {
            "content-type": "application/json; charset=utf-8",
            "vary": "accept",
            "cache-control": "no-store",
            "allow": "GET, POST",
        },
    )
    assert shop.calls == []
