"""Something to be found behind each kind of id."""

from collections.abc import Sequence

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox.settling import drain
from rustok.outbox.workers import runner, sequencer
from tests.api.callers import PASSWORD, Caller

NAME = "outbox"
"""Of a role, and of a module that no tenant can be without."""


class Refusing:
    """A consumer that gives up on every new product at once."""

    name = "proof.refusing"
    events: tuple[str, ...] | None = ("product.created",)
    retry = RetryPolicy(attempts=1)

    async def handle(self, _ctx: Context, _session: WriteSession, _events: Sequence[Event]) -> None:
        """Fails."""
        raise RuntimeError("refused")


async def one_of_each(admin: Caller) -> dict[str, str]:
    """One of each, by the name of the path's parameter."""
    category = (await admin.rest("POST", "/admin/categories", {"title": "Lamp"})).json()
    collection = (await admin.rest("POST", "/admin/collections", {"title": "Lamp"})).json()
    location = {"code": "cellar", "name": "Cellar"}
    given = {
        "title": "Lamp",
        "status": "active",
        "variants": [{"sku": "L", "prices": [{"amount": "3.00"}], "stock": [{"quantity": 3}]}],
    }
    product = (await admin.rest("POST", "/admin/products", given)).json()
    user = {"email": "ada@example.org", "password": PASSWORD, "name": "Ada"}
    api_key = {"name": "ERP", "permissions": ["product:read"]}
    issued = (await admin.rest("POST", "/admin/api-keys", api_key)).json()
    await admin.rest("POST", "/admin/roles", {"name": NAME, "permissions": ["product:read"]})
    return {
        "category_id": category["id"],
        "collection_id": collection["id"],
        "location_id": (await admin.rest("POST", "/admin/locations", location)).json()["id"],
        "product_id": product["id"],
        "variant_id": product["variants"][0]["id"],
        "user_id": (await admin.rest("POST", "/admin/users", user)).json()["id"],
        "api_key_id": issued["apiKey"]["id"],
        "key": "lamp",
        "name": NAME,
    }


async def one_of_the_log(host: Host, admin: Caller) -> dict[str, str]:
    """An event and a dead letter; there must be a product."""
    await drain(sequencer(host), [runner(host, Refusing())])
    events = (await admin.rest("GET", "/admin/events")).json()["data"]
    letters = (await admin.rest("GET", "/admin/dead-letters")).json()["data"]
    return {"event_id": events[0]["id"], "dead_letter_id": letters[0]["id"]}
