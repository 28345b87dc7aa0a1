"""How often a process that serves or works looks for garbage in cycles."""

import gc

_NEW_OBJECTS = 20_000
_GENERATIONS = 20


def collect_seldom() -> None:
    """Leaves what is loaded out of every search, and searches after more new objects.

    Nearly all there is of a request or a batch is freed by counting references; looking for cycles
    as often as Python does by default was a tenth of the time of making documents.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _GENERATIONS, _GENERATIONS)
    gc.enable()
