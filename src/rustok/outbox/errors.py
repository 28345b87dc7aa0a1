"""What can go wrong when an operator looks into the log."""

from rustok.core.errors import BadRequest, Conflict, NotFound


class EventUnknown(NotFound):
    """There is no event with this id."""

    code = "EVENT_UNKNOWN"
    title = "Unknown event"


class DeadLetterUnknown(NotFound):
    """There is no dead letter with this id: it may have been retried or discarded."""

    code = "DEAD_LETTER_UNKNOWN"
    title = "Unknown dead letter"


class ConsumerUnknown(NotFound):
    """No installed module has a consumer of this name."""

    code = "CONSUMER_UNKNOWN"
    title = "Unknown consumer"


class ConsumerInUse(Conflict):
    """A module that is installed or a worker that runs has this consumer: it is not forgotten."""

    code = "CONSUMER_IN_USE"
    title = "Consumer in use"


class NothingToReplay(BadRequest):
    """The range holds no event that the consumer wants and has passed."""

    code = "NOTHING_TO_REPLAY"
    title = "Nothing to replay"


class TooMuchToReplay(BadRequest):
    """The range holds more events than are replayed at once: divide it."""

    code = "TOO_MUCH_TO_REPLAY"
    title = "Too much to replay"
