"""Categories as a tree, and collections."""

import asyncio

import pytest

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.types import (
    PRODUCT_ID,
    CategoryCreate,
    CategoryMove,
    CategoryView,
    CollectionCreate,
    CollectionMove,
    CollectionUpdate,
    GroupUpdate,
    ImageInput,
    LocalText,
    ProductUpdate,
    Seo,
    TranslationInput,
)
from rustok.commerce.errors import (
    CategoryCycle,
    CategoryNotEmpty,
    CategoryNotFound,
    CollectionNotFound,
)
from rustok.core.errors import PreconditionFailed, RustokError, ValidationFailed
from tests.commerce.conftest import Catalogue, Log, Settle
from tests.commerce.goods import mug, plain


async def category(shop: Catalogue, title: str, parent: str | None = None) -> str:
    made = await shop.categories.create(shop.ctx, CategoryCreate(title=title, parent=parent))
    return made.category.id


def drawn(tree: tuple[CategoryView, ...]) -> list[object]:
    """The tree as titles with the ones below them."""
    return [[node.title, *drawn(node.children)] if node.children else node.title for node in tree]


async def test_a_tree_is_made_read_and_moved(shop: Catalogue, log: Log) -> None:
    kitchen = await category(shop, "Kitchen")
    mugs = await category(shop, "Mugs", kitchen)
    await category(shop, "Bowls", "kitchen")
    await category(shop, "Garden")

    assert drawn(await shop.queries.category_tree(shop.ctx)) == [
        ["Kitchen", "Mugs", "Bowls"],
        "Garden",
    ]
    moved = await shop.categories.move(shop.ctx, mugs, CategoryMove(position=1))
    assert drawn(await shop.queries.category_tree(shop.ctx)) == [
        ["Kitchen", "Bowls"],
        "Mugs",
        "Garden",
    ]
    await shop.categories.move(shop.ctx, mugs, CategoryMove(parent="garden"))
    found = await shop.queries.category(shop.ctx, "mugs")
    assert [step.title for step in found.path] == ["Garden", "Mugs"]
    assert (moved.category.version, found.version) == (2, 3)
    assert [event.name for event in await log()][-2:] == ["category.moved"] * 2


async def test_a_category_cannot_be_moved_below_itself(shop: Catalogue) -> None:
    a = await category(shop, "A")
    b = await category(shop, "B", a)
    c = await category(shop, "C", b)

    for parent in (a, c):
        with pytest.raises(CategoryCycle):
            await shop.categories.move(shop.ctx, a, CategoryMove(parent=parent))


async def test_concurrent_moves_make_no_cycle(shop: Catalogue) -> None:
    ids = [await category(shop, f"C{n}") for n in range(6)]

    async def move(child: str, parent: str) -> None:
        await shop.categories.move(shop.ctx, child, CategoryMove(parent=parent))

    results = await asyncio.gather(
        *(move(ids[n], ids[(n + 1) % 6]) for n in range(6)), return_exceptions=True
    )

    assert sum(isinstance(result, CategoryCycle) for result in results) == 1

    def count(tree: tuple[CategoryView, ...]) -> int:
        return sum(1 + count(node.children) for node in tree)

    assert count(await shop.queries.category_tree(shop.ctx)) == 6


async def test_a_tree_is_only_so_deep(shop: Catalogue) -> None:
    parent: str | None = None
    for level in range(domain.MAX_CATEGORY_DEPTH):
        parent = await category(shop, f"L{level}", parent)

    with pytest.raises(ValidationFailed) as caught:
        await category(shop, "Too deep", parent)
    root = await category(shop, "Root")
    await category(shop, "Child", root)
    with pytest.raises(ValidationFailed):
        await shop.categories.move(shop.ctx, root, CategoryMove(parent=parent))

    assert [error.code for error in caught.value.errors] == ["TOO_DEEP"]


