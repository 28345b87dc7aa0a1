"""Asks the running processes of a home how they are."""

from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import msgspec

from rustok.app.processes.answering import told_by
from rustok.app.processes.registry import ProcessRecord, running
from rustok.core.health import CheckResult, Status

PATH = "/health/ready"
LIMIT_SECONDS = 5.0
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # nothing listens here


class Told(msgspec.Struct, frozen=True):
    """What a process answers, as far as it is asked for."""

    status: Status
    checks: dict[str, CheckResult] = {}


class ProcessHealth(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A process and what it says of itself; `output` says why one that can be asked told nothing.

    Of one that neither has a socket in the home nor listens, all that is known is that it lives.
    """

    process: ProcessRecord
    status: Status | None
    checks: dict[str, CheckResult] = {}
    output: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it lives, and says nothing else where it can be asked."""
        return self.status != "fail"


def ask_all(home: Path) -> Sequence[ProcessHealth]:
    """Every process of the home, by kind and pid."""
    return [_ask(home, record) for record in running(home)]


def _ask(home: Path, record: ProcessRecord) -> ProcessHealth:
    try:
        said = told_by(home, record.pid, LIMIT_SECONDS)
        if said is None and record.address is not None:
            said = _over_http(record.address)
        if said is None:
            return ProcessHealth(process=record, status=None)
        told = msgspec.json.decode(said, type=Told)
    except (OSError, HTTPException, msgspec.DecodeError) as error:
        reason = str(error) or type(error).__name__
        return ProcessHealth(process=record, status="fail", output=f"no answer: {reason}")
    return ProcessHealth(process=record, status=told.status, checks=told.checks)


def _over_http(address: str) -> bytes:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if host in EVERYWHERE:
        host = "::1" if ":" in host else "127.0.0.1"
    connection = HTTPConnection(host, int(port), timeout=LIMIT_SECONDS)
    try:
        connection.request("GET", PATH, headers={"connection": "close"})
        return connection.getresponse().read()
    finally:
        connection.close()
