"""The one thread, over HTTP: created, published, found, by GraphQL and REST, in its tenant only."""

from typing import Any

import pytest

from tests.api.callers import Caller

pytestmark = pytest.mark.usefixtures("working")

CREATE = """
mutation ($input: ProductCreateInput!) {
  productCreate(input: $input) {
    product { id handle status version staff { privateMetadata stock { total } } }
    userErrors { code message field }
    position
  }
}
"""
PUBLISH = """
mutation ($id: ID!, $version: Int) {
  productPublish(id: $id, expectedVersion: $version) {
    product { status version publishedAt }
    userErrors { code field }
    position
  }
}
"""
SEARCH = """
query ($query: String, $filter: ProductFilter, $sort: ProductSort, $first: Int, $after: String) {
  products(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
    edges { cursor node { id title priceRange { min { amount currency } } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
    totalCount
    facets { name values { value label count } }
    correctedQuery
  }
}
"""


def lamp(title: str = "Brass Desk Lamp", sku: str = "LAMP-1", **changes: Any) -> dict[str, Any]:
    """A product with two variants."""
    return {
        "title": title,
        "descriptionHtml": "<p>Warm light.</p><script>alert(1)</script>",
        "vendor": "Lumen",
        "productType": "Lamp",
        "tags": ["brass", "desk"],
        "options": [{"name": "Colour", "values": [{"value": "Brass"}, {"value": "Black"}]}],
        "variants": [
            {
                "sku": f"{sku}-{colour}",
                "options": [{"name": "Colour", "value": colour}],
                "prices": [{"amount": amount, "compareAtAmount": "150.00"}],
                "stock": [{"quantity": 3}],
            }
            for colour, amount in (("Brass", "129.00"), ("Black", "119.50"))
        ],
        "privateMetadata": {"margin": "40"},
        **changes,
    }


async def published(admin: Caller, given: dict[str, Any]) -> dict[str, str]:
    """A new product that anyone can see, as its id and position."""
    made = (await admin.graphql(CREATE, {"input": given}))["productCreate"]
    assert made["userErrors"] == []
    done = (await admin.graphql(PUBLISH, {"id": made["product"]["id"]}))["productPublish"]
    assert done["userErrors"] == []
    return {"id": made["product"]["id"], "position": done["position"]}


async def test_a_product_is_created_published_and_found(
    admin: Caller, visitor: Caller, other_visitor: Caller
) -> None:
    made = (await admin.graphql(CREATE, {"input": lamp()}))["productCreate"]
    product = made["product"]
    assert (product["status"], product["handle"]) == ("DRAFT", "brass-desk-lamp")
    assert product["staff"]["privateMetadata"] == {"margin": "40"}
    assert [stock["total"] for stock in product["staff"]["stock"]] == [3, 3]
    hidden = await visitor.graphql(SEARCH, {}, rustok_after=made["position"])
    assert hidden["products"]["totalCount"] == 0

    done = (await admin.graphql(PUBLISH, {"id": product["id"]}))["productPublish"]
    assert done["product"]["status"] == "ACTIVE"

    found = (await visitor.graphql(SEARCH, {"query": "bras lampp"}, rustok_after=done["position"]))[
        "products"
    ]
    (edge,) = found["edges"]
    assert edge["node"]["title"] == "Brass Desk Lamp"
    assert edge["node"]["priceRange"]["min"] == {"amount": "119.50", "currency": "EUR"}
    assert found["totalCount"] == 1
    counted = {facet["name"]: facet["values"] for facet in found["facets"]}
    assert counted["vendor"] == [{"value": "Lumen", "label": "Lumen", "count": 1}]
    assert {one["value"] for one in counted["option.Colour"]} == {"Brass", "Black"}

    listed = (await visitor.rest("GET", "/store/products?q=lamp&facets=true&total=true")).json()
    assert [one["id"] for one in listed["data"]] == [product["id"]]
    assert listed["page"] == {"next": None, "total": 1}
    assert "<script>" not in listed["data"][0]["descriptionHtml"]
    assert "margin" not in str(listed)
    one = (await visitor.rest("GET", "/store/products/brass-desk-lamp")).json()
    assert one["id"] == product["id"]

    elsewhere = await other_visitor.graphql(SEARCH, {"query": "lamp"})
    assert elsewhere["products"]["totalCount"] == 0
    stranger = await other_visitor.rest("GET", f"/store/products/{product['id']}")
    assert stranger.status_code == 404


