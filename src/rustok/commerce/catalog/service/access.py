"""Which further permissions an input of variants needs: prices and stock have their own."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from rustok.commerce.catalog.types.inputs import VariantInput
from rustok.commerce.permissions import PRICE_UPDATE, STOCK_UPDATE
from rustok.core.context import Context


def require_variants(ctx: Context, variants: Sequence[VariantInput] | UnsetType) -> None:
    """Raises Forbidden where prices or stock are given by one who may not change them."""
    if isinstance(variants, UnsetType):
        return
    if any(variant.prices is not UNSET for variant in variants):
        ctx.require(PRICE_UPDATE)
    if any(variant.stock is not UNSET for variant in variants):
        ctx.require(STOCK_UPDATE)
