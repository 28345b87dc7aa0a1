"""What products must be like in the end, from what writers were told and the log confirms."""

from collections.abc import Callable, Iterable

import msgspec

from rustok.commerce.catalog.types import PRODUCT_ID
from tools.crash.ledger import Operation

FIRST_STOCK = 1_000
FIRST_PRICE = 1_000


class Value(msgspec.Struct, frozen=True):
    """A value that was written; `certain`: its writer was told so before writing anything else."""

    value: str
    certain: bool


class Known(msgspec.Struct, kw_only=True):
    """A product: `id` as 32 hexadecimal digits, and what may be true of it now.

    More than one title or price is possible where nobody was told in which order changes were made:
    a request whose answer never came may have been worked on after a later one.
    """

    tenant: str
    id: str
    titles: list[Value]
    prices: list[Value]
    stock: int = FIRST_STOCK
    deleted: bool = False


def final_states(known: Iterable[Operation], applied: Callable[[Operation], bool]) -> list[Known]:
    """Every product whose making was acknowledged, with the last of its changes.

    `applied` says whether the log holds an operation's fact: one that left none changed nothing.
    """
    found: dict[str, Known] = {}
    for operation in known:
        if operation.kind == "create":
            if operation.outcome == "done":
                found[operation.product] = Known(
                    tenant=operation.tenant,
                    id=PRODUCT_ID.parse(operation.product).hex,
                    titles=[Value(operation.value, certain=True)],
                    prices=[Value(str(FIRST_PRICE), certain=True)],
                )
            continue
        product = found.get(operation.product)
        if product is not None and applied(operation):
            _change(product, operation)
    return list(found.values())


def _change(product: Known, operation: Operation) -> None:
    value = Value(operation.value, certain=operation.outcome == "done")
    match operation.kind:
        case "update":
            product.titles = [value, *_late(product.titles)]
        case "price":
            product.prices = [value, *_late(product.prices)]
        case "stock":
            product.stock += int(operation.value)
        case "delete":
            product.deleted = True


def _late(values: list[Value]) -> list[Value]:
    """Those that may still come after another one."""
    return [value for value in values if not value.certain]
