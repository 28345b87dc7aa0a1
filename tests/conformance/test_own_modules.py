"""Our own modules are what we ask of everybody's."""

from rustok.auth.module import MODULE as AUTH
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductCreate
from rustok.commerce.module import MODULE as COMMERCE
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.modules.registry import Modules
from rustok.index.module import MODULE as INDEX
from rustok.outbox.module import MODULE as OUTBOX
from rustok.rbac.module import MODULE as RBAC
from rustok.streaming.module import MODULE as STREAMING
from rustok.tenant.module import MODULE as TENANT
from rustok.testing.conformance import ModuleConformance
from tools.write_contracts import own_modules


class TestTenant(ModuleConformance):
    module = TENANT


class TestAuth(ModuleConformance):
    module = AUTH


class TestRbac(ModuleConformance):
    module = RBAC


class TestOutbox(ModuleConformance):
    module = OUTBOX


class TestStreaming(ModuleConformance):
    module = STREAMING


class TestIndex(ModuleConformance):
    module = INDEX


class TestCommerce(ModuleConformance):
    module = COMMERCE

    async def populate(self, host: Host, ctx: Context) -> None:
        """A few products, one of them changed, published and deleted again."""
        service = host.get(ProductService)
        created = [
            await service.create(ctx, ProductCreate(title=title, vendor="Oak & Co", tags=("wood",)))
            for title in ("Oak stool", "Ash table", "Elm shelf")
        ]
        await service.publish(ctx, created[0].product.id)
        await service.publish(ctx, created[1].product.id)
        await service.delete(ctx, created[1].product.id)


def test_none_of_them_is_forgotten(modules: Modules) -> None:
    tested = {suite.module for suite in ModuleConformance.__subclasses__()}

    assert {module.name for module in own_modules()} <= {module.name for module in tested}
    assert tested <= set(modules)
