"""The program with another clock: `python -m tools.crash.skewed SECONDS ARGUMENTS...`."""

import sys
from datetime import datetime, timedelta

from rustok.app import bootstrap
from rustok.app.cli import main
from rustok.core.clock import SystemClock


class SkewedClock(SystemClock):
    """Tells another time than the machine's."""

    def __init__(self, seconds: float) -> None:
        self._skew = timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The moment, so far off."""
        return super().now() + self._skew


def install(seconds: float) -> None:
    """Makes the clock the one that hosts of this process are given."""

    def clock() -> SkewedClock:
        return SkewedClock(seconds)

    vars(bootstrap)["SystemClock"] = clock


if __name__ == "__main__":
    install(float(sys.argv.pop(1)))
    main()