async def test_filters_facets_and_sorts(admin: Caller, visitor: Caller) -> None:
    position = ""
    for number, (vendor, amount) in enumerate(
        [("Lumen", "10.00"), ("Lumen", "30.00"), ("Loam", "20.00")]
    ):
        given = lamp(f"Lamp {number}", f"S{number}", vendor=vendor)
        for variant in given["variants"]:
            variant["prices"] = [{"amount": amount}]
        position = (await published(admin, given))["position"]

    async def titles(**variables: Any) -> list[str]:
        found = await visitor.graphql(SEARCH, variables, rustok_after=position)
        return [edge["node"]["title"] for edge in found["products"]["edges"]]

    price = {"field": "PRICE", "direction": "ASC"}
    assert await titles(sort=price) == ["Lamp 0", "Lamp 2", "Lamp 1"]
    assert await titles(sort={**price, "direction": "DESC"}) == ["Lamp 1", "Lamp 2", "Lamp 0"]
    assert await titles(sort=price, filter={"vendor": {"eq": "Lumen"}}) == ["Lamp 0", "Lamp 1"]
    assert await titles(filter={"vendor": {"in": ["Loam", "Nobody"]}}) == ["Lamp 2"]
    assert await titles(sort=price, filter={"price": {"gte": "15", "lte": "30.00"}}) == [
        "Lamp 2",
        "Lamp 1",
    ]
    assert await titles(filter={"options": [{"name": "Colour", "in": ["Pink"]}]}) == []
    assert await titles(filter={"category": {"eq": "nowhere"}}) == []

    found = await visitor.graphql(SEARCH, {"filter": {"vendor": {"eq": "Loam"}}})
    counted = {facet["name"]: facet["values"] for facet in found["products"]["facets"]}
    assert {one["value"]: one["count"] for one in counted["vendor"]} == {"Lumen": 2, "Loam": 1}


async def test_pages_continue_where_they_ended(admin: Caller, visitor: Caller) -> None:
    position = ""
    for number in range(5):
        position = (await published(admin, lamp(f"Lamp {number}", f"S{number}")))["position"]

    seen, after = [], None
    for _ in range(3):
        variables = {"first": 2, "after": after, "sort": {"field": "TITLE"}}
        found = (await visitor.graphql(SEARCH, variables, rustok_after=position))["products"]
        seen += [edge["node"]["title"] for edge in found["edges"]]
        assert found["pageInfo"]["hasPreviousPage"] == (after is not None)
        after = found["pageInfo"]["endCursor"]

    assert seen == [f"Lamp {number}" for number in range(5)]
    assert not found["pageInfo"]["hasNextPage"]


async def test_versions_guard_against_lost_updates(admin: Caller) -> None:
    made = await admin.rest("POST", "/admin/products", lamp())
    assert made.status_code == 201, made.text
    path = f"/admin/products/{made.json()['id']}"
    assert made.headers["location"] == f"/api/v1{path}"

    good = await admin.rest("PATCH", path, {"vendor": "A"}, if_match=made.headers["etag"])
    late = await admin.rest("PATCH", path, {"vendor": "B"}, if_match=made.headers["etag"])
    odd = await admin.rest("PATCH", path, {"vendor": "C"}, if_match="seven")
    stale = await admin.graphql(PUBLISH, {"id": made.json()["id"], "version": 1})

    assert (good.status_code, good.json()["vendor"]) == (200, "A")
    assert (late.status_code, late.json()["code"]) == (412, "VERSION_MISMATCH")
    assert (odd.status_code, odd.json()["code"]) == (400, "INVALID_IF_MATCH")
    assert stale["productPublish"]["userErrors"][0]["code"] == "VERSION_MISMATCH"
    assert stale["productPublish"]["product"] is None


