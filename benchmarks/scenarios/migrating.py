"""`rustok migrate` on an empty database."""

from statistics import median

from benchmarks.command import Run, timed
from benchmarks.figures import Figure
from benchmarks.stage import Place

REPEATS = 3


async def measure(place: Place) -> Figure:
    """Seconds from the command to its end, the median of several databases."""
    runs = [await _migrated(place, f"empty_{number}") for number in range(REPEATS)]
    return Figure(
        name="migrate an empty database",
        measured=median(run.seconds for run in runs),
        unit="s",
        target=3.0,
        details={"cpu_seconds": median(run.cpu_seconds for run in runs)},
    )


async def _migrated(place: Place, name: str) -> Run:
    owner = await place.owner()
    await owner.execute(f"CREATE DATABASE {name}")
    await owner.close()
    return await timed(place, "migrate", also={"DATABASE_URL": place.url(name)})
