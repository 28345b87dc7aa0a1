"""What REST handlers share: declared access, injection, problem details, entity tags."""

from rustok.core.http.access import ESSENTIAL, PUBLIC, SIGNED_IN, requires
from rustok.core.http.injection import Body, Ctx, FromPath, FromQuery, Service

__all__ = [
    "ESSENTIAL",
    "PUBLIC",
    "SIGNED_IN",
    "Body",
    "Ctx",
    "FromPath",
    "FromQuery",
    "Service",
    "requires",
]
