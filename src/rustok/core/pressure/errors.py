"""What is told to who would write more than can be worked off."""

from rustok.core.errors import Unavailable


class BackPressure(Unavailable):
    """Too many events wait to be worked off: nothing was begun, try again after a while."""

    code = "BACK_PRESSURE"
    title = "Too much is waiting"
