"""Use cases that change collections and what is in them."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from uuid import UUID

import msgspec
from msgspec import UNSET

from rustok.commerce.catalog import collections_repository as repository
from rustok.commerce.catalog import events
from rustok.commerce.catalog.collections_repository import CollectionRow
from rustok.commerce.catalog.drafting import Scope
from rustok.commerce.catalog.drafting.images import image
from rustok.commerce.catalog.editing import Editor, check_version
from rustok.commerce.catalog.group_texts import TextTable, save_texts, written
from rustok.commerce.catalog.groups import collection_view, decoded, decoded_image
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.product import Image
from rustok.commerce.catalog.types.groups import CollectionCreate, CollectionMove, CollectionUpdate
from rustok.commerce.catalog.types.ids import COLLECTION_ID, PRODUCT_ID
from rustok.commerce.catalog.types.inputs import ImageInput
from rustok.commerce.catalog.types.results import CollectionResult, Deleted
from rustok.commerce.errors import CollectionNotFound, HandleTaken, ProductNotFound
from rustok.commerce.permissions import COLLECTION_CREATE, COLLECTION_DELETE, COLLECTION_UPDATE
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.db.failures import constraints

MAX_PRODUCTS = 1_000
LAST = 2**31 - 1
KnownAmong = Callable[..., Awaitable[list[UUID]]]
TEXTS = TextTable(
    "collection",
    repository.COLLECTION_HANDLES,
    repository.SAVE_COLLECTION_TEXTS,
    repository.DELETE_COLLECTION_TEXTS,
)
_RACES = {"commerce_collection_handles": HandleTaken}


class CollectionService:
    """Creates, changes and deletes collections; puts products in and takes them out."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._db = editor.db

    async def create(self, ctx: Context, given: CollectionCreate) -> CollectionResult:
        """Makes a collection with its products; raises ValidationFailed, HandleTaken."""
        ctx.require(COLLECTION_CREATE)
        async with self._db.write(ctx) as session:
            problems = Problems()
            key = self._editor.ids.new()
            picture = self._image(ctx, None, given.image, problems)
            known = partial(session.all, repository.KNOWN_PRODUCTS)
            products = await _products(known, given.products, problems)
            texts = await written(ctx, session, TEXTS, key, given, problems)
            await session.execute(
                repository.INSERT_COLLECTION,
                id=key,
                image=_encoded(picture),
                now=self._editor.clock.now(),
            )
            with constraints(_RACES):
                await save_texts(session, TEXTS, key, texts)
            session.record(events.CollectionCreated(), aggregate_id=key, aggregate_version=1)
            if products:
                added = await session.all(repository.ADD_MEMBERS, id=key, products=products)
                fact = events.CollectionProductsChanged(added=tuple(added), removed=())
                session.record(fact, aggregate_id=key, aggregate_version=1)
            row = await session.one(repository.COLLECTION, id=key)
        return CollectionResult(collection=collection_view(ctx, row), position=session.token)

    async def update(
        self,
        ctx: Context,
        collection_id: str,
        given: CollectionUpdate,
        *,
        expected_version: int | None = None,
    ) -> CollectionResult:
        """Changes texts and image.

        Raises CollectionNotFound, ValidationFailed, PreconditionFailed, HandleTaken.
        """
        ctx.require(COLLECTION_UPDATE)
        key = COLLECTION_ID.parse(collection_id)
        async with self._db.write(ctx) as session:
            row = await _locked(session, key, expected_version)
            old_image, old_texts = decoded_image(row.image), decoded(row.translations)
            problems = Problems()
            picture = old_image
            if given.image is not UNSET:
                picture = self._image(ctx, old_image, given.image, problems)
            texts = await written(ctx, session, TEXTS, key, given, problems, present=old_texts)
            changed = []
            if set(texts) != set(old_texts):
                changed.append("translations")
            if picture != old_image:
                changed.append("image")
            if changed:
                with constraints(_RACES):
                    await save_texts(session, TEXTS, key, texts, old_texts)
                fact = events.CollectionUpdated(changed=tuple(changed))
                row = await self._touch(session, row, fact, _encoded(picture))
        return CollectionResult(collection=collection_view(ctx, row), position=session.token)

    async def delete(
        self, ctx: Context, collection_id: str, *, expected_version: int | None = None
    ) -> Deleted:
        """Takes a collection away; raises CollectionNotFound, PreconditionFailed."""
        ctx.require(COLLECTION_DELETE)
        key = COLLECTION_ID.parse(collection_id)
        async with self._db.write(ctx) as session:
            version = (await _locked(session, key, expected_version)).version + 1
            await session.execute(
                repository.DELETE_COLLECTION, id=key, version=version, now=self._editor.clock.now()
            )
            session.record(events.CollectionDeleted(), aggregate_id=key, aggregate_version=version)
        return Deleted(id=collection_id, position=session.token)

    async def add_products(
        self,
        ctx: Context,
        collection_id: str,
        products: Sequence[str],
        *,
        expected_version: int | None = None,
    ) -> CollectionResult:
        """Puts products at its end, up to 1,000 per call; those that are in it stay where they are.

        Raises CollectionNotFound, ValidationFailed, PreconditionFailed.
        """
        ctx.require(COLLECTION_UPDATE)
        key = COLLECTION_ID.parse(collection_id)
        async with self._db.write(ctx) as session:
            row = await _locked(session, key, expected_version)
            problems = Problems()
            known = partial(session.all, repository.KNOWN_PRODUCTS)
            wanted = await _products(known, products, problems)
            problems.stop()
            added = await session.all(repository.ADD_MEMBERS, id=key, products=wanted)
            if added:
                fact = events.CollectionProductsChanged(added=tuple(added), removed=())
                row = await self._touch(session, row, fact, row.image)
        return CollectionResult(collection=collection_view(ctx, row), position=session.token)

    async def remove_products(
        self,
        ctx: Context,
        collection_id: str,
        products: Sequence[str],
        *,
        expected_version: int | None = None,
    ) -> CollectionResult:
        """Takes products out, up to 1,000 per call; those that are not in it are passed over.

        Raises CollectionNotFound, ValidationFailed, PreconditionFailed.
        """
        ctx.require(COLLECTION_UPDATE)
        key = COLLECTION_ID.parse(collection_id)
        async with self._db.write(ctx) as session:
            row = await _locked(session, key, expected_version)
            problems = Problems()
            problems.count(len(products), "products", most=MAX_PRODUCTS)
            problems.stop()
            parsed = [PRODUCT_ID.parse_or_none(product) for product in products]
            wanted = [product for product in parsed if product is not None]
            removed = await session.all(repository.REMOVE_MEMBERS, id=key, products=wanted)
            if removed:
                fact = events.CollectionProductsChanged(added=(), removed=tuple(removed))
                row = await self._touch(session, row, fact, row.image)
        return CollectionResult(collection=collection_view(ctx, row), position=session.token)

    async def move_products(
        self,
        ctx: Context,
        collection_id: str,
        given: CollectionMove,
        *,
        expected_version: int | None = None,
    ) -> CollectionResult:
        """Puts products that are in it elsewhere in its order, up to 1,000 per call.

        Raises CollectionNotFound, ValidationFailed, PreconditionFailed.
        """
        ctx.require(COLLECTION_UPDATE)
        key = COLLECTION_ID.parse(collection_id)
        async with self._db.write(ctx) as session:
            row = await _locked(session, key, expected_version)
            problems = Problems()
            known = partial(session.all, repository.KNOWN_MEMBERS, id=key)
            wanted = await _products(known, given.products, problems)
            position = LAST if given.position is None else given.position
            if not 0 <= position <= LAST:
                problems.add("OUT_OF_RANGE", "A place is counted from 0.", "position")
            problems.stop()
            moved = await session.all(
                repository.MOVE_MEMBERS, id=key, products=wanted, position=position
            )
            if moved:
                fact = events.CollectionProductsMoved(moved=tuple(wanted), position=given.position)
                row = await self._touch(session, row, fact, row.image)
        return CollectionResult(collection=collection_view(ctx, row), position=session.token)

    async def _touch(
        self,
        session: WriteSession,
        row: CollectionRow,
        fact: events.CollectionFact,
        picture: str | None,
    ) -> CollectionRow:
        version = row.version + 1
        await session.execute(
            repository.UPDATE_COLLECTION,
            id=row.id,
            version=version,
            image=picture,
            now=self._editor.clock.now(),
        )
        session.record(fact, aggregate_id=row.id, aggregate_version=version)
        return await session.one(repository.COLLECTION, id=row.id)

    def _image(
        self, ctx: Context, old: Image | None, given: ImageInput | None, problems: Problems
    ) -> Image | None:
        if given is None:
            return None
        scope = Scope(tenant=ctx.tenant, ids=self._editor.ids)
        kept = old if old is not None and old.url == given.url else None
        return image(scope, kept, given, problems, ("image",))


async def _locked(session: WriteSession, key: UUID, expected_version: int | None) -> CollectionRow:
    version = await session.maybe(repository.LOCK_COLLECTION, id=key)
    if version is None:
        raise CollectionNotFound
    check_version(version, expected_version)
    return await session.one(repository.COLLECTION, id=key)


async def _products(known_among: KnownAmong, keys: Sequence[str], problems: Problems) -> list[UUID]:
    if not keys or not problems.count(len(keys), "products", most=MAX_PRODUCTS):
        return []
    parsed = [PRODUCT_ID.parse_or_none(key) for key in keys]
    wanted = [key for key in parsed if key is not None]
    known = set(await known_among(products=wanted))
    for number, key in enumerate(parsed):
        if key not in known:
            problems.add(ProductNotFound.code, ProductNotFound.title, "products", number)
    return list(dict.fromkeys(wanted))


def _encoded(picture: Image | None) -> str | None:
    return None if picture is None else msgspec.json.encode(picture).decode()
