"""Reads what is left when all is over, and says what went wrong: LOST, DUP, STUCK, WRONG, LEAK."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from tools.crash import evidence
from tools.crash.client import mark
from tools.crash.history import Known, final_states
from tools.crash.ledger import Entry, Kind, Operation, leaks, operations

SETTLE_SECONDS = 60.0
_LOOK_SECONDS = 0.5
_SHOWN = 20
Verdict = Literal["LOST", "DUP", "STUCK", "WRONG", "LEAK"]
VERDICTS: tuple[Verdict, ...] = ("LOST", "DUP", "STUCK", "WRONG", "LEAK")
FACT_OF: dict[Kind, str] = {
    "create": "product.created",
    "update": "product.updated",
    "price": "price.changed",
    "publish": "product.published",
    "unpublish": "product.unpublished",
    "stock": "stock.changed",
    "delete": "product.deleted",
}
BEHIND = {
    "events without a position": evidence.UNNUMBERED,
    "events that the witness has not applied": evidence.UNSEEN,
    "products whose document is old": evidence.STALE,
    "documents of products that are gone": evidence.LEFT_OVER,
    "events that wait to be tried again": evidence.WAITING,
    "dead letters": evidence.DEAD,
}
Rebuild = Callable[[str], Awaitable[None]]


class Finding(msgspec.Struct, frozen=True):
    """One thing that must not be, and the evidence."""

    verdict: Verdict
    text: str

    def __str__(self) -> str:
        """As it is printed."""
        return f"{self.verdict:5}  {self.text}"


class Judge:
    """Judges one run by the owner's connection; `rebuild` makes a kind's documents anew."""

    def __init__(
        self,
        owner: Any,
        tenants: Mapping[str, Any],
        rebuild: Rebuild,
        *,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        self._owner = owner
        self._tenants = tenants
        self._rebuild = rebuild
        self._settle_seconds = settle_seconds
        self.settled_seconds: float | None = None
        """How long everything took to be done, once it was asked."""

    async def judge(self, entries: Sequence[Entry], run: str) -> list[Finding]:
        """Everything there is to say, once the work is done or its time is up."""
        findings = await self.stuck()
        known = operations(entries)
        findings += await self.writes(known, run)
        findings += await self.log()
        findings += await self.effects()
        findings += await self.documents()
        findings += await self.strangers()
        findings += [Finding("LEAK", f"{leak.op}: {leak.detail}") for leak in leaks(entries)]
        return findings

    async def stuck(self, *, seconds: float | None = None) -> list[Finding]:
        """Waits until nothing is left to do; what is left after that time is stuck."""
        began = time.monotonic()
        most = self._settle_seconds if seconds is None else seconds
        while True:
            left = await self._behind()
            self.settled_seconds = time.monotonic() - began
            if not left:
                return []
            if self.settled_seconds > most:
                return [Finding("STUCK", f"{count} {what}") for what, count in left.items()]
            await asyncio.sleep(_LOOK_SECONDS)

    async def _behind(self) -> dict[str, int]:
        counts = {what: await self._owner.fetchval(query) for what, query in BEHIND.items()}
        return {what: count for what, count in counts.items() if count}

    async def writes(self, known: Sequence[Operation], run: str) -> list[Finding]:
        """What writers were told beside what the log and the tables hold."""
        rows = await self._owner.fetch(evidence.FACTS, f"{run}-%")
        facts = {(row["slug"], row["correlation_id"], row["name"]): row["times"] for row in rows}
        findings = []
        for operation in known:
            times = facts.get((operation.tenant, operation.op, FACT_OF[operation.kind]), 0)
            findings += _of_write(operation, times)
        states = final_states(known, lambda op: _applied(facts, op))
        rows = await self._owner.fetch(evidence.PRODUCTS)
        found = {(row["slug"], row["id"].hex): row for row in rows}
        for state in states:
            findings += _of_product(state, found.get((state.tenant, state.id)))
        return findings

    async def log(self) -> list[Finding]:
        """Positions without a gap, given once, in the order of each aggregate's versions."""
        findings = await self._each("WRONG", evidence.INVERTED_LOG, "the log is out of order at")
        findings += await self._each("DUP", evidence.REPEATED_POSITIONS, "given twice: position")
        findings += await self._each("LOST", evidence.MISSING_POSITIONS, "no event at position")
        return findings

    async def effects(self) -> list[Finding]:
        """Each event applied once by each consumer of the rig, in order, to its own tenant."""
        findings = await self._each("DUP", evidence.REPEATED_EFFECTS, "applied more than once:")
        findings += await self._each("WRONG", evidence.INVERTED_EFFECTS, "applied out of order:")
        findings += await self._each("LEAK", evidence.FOREIGN_EFFECTS, "applied to another tenant:")
        return findings

    async def documents(self) -> list[Finding]:
        """What is served beside the tables, and beside what a rebuild makes of them."""
        findings = await self._each("WRONG", evidence.UNTRUE_DOCUMENTS, "an untrue document:")
        for row in await self._owner.fetch(evidence.KINDS):
            kind = row["kind"]
            before = await self._documents(kind)
            await self._rebuild(kind)
            after = await self._documents(kind)
            different = {key for key in before | after if before.get(key) != after.get(key)}
            findings += [
                Finding("WRONG", f"{kind} {key} is not what a rebuild makes: {before.get(key)}")
                for key in sorted(different)[:_SHOWN]
            ]
        return findings

    async def _documents(self, kind: str) -> dict[tuple[str, str, str], str]:
        rows = await self._owner.fetch(evidence.documents(kind))
        return {(row[0], row[1], row[2]): row[3] for row in rows}

    async def strangers(self) -> list[Finding]:
        """Rows of one tenant, in any table, that hold what is another's."""
        findings = []
        for row in await self._owner.fetch(evidence.TENANT_TABLES):
            query = evidence.foreign_rows(row["table_name"])
            for slug, tenant in self._tenants.items():
                for other in self._tenants:
                    if other == slug:
                        continue
                    count = await self._owner.fetchval(query, tenant.id, f"%{mark(other)}%")
                    if count:
                        what = f"{count} rows of {row['table_name']} of {slug} hold {other}'s data"
                        findings.append(Finding("LEAK", what))
        return findings

    async def _each(self, verdict: Verdict, query: str, what: str) -> list[Finding]:
        rows = await self._owner.fetch(query)
        texts = [" ".join(map(str, row.values())) for row in rows]
        findings = [Finding(verdict, f"{what} {text}") for text in texts[:_SHOWN]]
        if len(texts) > _SHOWN:
            findings.append(Finding(verdict, f"{what} ... {len(texts)} in all"))
        return findings