async def test_entity_tags_save_the_answer(admin: Caller, visitor: Caller) -> None:
    made = await published(admin, lamp())
    for path in ("/store/products", "/store/products/brass-desk-lamp"):
        first = await visitor.rest("GET", path, rustok_after=made["position"])
        again = await visitor.rest("GET", path, if_none_match=first.headers["etag"])
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")

    changed = await admin.rest("PATCH", f"/admin/products/{made['id']}", {"vendor": "New"})
    fresh = await visitor.rest(
        "GET",
        "/store/products/brass-desk-lamp",
        if_none_match=first.headers["etag"],
        rustok_after=changed.headers["rustok-position"],
    )
    assert (fresh.status_code, fresh.json()["vendor"]) == (200, "New")


async def test_what_the_caller_can_mend_is_a_user_error(admin: Caller) -> None:
    given = lamp(handle="Not A Handle")
    given["variants"][0]["prices"] = [{"amount": "1.234"}]

    made = (await admin.graphql(CREATE, {"input": given}))["productCreate"]

    assert made["product"] is None
    assert {tuple(error["field"]) for error in made["userErrors"]} >= {
        ("handle",),
        ("variants", "0", "prices", "0", "amount"),
    }


async def test_bulk_answers_for_each_item(admin: Caller) -> None:
    items = [lamp("One", "A"), lamp("", "B"), lamp("Three", "C")]

    answer = await admin.rest("POST", "/admin/products/bulk", items)

    assert answer.status_code == 200, answer.text
    found = answer.json()["items"]
    assert [item["product"] is not None for item in found] == [True, False, True]
    assert found[1]["errors"][0]["pointer"] == "/title"


async def test_stock_goes_never_below_zero(admin: Caller) -> None:
    made = (await admin.rest("POST", "/admin/products", lamp())).json()
    variant = made["variants"][0]["id"]

    taken = await admin.rest(
        "POST", "/admin/stock/adjustments", [{"variant": variant, "delta": -2}]
    )
    too_many = await admin.rest(
        "POST", "/admin/stock/adjustments", [{"variant": variant, "delta": -2}]
    )

    assert taken.json()["levels"][0]["quantity"] == 1
    assert too_many.status_code in {409, 422}
    assert "INSUFFICIENT_STOCK" in too_many.text


async def test_categories_and_collections(admin: Caller, visitor: Caller) -> None:
    root = (await admin.rest("POST", "/admin/categories", {"title": "Light"})).json()
    below = await admin.rest(
        "POST", "/admin/categories", {"title": "Desk lamps", "parent": root["id"]}
    )
    group = await admin.rest("POST", "/admin/collections", {"title": "New"})
    made = await published(
        admin,
        lamp(category=below.json()["id"], collections=[group.json()["id"]]),
    )

    found = await visitor.graphql(
        """
        { categories { handle children { handle path { title } } }
          category(handle: "light") { products { nodes { title category { handle } } } }
          collection(handle: "new") { title products { totalCount } } }
        """,
        rustok_after=made["position"],
    )

    (tree,) = found["categories"]
    assert tree["handle"] == "light"
    assert [step["title"] for step in tree["children"][0]["path"]] == ["Light", "Desk lamps"]
    assert found["category"]["products"]["nodes"][0]["category"]["handle"] == "desk-lamps"
    assert found["collection"] == {"title": "New", "products": {"totalCount": 1}}
    inside = (await visitor.rest("GET", "/store/collections/new/products")).json()
    assert [one["id"] for one in inside["data"]] == [made["id"]]


