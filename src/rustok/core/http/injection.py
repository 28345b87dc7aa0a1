"""How REST handlers ask for what they need: `ctx: Ctx`, `products: Service[ProductService]`."""

from typing import TypeVar

from litestar.di import NamedDependency

from rustok.core.context import Context

T = TypeVar("T")

Ctx = NamedDependency[Context]
Service = NamedDependency[T]
