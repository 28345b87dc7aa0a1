"""The commands that stay, as values: `rustok run`, `serve`, `relay`, `index`."""

import os
from collections.abc import Sequence
from typing import get_args

import msgspec

from rustok.app.processes.installation import Installation, read_installation
from rustok.app.processes.registry import Kind
from rustok.app.telemetry.running import tracing
from rustok.telemetry.logs import configure

LISTENING = frozenset({"run", "serve"})
PORTS = frozenset({"--metrics-port"})
ADDRESSES = frozenset({"--port", "--bind"})
POSSIBLE = range(1, 65)
COUNTS = frozenset({"--workers"})
NUMBERS = frozenset({"--port", "--metrics-port", "--workers"})


class ServerCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What to start; port and bind are above the settings where they are given."""

    kind: Kind
    port: int | None = None
    bind: str | None = None
    metrics_port: int | None = None
    demo: bool = True
    workers: int | None = None


def plainly(arguments: Sequence[str]) -> ServerCommand | None:
    """The command where it is spelt without any finesse, else None: for help, mistakes, others.

    The command line's own parser takes 0.3 s to load, which `rustok run` does not have.
    """
    if not arguments or arguments[0] not in get_args(Kind):
        return None
    found: dict[str, object] = {"kind": arguments[0]}
    rest = list(arguments[1:])
    while rest:
        option = rest.pop(0)
        if option in {"--demo", "--no-demo"} and arguments[0] == "run":
            found["demo"] = option == "--demo"
        elif rest and _takes(arguments[0], option):
            value = rest.pop(0)
            if value.startswith("-") or (option in NUMBERS and not value.isdecimal()):
                return None
            if option in COUNTS and int(value) not in POSSIBLE:
                return None
            name = option.removeprefix("--").replace("-", "_")
            found[name] = int(value) if option in NUMBERS else value
        else:
            return None
    return msgspec.convert(found, ServerCommand)


def _takes(kind: str, option: str) -> bool:
    if option in COUNTS:
        return kind == "run"
    return option in PORTS or (option in ADDRESSES and kind in LISTENING)


def start(command: ServerCommand) -> None:
    """Runs the command to its end.

    Raises BadModules, BadSettings, and what keeps the process from starting.
    """
    given = {
        "RUSTOK_PORT": command.port,
        "RUSTOK_BIND": command.bind,
        "RUSTOK_METRICS_PORT": command.metrics_port,
    }
    chosen = {name: str(value) for name, value in given.items() if value is not None}
    environ = {**os.environ, **chosen}
    installation = read_installation(environ)
    platform = installation.config.platform
    configure(level=platform.log_level, style=platform.log_format)
    with tracing(command.kind):
        _run(installation, environ, command)


def _run(installation: Installation, environ: dict[str, str], command: ServerCommand) -> None:
    match command.kind:
        case "run" if command.workers is not None:
            from rustok.app.processes.supervised import run_supervised  # lazy: as below

            run_supervised(installation, environ, workers=command.workers, with_demo=command.demo)
        case "run":
            from rustok.app.processes.run import run  # lazy: each command loads what it runs

            run(installation, with_demo=command.demo)
        case "serve":
            from rustok.app.processes.serve import serve  # lazy: as above

            serve(installation)
        case "relay" | "index":
            from rustok.app.processes.work import work  # lazy: as above

            work(installation, command.kind)