async def test_texts_of_a_category_change(shop: Catalogue) -> None:
    key = await category(shop, "Mugs")
    second = await shop.categories.create(shop.ctx, CategoryCreate(title="Mugs"))
    changed = await shop.categories.update(
        shop.ctx,
        key,
        GroupUpdate(
            description_html="<p>All<script>x</script></p>",
            seo=Seo(description="Mugs of all kinds"),
            translations=(TranslationInput(locale="de", title="Tassen"),),
        ),
        expected_version=1,
    )
    same = await shop.categories.update(shop.ctx, key, GroupUpdate(title="Mugs"))

    assert second.category.handle == "mugs-2"
    assert changed.category.alternates == {"en": "mugs", "de": "tassen"}
    assert changed.category.description_html == "<p>All</p>"
    assert changed.category.seo.description == "Mugs of all kinds"
    assert (changed.category.version, same.category.version, same.position) == (2, 2, None)
    with pytest.raises(PreconditionFailed):
        await shop.categories.update(shop.ctx, key, GroupUpdate(), expected_version=1)
    with pytest.raises(ValidationFailed) as caught:
        await shop.categories.update(shop.ctx, key, GroupUpdate(handle="mugs-2"))
    assert [(e.pointer, e.code) for e in caught.value.errors] == [("/handle", "HANDLE_TAKEN")]


async def test_a_deleted_category_leaves_its_products_without_one(shop: Catalogue) -> None:
    parent = await category(shop, "Kitchen")
    child = await category(shop, "Mugs", parent)
    made = await shop.products.create(shop.ctx, mug(category=child))

    with pytest.raises(CategoryNotEmpty):
        await shop.categories.delete(shop.ctx, parent)
    await shop.categories.delete(shop.ctx, child)

    after = await shop.products.update(shop.ctx, made.product.id, ProductUpdate(vendor="X"))
    assert after.product.category is None
    with pytest.raises(CategoryNotFound):
        await shop.queries.category(shop.ctx, child)
    assert await category(shop, "Mugs", parent) != child


async def test_a_collection_is_made_with_its_products(shop: Catalogue, log: Log) -> None:
    ids = [(await shop.products.create(shop.ctx, plain(f"P{n}"))).product.id for n in range(3)]
    made = await shop.collections.create(
        shop.ctx,
        CollectionCreate(
            title="New",
            translations=(TranslationInput(locale="de", title="Neu"),),
            image=ImageInput(
                url="/new.svg", alt="New", translations=(LocalText(locale="de", text="Neues"),)
            ),
            products=(ids[2], ids[0]),
        ),
    )
    added = await shop.collections.add_products(
        shop.ctx, made.collection.id, [ids[1], ids[0]], expected_version=1
    )
    removed = await shop.collections.remove_products(shop.ctx, made.collection.id, [ids[2]])
    same = await shop.collections.remove_products(shop.ctx, made.collection.id, [ids[2]])

    assert made.collection.image is not None
    assert made.collection.image.alt == "New"
    assert [added.collection.version, removed.collection.version] == [2, 3]
    assert same.position is None
    changes = [e.payload for e in await log() if e.name == "collection.products_changed"]
    assert [(len(c["added"]), len(c["removed"])) for c in changes] == [(2, 0), (1, 0), (0, 1)]  # type: ignore[arg-type]  # lists of ids


@pytest.mark.parametrize(
    ("moved", "position", "order"),
    [
        ("E", 0, "EABCD"),
        ("A", None, "BCDEA"),
        ("DB", 1, "ADBCE"),
        ("AB", 99, "CDEAB"),
        ("CC", 0, "CABDE"),
        ("EDCBA", 0, "EDCBA"),
    ],
)
async def test_products_of_a_collection_are_put_in_another_order(
    shop: Catalogue, log: Log, settle: Settle, moved: str, position: int | None, order: str
) -> None:
    ids = {
        name: (await shop.products.create(shop.ctx, plain(name))).product.id for name in "ABCDEX"
    }
    await shop.products.delete(shop.ctx, ids["X"])
    members = tuple(ids[name] for name in "ABCDE")
    made = await shop.collections.create(shop.ctx, CollectionCreate(title="New", products=members))
    given = CollectionMove(products=tuple(ids[name] for name in moved), position=position)
    done = await shop.collections.move_products(shop.ctx, made.collection.id, given)
    same = await shop.collections.move_products(shop.ctx, made.collection.id, given)
    assert [done.collection.version, same.collection.version, same.position] == [2, 2, None]
    await settle()
    page = await shop.queries.collection_products(shop.ctx, made.collection.id)
    assert [item.id for item in page.items] == [PRODUCT_ID.parse(ids[name]) for name in order]
    (event,) = [e for e in await log() if e.name == "collection.products_moved"]
    assert event.payload == {
        "moved": [str(PRODUCT_ID.parse(key)) for key in dict.fromkeys(given.products)],
        "position": position,
    }


