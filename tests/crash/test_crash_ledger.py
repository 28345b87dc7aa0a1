"""What writers were told becomes what must be true."""

from pathlib import Path
from typing import Any

from rustok.commerce.catalog.types import PRODUCT_ID
from tools.crash.history import final_states
from tools.crash.ledger import Entry, Kind, Ledger, Operation, leaks, operations, read

PRODUCT = PRODUCT_ID.text(PRODUCT_ID.parse("prod_01m8380fz3e07rxpy4v3a1zgk6"))


def entry(op: str, step: Any, **more: Any) -> Entry:
    return Entry(op=op, step=step, tenant="alpha", **more)


def operation(kind: Kind, value: str = "", outcome: Any = "done") -> Operation:
    return Operation(
        op=f"{kind} {value}",
        tenant="alpha",
        kind=kind,
        keyed=False,
        product=PRODUCT,
        value=value,
        outcome=outcome,
    )


def test_lines_survive_the_writer_and_a_cut_last_one_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    ledger.write(entry("a", "attempt"))
    ledger.write(entry("a", "done", product=PRODUCT))
    ledger.close()
    with path.open("ab") as file:
        file.write(b'{"op":"cut')

    assert read(path) == [entry("a", "attempt"), entry("a", "done", product=PRODUCT)]


def test_what_was_done_once_is_done_whatever_comes_after() -> None:
    lines = [
        entry("a", "attempt"),
        entry("a", "error"),
        entry("a", "attempt"),
        entry("a", "done"),
        entry("b", "attempt"),
        entry("b", "error"),
        entry("c", "attempt"),
        entry("c", "refused", status=409),
        entry("look", "leak"),
    ]

    assert [(o.op, o.outcome, o.attempts) for o in operations(lines)] == [
        ("a", "done", 2),
        ("b", "unknown", 1),
        ("c", "refused", 1),
    ]
    assert leaks(lines) == [entry("look", "leak")]


def test_the_last_change_counts_and_a_late_one_may_come_after_it() -> None:
    history = [
        operation("create", "first"),
        operation("update", "late", outcome="unknown"),
        operation("update", "never", outcome="unknown"),
        operation("update", "second"),
        operation("stock", "-2"),
        operation("stock", "5", outcome="unknown"),
    ]
    applied = {o.op for o in history} - {"update never"}

    [product] = final_states(history, lambda o: o.op in applied)
    assert [value.value for value in product.titles] == ["second", "late"]
    assert product.stock == 1_003
    assert not product.deleted
