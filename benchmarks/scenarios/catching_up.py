"""How fast the workers of `rustok run` get through what was written while none ran."""

from time import perf_counter

from benchmarks import stage
from benchmarks.figures import Figure
from benchmarks.stage import Place


async def measure(place: Place) -> Figure:
    """Events a second, of products created by another scenario; ends with nothing left to do.

    Events are applied in order: what is written meanwhile waits behind all of them.
    """
    began = perf_counter()
    events = await stage.backlog(place)
    await stage.caught_up(place)
    seconds = perf_counter() - began
    return Figure(
        name="catching up with created products",
        measured=events / seconds,
        unit="events/s",
        details={"events": events, "seconds": seconds},
    )
