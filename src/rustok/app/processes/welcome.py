"""What `rustok run` says once it serves."""

from collections.abc import Iterator, Sequence

from rustok import __version__
from rustok.app.processes.demo import DemoSignIns
from rustok.app.settings import PlatformSettings
from rustok.core.context import TenantRef

MOST_TENANTS = 10


def base_url(platform: PlatformSettings, port: int) -> str:
    """Where the outside reaches the server, without a slash at its end."""
    if platform.public_url:
        return platform.public_url.rstrip("/")
    return f"http://{platform.base_domains[0]}:{port}"


def tenant_url(platform: PlatformSettings, port: int, slug: str) -> str:
    """The start page of a tenant."""
    scheme, _, host = base_url(platform, port).partition("://")
    return f"{scheme}://{slug}.{host}/"


def welcome(
    platform: PlatformSettings, port: int, tenants: Sequence[TenantRef], demo: DemoSignIns
) -> str:
    """The tenants with their addresses, the demo's sign-ins in development, the API's pages."""
    return "\n".join(_lines(platform, port, tenants, demo))


def _lines(
    platform: PlatformSettings, port: int, tenants: Sequence[TenantRef], demo: DemoSignIns
) -> Iterator[str]:
    base = base_url(platform, port)
    yield f"\nRusToK {__version__} serves {base}/\n"
    places = [
        *(
            (tenant.name, tenant_url(platform, port, tenant.slug))
            for tenant in tenants[:MOST_TENANTS]
        ),
        ("API", f"{base}/api/docs"),
        ("GraphQL", f"{base}/graphql"),
    ]
    yield from _aligned(places)
    if len(tenants) > MOST_TENANTS:
        yield f"  and {len(tenants) - MOST_TENANTS} more: rustok tenant list"
    if not tenants:
        yield "  No tenant yet: rustok tenant create SLUG --name NAME, or rustok demo"
    if platform.env == "development" and demo.tenants:
        yield "\n  Sign in to the demo:"
        yield from _aligned(
            [
                (f"{slug} {role}", user.email, user.password)
                for slug, users in demo.tenants.items()
                for role, user in users.items()
            ]
        )
    yield "\nCtrl-C ends it.\n"


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()
