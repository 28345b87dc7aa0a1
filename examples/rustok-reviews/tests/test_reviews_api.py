"""The same over HTTP: REST, GraphQL, and the rating on a product."""

from typing import Any

import httpx
import pytest

from rustok.core.context import Context
from rustok.testing.http import SignIn, bearer
from rustok_reviews.permissions import REVIEW_MODERATE, REVIEW_READ
from rustok_reviews.types import ReviewSubmit

REVIEWS = "/api/v1/store/reviews"
ADMIN = "/api/v1/admin/reviews"


@pytest.fixture
def body(review: ReviewSubmit) -> dict[str, Any]:
    return {
        "productId": review.product_id,
        "rating": review.rating,
        "title": review.title,
        "body": review.body,
        "author": review.author,
    }


async def test_the_life_of_a_review_over_rest(
    client: httpx.AsyncClient, token: SignIn, ctx: Context, body: dict[str, Any], settle: Any
) -> None:
    mine = bearer(await token(ctx))
    staff = bearer(await token(ctx, REVIEW_READ, REVIEW_MODERATE))

    answer = await client.post(REVIEWS, json=body, headers=mine)
    assert answer.status_code == 201, answer.text
    written = answer.json()["review"]
    assert (written["status"], written["productId"]) == ("pending", body["productId"])

    queue = await client.get(ADMIN, params={"status": "pending"}, headers=staff)
    assert [item["id"] for item in queue.json()["data"]] == [written["id"]]
    verdict = await client.put(
        f"{ADMIN}/{written['id']}/status", json={"status": "approved"}, headers=staff
    )
    assert verdict.json()["review"]["status"] == "approved"
    await settle()

    shown = (await client.get(REVIEWS, params={"product": body["productId"]})).json()
    assert [item["title"] for item in shown["data"]] == ["Steady"]
    assert shown["rating"]["average"] == 4.0
    assert shown["page"] == {"next": None}

    stale = {**mine, "if-match": '"1"'}
    refused = await client.patch(f"{REVIEWS}/{written['id']}", json={"rating": 1}, headers=stale)
    assert (refused.status_code, refused.json()["code"]) == (412, "VERSION_MISMATCH")
    assert (await client.delete(f"{REVIEWS}/{written['id']}", headers=mine)).status_code == 204
    own = await client.get(f"{REVIEWS}/mine", headers=mine)
    assert own.json()["data"] == []


async def test_what_is_wrong_is_said_with_its_place(
    client: httpx.AsyncClient, token: SignIn, ctx: Context, body: dict[str, Any]
) -> None:
    mine = bearer(await token(ctx))

    answer = await client.post(REVIEWS, json={**body, "rating": 9, "title": ""}, headers=mine)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/rating", "/title"]


async def test_a_key_sent_twice_writes_one_review(
    client: httpx.AsyncClient, token: SignIn, ctx: Context, body: dict[str, Any]
) -> None:
    headers = {**bearer(await token(ctx)), "idempotency-key": "once"}

    first, second = [await client.post(REVIEWS, json=body, headers=headers) for _ in range(2)]

    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


SUBMIT = """mutation Submit($input: ReviewSubmitInput!) {
  reviewSubmit(input: $input) { review { id status } userErrors { code field } position }
}"""
MODERATE = """mutation Moderate($id: ID!) {
  reviewModerate(id: $id, verdict: APPROVED) { review { status } userErrors { code } position }
}"""
PRODUCT = """query Product($id: ID!) {
  product(id: $id) { rating { count average distribution { rating count } } }
  productReviews(productId: $id, first: 5) { nodes { title } pageInfo { hasNextPage } }
}"""


async def test_the_life_of_a_review_over_graphql(
    client: httpx.AsyncClient, token: SignIn, ctx: Context, body: dict[str, Any], settle: Any
) -> None:
    mine = bearer(await token(ctx))
    staff = bearer(await token(ctx, REVIEW_MODERATE))

    async def run(query: str, headers: dict[str, str], **variables: Any) -> Any:
        operation = {"query": query, "variables": variables}
        answer = (await client.post("/graphql", json=operation, headers=headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    wrong = await run(SUBMIT, mine, input={**body, "rating": 0})
    assert wrong["reviewSubmit"]["userErrors"] == [{"code": "INVALID_RATING", "field": ["rating"]}]
    written = (await run(SUBMIT, mine, input=body))["reviewSubmit"]["review"]
    again = await run(SUBMIT, mine, input=body)
    assert again["reviewSubmit"]["userErrors"][0]["code"] == "ALREADY_REVIEWED"
    verdict = await run(MODERATE, staff, id=written["id"])
    assert verdict["reviewModerate"]["review"] == {"status": "APPROVED"}
    await settle()

    shown = await run(PRODUCT, {}, id=body["productId"])

    assert shown["product"]["rating"]["average"] == 4.0
    assert shown["product"]["rating"]["distribution"][1] == {"rating": 4, "count": 1}
    assert shown["productReviews"]["nodes"] == [{"title": "Steady"}]
