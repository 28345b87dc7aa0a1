"""Loads the demo. A load that was broken off is completed by the next one; nothing comes twice."""

from pathlib import Path

from rustok.app.demo import content, inputs
from rustok.app.demo.catalogue import CatalogueLoader
from rustok.app.demo.content import DemoShop
from rustok.app.demo.people import UserLoader, planned_sign_ins, write_sign_ins
from rustok.app.processes.demo import UNFINISHED, DemoSignIns
from rustok.core.context import Context, TenantRef, system_context
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from rustok.tenant import repository
from rustok.tenant.directory import NOWHERE
from rustok.tenant.service import TenantService


async def load_demo(host: Host, home: Path) -> DemoSignIns:
    """Makes the demo's tenants with catalogues and users; says how to sign in.

    Passwords are written before users are made, so that no user is there whose password is lost.
    Raises HomeUnwritable, DatabaseUnavailable.
    """
    planned = planned_sign_ins(home, content.SLUGS)
    write_sign_ins(home, planned)
    (home / UNFINISHED).touch()
    users = UserLoader(host)
    for slug in content.SLUGS:
        shop = content.load(slug)
        ctx = await _context(host, shop)
        await CatalogueLoader(host, shop).load(ctx)
        await users.load(ctx, shop, planned.tenants[slug])
    (home / UNFINISHED).unlink(missing_ok=True)
    return planned


async def _context(host: Host, shop: DemoShop) -> Context:
    async with host.db.read(system_context(NOWHERE)) as session:
        row = await session.maybe(repository.FIND, by="slug", key=shop.tenant.slug)
    if row is None:
        tenant: TenantRef = await host.get(TenantService).create(inputs.tenant(shop))
    else:
        tenant = await host.get(TenantDirectory).any_by_id(row.id)
    return system_context(tenant)
