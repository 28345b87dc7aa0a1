"""What the doctor finds."""

from typing import Literal

import msgspec

from rustok.app.processes.registry import ProcessRecord

Verdict = Literal["ok", "warning", "problem"]
ModuleState = Literal["ready", "not migrated", "unknown"]


class Finding(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How one check went, and what to do where it did not go well."""

    check: str
    verdict: Verdict
    detail: str
    remedy: str | None = None


class DatabaseFacts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where the database is. URLs hold passwords; they work while the server runs."""

    embedded: bool
    running: bool
    version: str | None = None
    owner_url: str | None = None
    runtime_url: str | None = None
    worker_url: str | None = None
    data: str | None = None
    log: str | None = None


class ModuleFacts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An installed module; it is `ready` once the database is migrated to it."""

    name: str
    version: str
    state: ModuleState


class Report(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Everything about an installation that a person or a script asks first."""

    versions: dict[str, str]
    home: str
    processes: list[ProcessRecord]
    listening: list[str]
    database: DatabaseFacts
    modules: list[ModuleFacts]
    findings: list[Finding]

    @property
    def healthy(self) -> bool:
        """Whether nothing is a problem; warnings are none."""
        return all(finding.verdict != "problem" for finding in self.findings)


def fine(check: str, detail: str) -> Finding:
    """A check that went well."""
    return Finding(check=check, verdict="ok", detail=detail)


def warning(check: str, detail: str, remedy: str) -> Finding:
    """Something that works, but not as it should."""
    return Finding(check=check, verdict="warning", detail=detail, remedy=remedy)


def problem(check: str, detail: str, remedy: str) -> Finding:
    """Something that does not work."""
    return Finding(check=check, verdict="problem", detail=detail, remedy=remedy)
