"""What can go wrong when an operator looks into the log."""

from rustok.core.errors import NotFound


class EventUnknown(NotFound):
    """There is no event with this id."""

    code = "EVENT_UNKNOWN"
    title = "Unknown event"


class DeadLetterUnknown(NotFound):
    """There is no dead letter with this id: it may have been retried or discarded."""

    code = "DEAD_LETTER_UNKNOWN"
    title = "Unknown dead letter"
