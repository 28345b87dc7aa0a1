"""Use cases that change the places that hold stock."""

from rustok.commerce.catalog import domain, events
from rustok.commerce.catalog import locations_repository as repository
from rustok.commerce.catalog.drafting.texts import chosen
from rustok.commerce.catalog.editing import Editor, check_version
from rustok.commerce.catalog.locations_repository import LocationRow
from rustok.commerce.catalog.problems import Problems
from rustok.commerce.catalog.types.groups import LocationCreate, LocationUpdate, LocationView
from rustok.commerce.catalog.types.ids import LOCATION_ID
from rustok.commerce.catalog.types.results import Deleted, LocationResult
from rustok.commerce.errors import CodeTaken, LocationInUse, LocationNotFound
from rustok.commerce.permissions import LOCATION_CREATE, LOCATION_DELETE, LOCATION_UPDATE
from rustok.core.context import Context
from rustok.core.db.failures import constraints
from rustok.core.errors import invalid


class LocationService:
    """Creates, changes and deletes locations."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._db = editor.db

    async def create(self, ctx: Context, given: LocationCreate) -> LocationResult:
        """Makes a location; raises ValidationFailed, CodeTaken."""
        ctx.require(LOCATION_CREATE)
        _check(given.code, given.name)
        async with self._db.write(ctx) as session:
            if len(await session.all(repository.LOCATIONS)) >= domain.MAX_LOCATIONS:
                raise invalid("TOO_MANY", f"At most {domain.MAX_LOCATIONS} locations.")
            row = await session.maybe(
                repository.INSERT_LOCATION,
                id=self._editor.ids.new(),
                code=given.code,
                name=given.name,
            )
            if row is None:
                raise CodeTaken
            fact = events.LocationCreated(code=row.code)
            session.record(fact, aggregate_id=row.id, aggregate_version=row.version)
        return LocationResult(location=location_view(row), position=session.token)

    async def update(
        self,
        ctx: Context,
        location_id: str,
        given: LocationUpdate,
        *,
        expected_version: int | None = None,
    ) -> LocationResult:
        """Changes what is given.

        Raises LocationNotFound, ValidationFailed, CodeTaken, PreconditionFailed.
        """
        ctx.require(LOCATION_UPDATE)
        key = LOCATION_ID.parse(location_id)
        async with self._db.write(ctx) as session:
            old = await session.maybe(repository.LOCK_LOCATION, id=key)
            if old is None:
                raise LocationNotFound
            check_version(old.version, expected_version)
            code, name = chosen(given.code, old.code), chosen(given.name, old.name)
            _check(code, name)
            with constraints({"commerce_locations_code": CodeTaken}):
                row = await session.one(repository.UPDATE_LOCATION, id=key, code=code, name=name)
            fact = events.LocationUpdated(code=row.code)
            session.record(fact, aggregate_id=key, aggregate_version=row.version)
        return LocationResult(location=location_view(row), position=session.token)

    async def delete(
        self, ctx: Context, location_id: str, *, expected_version: int | None = None
    ) -> Deleted:
        """Takes a location away; raises LocationNotFound, LocationInUse, PreconditionFailed."""
        ctx.require(LOCATION_DELETE)
        key = LOCATION_ID.parse(location_id)
        async with self._db.write(ctx) as session:
            old = await session.maybe(repository.LOCK_LOCATION, id=key)
            if old is None:
                raise LocationNotFound
            check_version(old.version, expected_version)
            if await session.one(repository.LOCATION_HOLDS, id=key):
                raise LocationInUse
            await session.execute(repository.DELETE_LEVELS, id=key)
            with constraints({"commerce_stock_levels_tenant_id_location_id_fkey": LocationInUse}):
                await session.execute(repository.DELETE_LOCATION, id=key)
            session.record(
                events.LocationDeleted(), aggregate_id=key, aggregate_version=old.version + 1
            )
        return Deleted(id=location_id, position=session.token)


def location_view(row: LocationRow) -> LocationView:
    """A location as its staff see it."""
    return LocationView(
        id=LOCATION_ID.text(row.id), code=row.code, name=row.name, version=row.version
    )


def _check(code: str, name: str) -> None:
    problems = Problems()
    problems.text(code, "code", most=domain.MAX_CODE, required=True)
    problems.text(name, "name", most=domain.MAX_WORD, required=True)
    problems.stop()
