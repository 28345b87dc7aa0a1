"""Use cases that write reviews."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import PRODUCT_ID
from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import Database, WriteSession
from rustok.core.db.failures import constraints
from rustok.core.documents import DocumentIndex
from rustok.core.errors import PreconditionFailed
from rustok.core.host import Host
from rustok.core.ids import IdSource
from rustok_reviews import repository
from rustok_reviews.domain import VERDICTS, Draft, check_step, drafted, status_of_new
from rustok_reviews.errors import AlreadyReviewed, ReviewNotFound
from rustok_reviews.events import (
    ReviewApproved,
    ReviewDeleted,
    ReviewFact,
    ReviewRejected,
    ReviewSubmitted,
)
from rustok_reviews.permissions import REVIEW_MODERATE
from rustok_reviews.queries import ReviewQueries, view
from rustok_reviews.repository import ReviewRow
from rustok_reviews.settings import ReviewSettings
from rustok_reviews.types import Reviewed, ReviewStatus, ReviewSubmit, ReviewUpdate, Verdict

VERDICT_FACTS: dict[Verdict, type[ReviewFact]] = {
    "approved": ReviewApproved,
    "rejected": ReviewRejected,
}


class ReviewService:
    """Customers write, change and delete their own reviews; staff moderate."""

    def __init__(
        self,
        *,
        db: Database,
        clock: Clock,
        ids: IdSource,
        catalog: CatalogQueries,
        settings: ReviewSettings,
    ) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids
        self._catalog = catalog
        self._settings = settings

    async def submit(self, ctx: Context, given: ReviewSubmit) -> Reviewed:
        """The caller's review of a product.

        Raises Unauthenticated, ValidationFailed, InvalidId, ProductNotFound, AlreadyReviewed.
        """
        user_id = ctx.require_user()
        product_id = PRODUCT_ID.parse(given.product_id)
        draft = self._draft(given.rating, given.title, given.body, given.author)
        await self._catalog.product(ctx, given.product_id)
        review_id, status, now = self._ids.new(), self._new_status(), self._clock.now()
        async with self._db.write(ctx) as session:
            await session.execute(repository.TOUCH_PRODUCT, product_id=product_id, now=now)
            with constraints({"reviews_one_each": AlreadyReviewed}):
                await session.execute(
                    repository.INSERT,
                    id=review_id,
                    product_id=product_id,
                    user_id=user_id,
                    status=status,
                    now=now,
                    **msgspec.structs.asdict(draft),
                )
            row = await session.one(repository.LOCK, id=review_id)
            _record_submitted(session, row, changed=False)
        return _reviewed(row, session)

    async def update(
        self,
        ctx: Context,
        review_id: UUID,
        given: ReviewUpdate,
        *,
        expected_version: int | None = None,
    ) -> Reviewed:
        """Changes the caller's own review, which is then moderated again.

        Raises Unauthenticated, ReviewNotFound, ValidationFailed, PreconditionFailed.
        """
        user_id = ctx.require_user()
        async with self._db.write(ctx) as session:
            row = await self._locked(session, review_id, expected_version, user_id=user_id)
            draft = self._draft(
                row.rating if given.rating is UNSET else given.rating,
                row.title if given.title is UNSET else given.title,
                row.body if given.body is UNSET else given.body,
                row.author if given.author is UNSET else given.author,
            )
            row = await self._saved(session, row, draft, self._new_status())
            _record_submitted(session, row, changed=True)
        return _reviewed(row, session)

    async def moderate(
        self,
        ctx: Context,
        review_id: UUID,
        verdict: Verdict,
        *,
        expected_version: int | None = None,
    ) -> Reviewed:
        """Approves or rejects; raises ReviewNotFound, InvalidReviewStatus, PreconditionFailed."""
        ctx.require(REVIEW_MODERATE)
        async with self._db.write(ctx) as session:
            row = await self._locked(session, review_id, expected_version)
            check_step(VERDICTS[verdict], view(row).status)
            draft = Draft(rating=row.rating, title=row.title, body=row.body, author=row.author)
            row = await self._saved(session, row, draft, verdict)
            _record(session, VERDICT_FACTS[verdict], row)
        return _reviewed(row, session)

    async def delete_own(
        self, ctx: Context, review_id: UUID, *, expected_version: int | None = None
    ) -> str | None:
        """Deletes the caller's own review; returns the position.

        Raises Unauthenticated, ReviewNotFound, PreconditionFailed.
        """
        return await self._delete(ctx, review_id, expected_version, user_id=ctx.require_user())

    async def delete(
        self, ctx: Context, review_id: UUID, *, expected_version: int | None = None
    ) -> str | None:
        """Deletes anybody's review; returns the position.

        Raises ReviewNotFound, PreconditionFailed.
        """
        ctx.require(REVIEW_MODERATE)
        return await self._delete(ctx, review_id, expected_version)

    async def _delete(
        self,
        ctx: Context,
        review_id: UUID,
        expected_version: int | None,
        *,
        user_id: UUID | None = None,
    ) -> str | None:
        async with self._db.write(ctx) as session:
            row = await self._locked(session, review_id, expected_version, user_id=user_id)
            await session.execute(repository.DELETE, id=row.id)
            gone = msgspec.structs.replace(row, version=row.version + 1)
            _record(session, ReviewDeleted, gone)
        return _position(session)

    async def _locked(
        self,
        session: WriteSession,
        review_id: UUID,
        expected_version: int | None,
        *,
        user_id: UUID | None = None,
    ) -> ReviewRow:
        """The review, locked after its product: in the order in which everybody locks."""
        product_id = await session.maybe(repository.PRODUCT_OF, id=review_id)
        if product_id is None:
            raise ReviewNotFound
        await session.execute(
            repository.TOUCH_PRODUCT, product_id=product_id, now=self._clock.now()
        )
        row = await session.maybe(repository.LOCK, id=review_id)
        if row is None or user_id not in {None, row.user_id}:
            raise ReviewNotFound
        if expected_version not in {None, row.version}:
            raise PreconditionFailed(extra={"version": row.version})
        return row

    async def _saved(
        self, session: WriteSession, row: ReviewRow, draft: Draft, status: ReviewStatus
    ) -> ReviewRow:
        now, written = self._clock.now(), msgspec.structs.asdict(draft)
        await session.execute(repository.UPDATE, id=row.id, status=status, now=now, **written)
        return msgspec.structs.replace(
            row, status=status, updated_at=now, version=row.version + 1, **written
        )

    def _draft(self, rating: int, title: str, body: str, author: str) -> Draft:
        return drafted(
            rating=rating, title=title, body=body, author=author, max_body=self._settings.max_body
        )

    def _new_status(self) -> ReviewStatus:
        return status_of_new(auto_approve=self._settings.auto_approve)


def _record_submitted(session: WriteSession, row: ReviewRow, *, changed: bool) -> None:
    fact = ReviewSubmitted(product_id=row.product_id, rating=row.rating, changed=changed)
    session.record(fact, aggregate_id=row.id, aggregate_version=row.version)
    if row.status == "approved":
        _record(session, ReviewApproved, row)


def _record(session: WriteSession, kind: type[ReviewFact], row: ReviewRow) -> None:
    fact = kind(product_id=row.product_id, rating=row.rating)
    session.record(fact, aggregate_id=row.id, aggregate_version=row.version)


def _reviewed(row: ReviewRow, session: WriteSession) -> Reviewed:
    return Reviewed(review=view(row), position=_position(session))


def _position(session: WriteSession) -> str | None:
    return None if session.token is None else str(session.token)


def build(host: Host) -> dict[str, object]:
    """The services of the module."""
    return {
        "review_service": ReviewService(
            db=host.db,
            clock=host.clock,
            ids=host.ids,
            catalog=host.get(CatalogQueries),
            settings=host.settings(ReviewSettings),
        ),
        "review_queries": ReviewQueries(host.db, host.get(DocumentIndex)),
    }
