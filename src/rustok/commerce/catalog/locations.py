"""Locations that stock is given for: loaded, and the first one made when it is first needed."""

from rustok.commerce.catalog import locations_repository as repository
from rustok.commerce.catalog.drafting import Location
from rustok.commerce.catalog.events import LocationCreated
from rustok.core.db import WriteSession
from rustok.core.ids import IdSource

FIRST_CODE = "default"
FIRST_NAME = "Default"


async def stocked(session: WriteSession, ids: IdSource) -> tuple[Location, ...]:
    """The tenant's locations, first made first; there is at least one."""
    found = await session.all(repository.LOCATIONS)
    if not found:
        made = await session.maybe(
            repository.INSERT_LOCATION, id=ids.new(), code=FIRST_CODE, name=FIRST_NAME
        )
        if made is not None:
            session.record(
                LocationCreated(code=made.code), aggregate_id=made.id, aggregate_version=1
            )
        found = await session.all(repository.LOCATIONS)
    return tuple(Location(place.id, place.code) for place in found)
