"""CPU time and memory of groups of processes, as the kernel counts them."""

import os
from collections.abc import Iterable
from pathlib import Path

from rustok.app.postgres import RunningPostgres

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PARENT, _FIRST_TIME, _LAST_TIME = 1, 11, 15  # places after the name: see proc(5)


def cpu_seconds(roots: Iterable[int]) -> float:
    """What these processes and all below them used so far, those that ended included."""
    ticks = 0
    for fields in _trees(roots).values():
        ticks += sum(map(int, fields[_FIRST_TIME:_LAST_TIME]))
    return ticks / _TICKS_PER_SECOND


def memory_bytes(root: int, *, without: str) -> tuple[int, int]:
    """Resident and proportional size of a process and all below it, without those of a name."""
    resident = proportional = 0
    for pid in _trees([root]):
        if (Path("/proc") / str(pid) / "comm").read_text().strip() == without:
            continue
        sizes = _sizes(pid)
        resident += sizes["Rss"]
        proportional += sizes["Pss"]
    return resident, proportional


def server_pid(server: RunningPostgres) -> int:
    """The process that all processes of a PostgreSQL server descend from."""
    return int((server.data / "postmaster.pid").read_text().split()[0])


def _trees(roots: Iterable[int]) -> dict[int, list[str]]:
    fields = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
    found: dict[int, list[str]] = {}
    pending = list(roots)
    while pending:
        pid = pending.pop()
        if pid in fields and pid not in found:
            found[pid] = fields[pid]
            pending += [child for child, of in fields.items() if int(of[_PARENT]) == pid]
    return found


def _sizes(pid: int) -> dict[str, int]:
    lines = (Path("/proc") / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    parts = [line.split() for line in lines]
    return {name.rstrip(":"): int(size) * 1024 for name, size, *_ in parts}
