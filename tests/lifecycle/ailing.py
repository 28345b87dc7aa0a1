"""Modules that fail when a test wants them to."""

from typing import Any

from litestar import get, post

from rustok.core.context import Context
from rustok.core.errors import Conflict
from rustok.core.graphql import Info, Payload, Resolvers, mutation
from rustok.core.host import Host
from rustok.core.http import PUBLIC, Service
from rustok.core.modules import Module

WORSE: dict[str, Exception] = {}
"""What a part raises, by `module.part`."""

CALLS: list[tuple[str, str]] = []
"""Which hooks ran, for which tenant."""


def suffer(what: str) -> None:
    """Raises what was asked for."""
    if what in WORSE:
        raise WORSE[what]


class Clinic:
    """A service."""

    def __init__(self) -> None:
        self.beds = 7


class Ward:
    """Another one, of the module that requires the first."""

    def __init__(self, clinic: Clinic) -> None:
        self.beds = clinic.beds - 1


def build_clinic(_host: Host) -> dict[str, object]:
    suffer("clinic.build")
    return {"clinic": Clinic()}


def build_ward(host: Host) -> dict[str, object]:
    suffer("ward.build")
    return {"ward": Ward(host.get(Clinic))}


def subscribers(_host: Host) -> list[object]:
    suffer("clinic.subscribers")
    return []


async def health(_host: Host) -> None:
    suffer("clinic.health")


async def on_enable(ctx: Context, _session: Any, _host: Host) -> None:
    CALLS.append(("enable", ctx.tenant.slug))
    suffer("clinic.on_enable")


async def on_disable(ctx: Context, _session: Any, _host: Host) -> None:
    CALLS.append(("disable", ctx.tenant.slug))
    suffer("clinic.on_disable")


@get("/api/v1/clinic", opt=PUBLIC)
async def clinic_beds(clinic: Service[Clinic]) -> int:
    """How many beds there are."""
    return clinic.beds


@post("/api/v1/clinic", opt=PUBLIC)
async def clinic_more(clinic: Service[Clinic]) -> int:
    """One bed more."""
    clinic.beds += 1
    return clinic.beds


@get("/api/v1/ward", opt=PUBLIC)
async def ward_beds(ward: Service[Ward]) -> int:
    """How many beds it has."""
    return ward.beds


ROUTES = (clinic_beds, clinic_more)
WARD_ROUTES = (ward_beds,)
resolvers = Resolvers()


@resolvers.field("Query", "clinicBeds")
def graph_beds(_root: None, _info: Info) -> int:
    """How many beds there are."""
    return 7


@resolvers.field("Mutation", "clinicOpen")
@mutation
async def graph_open(_root: None, _info: Info) -> Payload:
    """Opens it."""
    return {"open": True}


class Occupied(Conflict):
    """There are people in it."""

    code = "OCCUPIED"
    title = "Occupied"


CLINIC = Module(
    name="clinic",
    version="1.0.0",
    summary="Ails.",
    requires=("tenant", "outbox"),
    services="tests.lifecycle.ailing:build_clinic",
    rest="tests.lifecycle.ailing:ROUTES",
    schema="tests.lifecycle",
    graphql="tests.lifecycle.ailing:resolvers",
    subscribers="tests.lifecycle.ailing:subscribers",
    health="tests.lifecycle.ailing:health",
    fallback="read-only",
    on_enable="tests.lifecycle.ailing:on_enable",
    on_disable="tests.lifecycle.ailing:on_disable",
)
WARD = Module(
    name="ward",
    version="1.0.0",
    summary="Requires what ails.",
    requires=("clinic",),
    services="tests.lifecycle.ailing:build_ward",
    rest="tests.lifecycle.ailing:WARD_ROUTES",
)
