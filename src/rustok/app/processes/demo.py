"""Fills an empty development database with the demo, and says how to sign in."""

from pathlib import Path
from typing import Any

import msgspec

from rustok.app.secret_file import HomeUnwritable
from rustok.core.context import system_context
from rustok.core.host import Host
from rustok.core.modules.manifest import resolve
from rustok.tenant import repository
from rustok.tenant.directory import NOWHERE

FILE = "demo.json"
LOADER = "rustok.app.demo.load:load_demo"


class SignIn(msgspec.Struct, frozen=True):
    """How a demo user signs in."""

    email: str
    password: str


class DemoSignIns(msgspec.Struct, frozen=True):
    """`demo.json`: by tenant and role."""

    tenants: dict[str, dict[str, SignIn]]


async def has_tenants(host: Host) -> bool:
    """Whether there is any tenant, switched on or off."""
    assert host.worker is not None
    async with host.worker.read(system_context(NOWHERE)) as session:
        return bool(await session.all(repository.ALL, statuses=["active", "disabled"]))


async def load(host: Host, home: Path) -> Any:
    """Makes the demo's tenants, catalogues and users, and writes `demo.json`."""
    # The demo's catalogues and artwork are loaded by the one start in a thousand that wants them.
    return await resolve(LOADER)(host, home)


def sign_ins(home: Path) -> DemoSignIns:
    """What `demo.json` says; empty where there is none. Raises HomeUnwritable."""
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=DemoSignIns)
    except (FileNotFoundError, msgspec.DecodeError):
        return DemoSignIns(tenants={})
    except OSError as error:
        raise HomeUnwritable(f"{home / FILE}: {error.strerror}.") from error
