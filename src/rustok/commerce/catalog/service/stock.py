"""Use cases that change stock: never below zero, unless the variant allows back-orders."""

from collections.abc import Sequence
from uuid import UUID

from rustok.commerce.catalog import changes_repository, domain, rows
from rustok.commerce.catalog import stock_repository as stock
from rustok.commerce.catalog.drafting import Location, References, Scope
from rustok.commerce.catalog.editing import Editor
from rustok.commerce.catalog.events import StockChange, StockChanged
from rustok.commerce.catalog.locations import stocked
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.types.ids import LOCATION_ID, VARIANT_ID
from rustok.commerce.catalog.types.inputs import StockAdjustment, StockLevelSet
from rustok.commerce.catalog.types.results import StockLevel, StockResult
from rustok.commerce.errors import InsufficientStock, VariantNotFound
from rustok.commerce.permissions import STOCK_UPDATE
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.errors import FieldError, invalid


class StockService:
    """Sets and adjusts what locations hold; every change is one transaction for all its items."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._db = editor.db

    async def adjust(self, ctx: Context, given: Sequence[StockAdjustment]) -> StockResult:
        """Changes up to 100 levels by a difference; raises ValidationFailed, InsufficientStock."""
        ctx.require(STOCK_UPDATE)
        async with self._db.write(ctx) as session:
            ledger = await self._ledger(ctx, session, given)
            for number, item in enumerate(given):
                ledger.adjust(number, item)
            ledger.stop()
            await self._save(session, ledger)
        return StockResult(levels=ledger.levels(), position=session.token)

    async def set(self, ctx: Context, given: Sequence[StockLevelSet]) -> StockResult:
        """Sets up to 100 levels; raises ValidationFailed."""
        ctx.require(STOCK_UPDATE)
        async with self._db.write(ctx) as session:
            ledger = await self._ledger(ctx, session, given)
            for number, item in enumerate(given):
                ledger.set(number, item)
            ledger.stop()
            await self._save(session, ledger)
        return StockResult(levels=ledger.levels(), position=session.token)

    async def _ledger(
        self,
        ctx: Context,
        session: WriteSession,
        given: Sequence[StockAdjustment | StockLevelSet],
    ) -> "_Ledger":
        if not 1 <= len(given) <= domain.MAX_BULK:
            raise invalid("BULK_SIZE", f"1 to {domain.MAX_BULK} items per call.")
        keys = [VARIANT_ID.parse_or_none(item.variant) for item in given]
        variants = sorted({key for key in keys if key is not None})
        locations = await stocked(session, self._editor.ids)
        scope = Scope(
            tenant=ctx.tenant, ids=self._editor.ids, references=References(locations=locations)
        )
        owners = await session.all(stock.LOCK, variants=variants)
        # read after the lock was given: what the waiting statement itself saw may be old
        present = await session.all(stock.STOCK, variants=variants)
        return _Ledger(scope, {row.variant_id: row.product_id for row in owners}, present)

    async def _save(self, session: WriteSession, ledger: "_Ledger") -> None:
        changes = ledger.changes()
        if not changes:
            return
        await session.execute(
            changes_repository.SAVE_LEVELS,
            rows=rows.encoded(
                {
                    "variant_id": change.variant_id,
                    "location_id": change.location_id,
                    "quantity": change.quantity,
                }
                for _, change in changes
            ),
        )
        products = sorted({product for product, _ in changes})
        for row in await session.all(stock.TOUCH, ids=products, now=self._editor.clock.now()):
            own = tuple(change for product, change in changes if product == row.id)
            session.record(
                StockChanged(changes=own), aggregate_id=row.id, aggregate_version=row.version
            )


class _Ledger:
    """Levels of locked products: as they were, as they become, and what is wrong with that."""

    def __init__(
        self, scope: Scope, owners: dict[UUID, UUID], present: Sequence[stock.StockRow]
    ) -> None:
        self._scope = scope
        self._owners = owners
        self._backorder = {row.variant_id: row.allow_backorder for row in present}
        self._before = {
            (row.variant_id, row.location_id): row.quantity or 0
            for row in present
            if row.location_id is not None
        }
        self._now = dict(self._before)
        self._asked: list[tuple[UUID, Location]] = []
        self._problems = Problems()
        self._short: list[FieldError] = []

    def adjust(self, number: int, given: StockAdjustment) -> None:
        """Notes one difference."""
        target = self._target(number, given.variant, given.location)
        self._problems.number(
            given.delta, number, "delta", least=-domain.MAX_QUANTITY, most=domain.MAX_QUANTITY
        )
        if target is None:
            return
        variant, location = target
        key = (variant, location.id)
        quantity = self._now.get(key, 0) + given.delta
        if quantity < 0 and given.delta < 0 and not self._backorder[variant]:
            detail = f"{self._now.get(key, 0)} in stock at {location.code}."
            self._short.append(
                FieldError(path=(number, "delta"), code=InsufficientStock.code, detail=detail)
            )
            return
        self._put(number, target, quantity, "delta")

    def set(self, number: int, given: StockLevelSet) -> None:
        """Notes one new level."""
        target = self._target(number, given.variant, given.location)
        if target is None:
            return
        if target in self._asked[:-1]:
            self._problems.add("DUPLICATE", "This level is already set.", number)
        if given.quantity < 0 and not self._backorder[target[0]]:
            self._problems.add(
                "NEGATIVE_STOCK",
                "Stock below zero needs back-orders to be allowed.",
                number,
                "quantity",
            )
        self._put(number, target, given.quantity, "quantity")

    def stop(self) -> None:
        """Raises ValidationFailed or InsufficientStock where something was noted."""
        self._problems.stop()
        if self._short:
            raise InsufficientStock(self._short[0].detail, errors=self._short)

    def changes(self) -> list[tuple[UUID, StockChange]]:
        """What differs, each with its product."""
        return [
            (
                self._owners[variant],
                StockChange(
                    variant_id=variant,
                    location_id=location,
                    quantity=quantity,
                    delta=quantity - self._before.get((variant, location), 0),
                ),
            )
            for (variant, location), quantity in self._now.items()
            if self._before.get((variant, location)) != quantity
        ]

    def levels(self) -> tuple[StockLevel, ...]:
        """The levels that were asked for, as they are now."""
        return tuple(
            StockLevel(
                variant_id=VARIANT_ID.text(variant),
                location_id=LOCATION_ID.text(location.id),
                location=location.code,
                quantity=self._now[variant, location.id],
            )
            for variant, location in self._asked
        )

    def _target(
        self, number: int, variant: str, location: str | None
    ) -> tuple[UUID, Location] | None:
        key = VARIANT_ID.parse_or_none(variant)
        if key not in self._owners or key not in self._backorder:
            self._problems.add(VariantNotFound.code, VariantNotFound.title, number, "variant")
            key = None
        place = self._scope.location(location, self._problems, number, "location")
        if key is None or place is None:
            return None
        self._asked.append((key, place))
        return key, place

    def _put(self, number: int, target: tuple[UUID, Location], quantity: int, field: str) -> None:
        self._problems.number(
            quantity, number, field, least=-domain.MAX_QUANTITY, most=domain.MAX_QUANTITY
        )
        self._now[target[0], target[1].id] = quantity