def _applied(facts: Mapping[tuple[str, str, str], int], operation: Operation) -> bool:
    return (operation.tenant, operation.op, FACT_OF[operation.kind]) in facts


def _of_write(operation: Operation, times: int) -> list[Finding]:
    told = f"{operation.kind} {operation.op} of {operation.tenant}"
    if operation.outcome == "done" and times == 0:
        return [Finding("LOST", f"{told} was acknowledged and left no event")]
    if times > 1:
        return [Finding("DUP", f"{told} took effect {times} times")]
    if operation.outcome == "refused" and times:
        return [Finding("WRONG", f"{told} was refused and took effect")]
    return []


def _of_product(state: Known, row: Any) -> list[Finding]:
    who = f"product {state.id} of {state.tenant}"
    if row is None:
        return [Finding("LOST", f"{who} was acknowledged and is not there")]
    findings = []
    if row["version"] != row["last_event"]:
        text = f"{who} has version {row['version']}, its last event {row['last_event']}"
        findings.append(Finding("WRONG", text))
    if state.deleted and not row["deleted"]:
        findings.append(Finding("LOST", f"{who} was deleted and is there"))
    if row["deleted"]:
        return findings
    if row["stock"] != state.stock:
        text = f"{who} has the stock {row['stock']}, and {state.stock} is what its changes make"
        findings.append(Finding("WRONG", text))
    for what, values in (("title", state.titles), ("price", state.prices)):
        possible = [value.value for value in values]
        if str(row[what]) not in possible:
            findings.append(Finding("LOST", f"{who} has the {what} {row[what]}, not {possible}"))
    return findings
