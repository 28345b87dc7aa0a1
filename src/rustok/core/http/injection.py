"""How REST handlers ask for what they need: `ctx: Ctx`, `products: Service[ProductService]`."""

from typing import Annotated, TypeVar

from litestar.params import Dependency

from rustok.core.context import Context

T = TypeVar("T")

Ctx = Annotated[Context, Dependency(skip_validation=True)]
Service = Annotated[T, Dependency(skip_validation=True)]
