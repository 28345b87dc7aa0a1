"""How REST handlers ask for what they need: `ctx: Ctx`, `x: Service[X]`, `data: Body[T]`."""

from typing import TypeVar

from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.params import JSONBody as Body

from rustok.core.context import Context

T = TypeVar("T")

Ctx = NamedDependency[Context]
Service = NamedDependency[T]

__all__ = ["Body", "Ctx", "FromPath", "FromQuery", "Service"]