async def test_a_collection_is_put_in_order(admin: Caller, visitor: Caller) -> None:
    made = {name: await published(admin, lamp(name, name)) for name in "ABC"}
    ids = {name: product["id"] for name, product in made.items()}
    given = {"title": "New", "products": list(ids.values())}
    group = (await admin.rest("POST", "/admin/collections", given)).json()

    async def order() -> str:
        path, seen = "/store/collections/new/products", made["C"]["position"]
        listed = (await visitor.rest("GET", path, rustok_after=seen)).json()
        return "".join(one["title"] for one in listed["data"])

    moved = await admin.rest(
        "POST",
        f"/admin/collections/{group['id']}/products/move",
        {"products": [ids["C"]], "position": 0},
    )
    assert (moved.status_code, moved.json()["version"]) == (200, 2)
    assert await order() == "CAB"
    move = """
        mutation ($id: ID!, $input: CollectionMoveInput!) {
          collectionMoveProducts(id: $id, input: $input, expectedVersion: 2) {
            collection { version } userErrors { code field } } }
    """
    last = {"id": group["id"], "input": {"products": [ids["A"], ids["C"]]}}
    done = (await admin.graphql(move, last))["collectionMoveProducts"]
    assert done == {"collection": {"version": 3}, "userErrors": []}
    assert await order() == "BAC"
    again = (await admin.graphql(move, last))["collectionMoveProducts"]
    assert again["userErrors"] == [{"code": "VERSION_MISMATCH", "field": None}]


async def test_languages_have_their_own_texts(admin: Caller, visitor: Caller) -> None:
    texts = {"locale": "de", "title": "Schreibtischlampe aus Messing"}
    made = await published(admin, lamp(translations=[texts]))

    german = await visitor.rest(
        "GET", "/store/products?q=lampen", accept_language="de", rustok_after=made["position"]
    )
    english = await visitor.rest("GET", "/store/products/brass-desk-lamp?locale=en")
    unknown = await visitor.rest("GET", "/store/products?locale=fr")

    assert german.json()["data"][0]["title"] == "Schreibtischlampe aus Messing"
    assert english.json()["alternates"]["de"] == "schreibtischlampe-aus-messing"
    assert (unknown.status_code, unknown.json()["code"]) == (400, "UNKNOWN_LOCALE")


async def test_a_new_language_reaches_what_is_there_already(admin: Caller, visitor: Caller) -> None:
    await published(admin, lamp())

    changed = await admin.graphql(
        """mutation { tenantUpdate(input: {locales: ["en", "fr"]}) {
             tenant { locales } userErrors { code } position } }"""
    )

    position = changed["tenantUpdate"]["position"]
    french = await visitor.rest("GET", "/store/products?locale=fr", rustok_after=position)
    german = await visitor.rest("GET", "/store/products?locale=de")
    assert [one["locale"] for one in french.json()["data"]] == ["fr"]
    assert german.status_code == 400


async def test_a_module_switched_off_is_gone_for_its_tenant_only(
    admin: Caller, visitor: Caller, other_visitor: Caller
) -> None:
    listed = (await admin.rest("GET", "/admin/modules")).json()
    dependents = [one["name"] for one in listed if "commerce" in one["requires"]]
    for name in [*dependents, "commerce"]:
        off = await admin.rest("DELETE", f"/admin/modules/{name}")
        assert off.status_code == 204, off.text

    async def codes() -> tuple[str, str]:
        rest = (await visitor.rest("GET", "/store/products")).json().get("code", "")
        graph = (await visitor.raw("{ products { totalCount } }")).json()
        return rest, graph.get("errors", [{}])[0].get("extensions", {}).get("code", "")

    assert await codes() == ("MODULE_DISABLED", "MODULE_DISABLED")
    assert (await other_visitor.rest("GET", "/store/products")).status_code == 200
    await admin.rest("PUT", "/admin/modules/commerce")
    assert await codes() == ("", "")
