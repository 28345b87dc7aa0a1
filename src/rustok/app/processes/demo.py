"""Fills an empty development database with the demo, and says how to sign in."""

from pathlib import Path

import msgspec

from rustok.app.secret_file import HomeUnwritable
from rustok.core.context import system_context
from rustok.core.host import Host
from rustok.tenant import repository
from rustok.tenant.directory import NOWHERE

FILE = "demo.json"
UNFINISHED = "demo.unfinished"
"""There from before the demo's first change until after its last."""


class SignIn(msgspec.Struct, frozen=True):
    """How a demo user signs in."""

    email: str
    password: str


class DemoSignIns(msgspec.Struct, frozen=True):
    """`demo.json`: by tenant and role."""

    tenants: dict[str, dict[str, SignIn]]


async def is_wanted(host: Host, home: Path) -> bool:
    """Whether the database is empty, or the demo in it was broken off before it was complete."""
    assert host.worker is not None
    if (home / UNFINISHED).exists():
        return True
    async with host.worker.read(system_context(NOWHERE)) as session:
        return not await session.all(repository.ALL, statuses=["active", "disabled"])


async def load(host: Host, home: Path) -> DemoSignIns:
    """Makes the demo's tenants, catalogues and users, and writes `demo.json`."""
    # lazy: one start in a thousand loads the catalogues and what reads them
    from rustok.app.demo.load import load_demo

    return await load_demo(host, home)


def sign_ins(home: Path) -> DemoSignIns:
    """What `demo.json` says; empty where there is none. Raises HomeUnwritable."""
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=DemoSignIns)
    except (FileNotFoundError, msgspec.DecodeError):
        return DemoSignIns(tenants={})
    except OSError as error:
        raise HomeUnwritable(f"{home / FILE}: {error.strerror}.") from error