async def test_what_is_not_in_a_collection_cannot_be_moved_in_it(shop: Catalogue) -> None:
    inside = (await shop.products.create(shop.ctx, plain("Inside"))).product.id
    outside = (await shop.products.create(shop.ctx, plain("Outside"))).product.id
    made = await shop.collections.create(
        shop.ctx, CollectionCreate(title="New", products=(inside,))
    )
    key = made.collection.id
    for given, code, path in (
        (CollectionMove(products=(inside, outside)), "PRODUCT_NOT_FOUND", ("products", 1)),
        (CollectionMove(products=("nonsense",)), "PRODUCT_NOT_FOUND", ("products", 0)),
        (CollectionMove(products=(inside,), position=-1), "OUT_OF_RANGE", ("position",)),
        (CollectionMove(products=(inside,), position=2**31), "OUT_OF_RANGE", ("position",)),
    ):
        with pytest.raises(ValidationFailed) as caught:
            await shop.collections.move_products(shop.ctx, key, given)
        assert [(e.code, e.path) for e in caught.value.errors] == [(code, path)]
    with pytest.raises(PreconditionFailed):
        await shop.collections.move_products(
            shop.ctx, key, CollectionMove(products=(inside,)), expected_version=7
        )


async def test_a_collection_changes_and_goes(shop: Catalogue, log: Log) -> None:
    made = await shop.collections.create(shop.ctx, CollectionCreate(title="New"))
    key = made.collection.id
    changed = await shop.collections.update(
        shop.ctx, key, CollectionUpdate(title="Newest", image=ImageInput(url="/n.svg"))
    )
    same = await shop.collections.update(shop.ctx, key, CollectionUpdate(title="Newest"))
    with pytest.raises(PreconditionFailed):
        await shop.collections.delete(shop.ctx, key, expected_version=1)
    await shop.collections.delete(shop.ctx, key, expected_version=2)

    assert (changed.collection.title, changed.collection.handle) == ("Newest", "new")
    assert (same.collection.version, same.position) == (2, None)
    with pytest.raises(CollectionNotFound):
        await shop.queries.collection(shop.ctx, key)
    again = await shop.collections.create(shop.ctx, CollectionCreate(title="New"))
    assert again.collection.handle == "new"
    assert [event.name for event in await log()] == [
        "collection.created",
        "collection.updated",
        "collection.deleted",
        "collection.created",
    ]


async def test_collections_of_one_title_at_once(shop: Catalogue) -> None:
    """Each gets a handle of its own, or is told that somebody was quicker."""
    results = await asyncio.gather(
        *(shop.collections.create(shop.ctx, CollectionCreate(title="New")) for _ in range(6)),
        return_exceptions=True,
    )

    assert [r for r in results if isinstance(r, Exception) and not isinstance(r, RustokError)] == []
    page = await shop.queries.collections(shop.ctx)
    assert len({item.handle for item in page.items}) == len(page.items) >= 1


async def test_what_is_wrong_with_a_collection(shop: Catalogue) -> None:
    with pytest.raises(ValidationFailed) as caught:
        await shop.collections.create(
            shop.ctx,
            CollectionCreate(title="", image=ImageInput(url="x"), products=("prod_x", "\0")),
        )

    assert {(error.pointer, error.code) for error in caught.value.errors} == {
        ("/title", "REQUIRED"),
        ("/image/url", "INVALID_URL"),
        ("/products/0", "PRODUCT_NOT_FOUND"),
        ("/products/1", "PRODUCT_NOT_FOUND"),
    }


async def test_collections_are_paged(shop: Catalogue) -> None:
    for number in range(5):
        await shop.collections.create(shop.ctx, CollectionCreate(title=f"C{number}"))
    first = await shop.queries.collections(shop.ctx, first=3)
    second = await shop.queries.collections(shop.ctx, first=3, after=first.end)

    assert [item.title for item in (*first.items, *second.items)] == ["C0", "C1", "C2", "C3", "C4"]
    assert (first.has_next, second.has_next) == (True, False)
