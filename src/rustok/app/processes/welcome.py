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
    for tenant in tenants[:MOST_TENANTS]:
        yield f"  {tenant.name:<12}  {tenant_url(platform, port, tenant.slug)}"
    if len(tenants) > MOST_TENANTS:
        yield f"  and {len(tenants) - MOST_TENANTS} more: rustok tenant list"
    if not tenants:
        yield "  No tenant yet: rustok tenant create SLUG --name NAME, or rustok demo"
    yield f"  {'API':<12}  {base}/api/docs"
    yield f"  {'GraphQL':<12}  {base}/graphql"
    if platform.env == "development" and demo.tenants:
        yield "\n  Sign in to the demo:"
        for slug, users in demo.tenants.items():
            for role, user in users.items():
                yield f"  {slug + ' ' + role:<16}  {user.email}  {user.password}"
    yield "\nCtrl-C ends it.\n"
