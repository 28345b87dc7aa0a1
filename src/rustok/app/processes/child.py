"""What a child of `rustok run --workers` runs: `python -m rustok.app.processes.child PLACE`."""

import os
import sys

import msgspec

from rustok.app.cli.failures import exit_code
from rustok.app.processes.installation import read_installation
from rustok.app.processes.parentage import end_with
from rustok.app.processes.places import Place
from rustok.app.processes.supervisor import GRACE_SECONDS
from rustok.app.telemetry.running import tracing
from rustok.telemetry.logs import configure


def main() -> None:
    """Fills the place until asked to end."""
    place = msgspec.json.decode(sys.argv[1], type=Place)
    configure(level="WARNING", style="console")
    sys.exit(exit_code(lambda: _fill(place)))


def _fill(place: Place) -> None:
    port = {} if place.metrics_port is None else {"RUSTOK_METRICS_PORT": str(place.metrics_port)}
    installation = read_installation({**os.environ, **port})
    platform = installation.config.platform
    end_with(place.parent, platform.stop_seconds + GRACE_SECONDS)
    configure(level=platform.log_level, style=platform.log_format)
    with tracing(place.kind):
        if place.kind == "serve":
            from rustok.app.processes.serve import serve  # lazy: each kind loads what it runs

            serve(installation, place)
        else:
            from rustok.app.processes.work import work  # lazy: as above

            work(installation, place.kind, place)


if __name__ == "__main__":
    main()
