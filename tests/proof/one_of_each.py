"""Something to be found behind each kind of id."""

from tests.api.callers import PASSWORD, Caller


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
    await admin.rest("POST", "/admin/roles", {"name": "packer", "permissions": ["product:read"]})
    return {
        "category_id": category["id"],
        "collection_id": collection["id"],
        "location_id": (await admin.rest("POST", "/admin/locations", location)).json()["id"],
        "product_id": product["id"],
        "variant_id": product["variants"][0]["id"],
        "user_id": (await admin.rest("POST", "/admin/users", user)).json()["id"],
        "key": "lamp",
        "name": "packer",
    }
