"""What all processes of `rustok run` take together, PostgreSQL's left out."""

from benchmarks.figures import Figure
from benchmarks.processes import memory_bytes

_MIB = 2**20


def measure(pid: int) -> Figure:
    """Resident size after the load of other scenarios, shared pages counted for each process."""
    resident, proportional = memory_bytes(pid, without="postgres")
    return Figure(
        name="memory of rustok run, under load",
        measured=resident / _MIB,
        unit="MiB",
        target=180.0,
        details={"proportional_mib": proportional / _MIB},
    )
