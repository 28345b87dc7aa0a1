"""What is asked of an import, and what came of it."""

import msgspec

from rustok.app.imports.errors import LineError


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to import: `currency` is that of the file's prices, the tenant's where it is None.

    `publish` shows every product that the file shows; without it new ones are drafts, and those
    that are there keep their status. What the file has archived is archived either way.
    """

    dry_run: bool = False
    currency: str | None = None
    publish: bool = False


class BrokenOff(msgspec.Struct, frozen=True, kw_only=True):
    """Everything before this line was imported; nothing from it on."""

    line: int
    handle: str


class Counts(msgspec.Struct):
    """How many products were made, changed, and found to be as the file has them."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


class ImportReport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was found and done; with errors nothing is done, unless it broke off on the way.

    Of a dry run, `counts` says what would be done. `errors` and `warnings` hold the first 10,000,
    in the order of lines.
    """

    tenant: str
    currency: str
    dry_run: bool
    rows: int
    products: int
    counts: Counts
    ignored_columns: tuple[str, ...]
    error_count: int
    errors: tuple[LineError, ...]
    warning_count: int
    warnings: tuple[LineError, ...]
    broken_off: BrokenOff | None
    seconds: float
