"""Use cases that change categories. They take turns, for each depends on the whole tree."""

from uuid import UUID

from rustok.commerce.catalog import categories_repository as repository
from rustok.commerce.catalog import domain, events, rows
from rustok.commerce.catalog.editing import Editor, check_version
from rustok.commerce.catalog.group_texts import TextTable, save_texts, written
from rustok.commerce.catalog.groups import Category, Tree
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.types.groups import CategoryCreate, CategoryMove, GroupUpdate
from rustok.commerce.catalog.types.ids import CATEGORY_ID
from rustok.commerce.catalog.types.results import CategoryResult, Deleted
from rustok.commerce.errors import CategoryNotEmpty, CategoryNotFound
from rustok.commerce.permissions import CATEGORY_CREATE, CATEGORY_DELETE, CATEGORY_UPDATE
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.errors import invalid

TEXTS = TextTable(
    "category",
    repository.CATEGORY_HANDLES,
    repository.SAVE_CATEGORY_TEXTS,
    repository.DELETE_CATEGORY_TEXTS,
)


class CategoryService:
    """Creates, changes, moves and deletes categories."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._db = editor.db

    async def create(self, ctx: Context, given: CategoryCreate) -> CategoryResult:
        """Makes a category, last among its siblings; raises ValidationFailed."""
        ctx.require(CATEGORY_CREATE)
        async with self._db.write(ctx) as session:
            tree = await _locked_tree(session)
            if len(tree) >= domain.MAX_CATEGORIES:
                raise invalid("TOO_MANY", f"At most {domain.MAX_CATEGORIES} categories.")
            parent = _parent(ctx, tree, given.parent)
            tree.check_place(None, parent)
            key = self._editor.ids.new()
            texts = await written(ctx, session, TEXTS, key, given, Problems())
            parent_id = parent.row.id if parent else None
            await session.execute(
                repository.INSERT_CATEGORY,
                id=key,
                parent_id=parent_id,
                position=len(tree.children(parent_id)),
                now=self._editor.clock.now(),
            )
            await save_texts(session, TEXTS, key, texts)
            fact = events.CategoryCreated(parent_id=parent_id)
            session.record(fact, aggregate_id=key, aggregate_version=1)
            tree = Tree(await session.all(repository.CATEGORIES))
        return _result(ctx, tree, key, session.token)

    async def update(
        self,
        ctx: Context,
        category_id: str,
        given: GroupUpdate,
        *,
        expected_version: int | None = None,
    ) -> CategoryResult:
        """Changes texts; raises CategoryNotFound, ValidationFailed, PreconditionFailed."""
        ctx.require(CATEGORY_UPDATE)
        key = CATEGORY_ID.parse(category_id)
        async with self._db.write(ctx) as session:
            tree = await _locked_tree(session)
            old = _existing(tree, key, expected_version)
            texts = await written(
                ctx, session, TEXTS, key, given, Problems(), present=old.translations
            )
            if set(texts) != set(old.translations):
                await save_texts(session, TEXTS, key, texts, old.translations)
                fact = events.CategoryUpdated(changed=("translations",))
                await self._touch(session, old, fact)
                tree = Tree(await session.all(repository.CATEGORIES))
        return _result(ctx, tree, key, session.token)

    async def move(
        self,
        ctx: Context,
        category_id: str,
        given: CategoryMove,
        *,
        expected_version: int | None = None,
    ) -> CategoryResult:
        """Puts a category, with all below it, elsewhere.

        Raises CategoryNotFound, CategoryCycle, ValidationFailed, PreconditionFailed.
        """
        ctx.require(CATEGORY_UPDATE)
        key = CATEGORY_ID.parse(category_id)
        async with self._db.write(ctx) as session:
            tree = await _locked_tree(session)
            old = _existing(tree, key, expected_version)
            parent = _parent(ctx, tree, given.parent)
            tree.check_place(old, parent)
            parent_id = parent.row.id if parent else None
            siblings = [item for item in tree.children(parent_id) if item is not old]
            place = len(siblings) if given.position is None else given.position
            if not 0 <= place <= len(siblings):
                raise invalid("OUT_OF_RANGE", f"A place from 0 to {len(siblings)}.", "position")
            siblings.insert(place, old)
            await session.execute(repository.PLACE_CATEGORIES, rows=_placed(siblings, parent_id))
            await self._touch(session, old, events.CategoryMoved(parent_id=parent_id))
            tree = Tree(await session.all(repository.CATEGORIES))
        return _result(ctx, tree, key, session.token)

    async def delete(
        self, ctx: Context, category_id: str, *, expected_version: int | None = None
    ) -> Deleted:
        """Takes a category away; its products have none then.

        Raises CategoryNotFound, CategoryNotEmpty, PreconditionFailed.
        """
        ctx.require(CATEGORY_DELETE)
        key = CATEGORY_ID.parse(category_id)
        async with self._db.write(ctx) as session:
            tree = await _locked_tree(session)
            old = _existing(tree, key, expected_version)
            if tree.children(key):
                raise CategoryNotEmpty
            version = old.row.version + 1
            await session.execute(
                repository.DELETE_CATEGORY, id=key, version=version, now=self._editor.clock.now()
            )
            session.record(events.CategoryDeleted(), aggregate_id=key, aggregate_version=version)
        return Deleted(id=category_id, position=session.token)

    async def _touch(self, session: WriteSession, old: Category, fact: events.CategoryFact) -> None:
        version = old.row.version + 1
        await session.execute(
            repository.TOUCH_CATEGORY,
            id=old.row.id,
            version=version,
            now=self._editor.clock.now(),
        )
        session.record(fact, aggregate_id=old.row.id, aggregate_version=version)


async def _locked_tree(session: WriteSession) -> Tree:
    await session.execute(repository.LOCK_TREE)
    return Tree(await session.all(repository.CATEGORIES))


def _existing(tree: Tree, key: UUID, expected_version: int | None) -> Category:
    found = tree.get(key)
    if found is None:
        raise CategoryNotFound
    check_version(found.row.version, expected_version)
    return found


def _parent(ctx: Context, tree: Tree, key: str | None) -> Category | None:
    if key is None:
        return None
    found = tree.find(ctx, key)
    if found is None:
        raise invalid(CategoryNotFound.code, CategoryNotFound.title, "parent")
    return found


def _placed(siblings: list[Category], parent_id: UUID | None) -> str:
    return rows.encoded(
        {"id": item.row.id, "parent_id": parent_id, "position": number}
        for number, item in enumerate(siblings)
    )


def _result(ctx: Context, tree: Tree, key: UUID, position: int | None) -> CategoryResult:
    found = tree.get(key)
    assert found is not None
    return CategoryResult(category=tree.view(ctx, found), position=position)
