"""The import in two readings: the first one checks the whole file, the second one imports it."""

import os
from collections.abc import Callable, Iterator
from time import monotonic
from typing import BinaryIO, TypeAlias

import asyncpg

from rustok.app.imports.errors import Findings, LineError
from rustok.app.imports.seen import Seen
from rustok.app.imports.shopify.batches import Batch, BatchWriter, batches
from rustok.app.imports.shopify.groups import Group, ProductFile
from rustok.app.imports.shopify.mapping import mapped
from rustok.app.imports.shopify.product import FileProduct
from rustok.app.imports.shopify.report import BrokenOff, Counts, ImportOptions, ImportReport
from rustok.commerce.catalog.handles import slugify
from rustok.core.context import Context
from rustok.core.errors import Conflict, RustokError
from rustok.core.host import Host
from rustok.core.money import check_currency

Progress: TypeAlias = Callable[[str, float], None]
"""Told what is being done and which part of it is done, from 0 to 1."""


async def import_products(
    host: Host,
    ctx: Context,
    file: BinaryIO,
    options: ImportOptions,
    progress: Progress | None = None,
) -> ImportReport:
    """Imports a file that can be read twice.

    Raises ValidationFailed for an unknown currency, and DatabaseUnavailable or DeadlineExceeded
    while nothing is imported yet.
    """
    currency = check_currency(options.currency or ctx.tenant.currency, "currency")
    importer = _Importer(host, ctx, file, options, currency, progress or (lambda _, __: None))
    began = monotonic()
    await importer.check()
    if not importer.findings.error_count and not options.dry_run:
        await importer.write()
    return importer.report(monotonic() - began)


def checked(
    source: ProductFile, currency: str, seen: Seen, findings: Findings
) -> Iterator[FileProduct]:
    """The products that are right in themselves; what is wrong with the others is noted."""
    for group in source.groups(findings):
        is_new = _is_new(group, seen, findings)
        product = mapped(group, currency, findings) if group.is_whole else None
        if product is not None and is_new and _has_own_skus(product, seen, findings):
            yield product


class _Importer:
    def __init__(
        self,
        host: Host,
        ctx: Context,
        file: BinaryIO,
        options: ImportOptions,
        currency: str,
        progress: Progress,
    ) -> None:
        self._ctx = ctx
        self._options = options
        self._currency = currency
        self._progress = progress
        self._size = max(os.fstat(file.fileno()).st_size, 1)
        self._source = ProductFile(file)
        self._writer = BatchWriter(host, ctx, publish=options.publish)
        self.findings = Findings()
        self._counts = Counts()
        self._broken_off: BrokenOff | None = None

    async def check(self) -> None:
        """Reads the file and shows every product to the database, of which nothing is kept."""
        with Seen() as seen:
            products = checked(self._source, self._currency, seen, self.findings)
            for batch in batches(products):
                try:
                    errors = await self._writer.write(batch, self._counts, keep=False)
                except Conflict as error:  # somebody changed the same products at this moment
                    errors = [_about(batch, error)]
                self.findings.add(errors)
                self._progress("Checking", self._source.position / self._size)

    async def write(self) -> None:
        """Reads the file again and keeps every batch, up to the first one that is refused."""
        self._counts = Counts()
        late = Findings()
        for batch in batches(self._mapped_again(late)):
            counts = Counts()
            try:
                errors = late.errors or await self._writer.write(batch, counts, keep=True)
            except (RustokError, asyncpg.PostgresError) as error:
                errors = [_about(batch, error)]
            if errors:
                self.findings.add(errors)
                self._broken_off = BrokenOff(line=batch[0].line, handle=batch[0].handle)
                return
            self._counts.created += counts.created
            self._counts.updated += counts.updated
            self._counts.unchanged += counts.unchanged
            self._progress("Importing", self._source.position / self._size)

    def report(self, seconds: float) -> ImportReport:
        """What was found and done."""
        found = self.findings
        done = self._counts if not found.error_count or self._broken_off else Counts()
        header = self._source.header
        return ImportReport(
            tenant=self._ctx.tenant.slug,
            currency=self._currency,
            dry_run=self._options.dry_run,
            rows=self._source.rows,
            products=self._source.products,
            counts=done,
            ignored_columns=header.ignored if header else (),
            error_count=found.error_count,
            errors=tuple(sorted(found.errors, key=lambda error: error.line)),
            warning_count=found.warning_count,
            warnings=tuple(sorted(found.warnings, key=lambda warning: warning.line)),
            broken_off=self._broken_off,
            seconds=round(seconds, 3),
        )

    def _mapped_again(self, late: Findings) -> Iterator[FileProduct]:
        for group in self._source.groups(late):
            product = mapped(group, self._currency, late)
            if product is not None:
                yield product


def _is_new(group: Group, seen: Seen, findings: Findings) -> bool:
    first = seen.first("handle", slugify(group.handle) or group.handle, group.line)
    if first == group.line:
        return True
    detail = f"The rows of a product stand together; it began in line {first}."
    findings.add([_error(group.line, "HANDLE_AGAIN", detail, group.handle, "Handle")])
    return False


def _has_own_skus(product: FileProduct, seen: Seen, findings: Findings) -> bool:
    errors = []
    for line, variant in zip(product.variant_lines, product.given.variants or (), strict=True):
        if isinstance(variant.sku, str):
            first = seen.first("sku", variant.sku, line)
            if first not in product.variant_lines:
                detail = f"Line {first} has the same SKU."
                errors.append(_error(line, "SKU_AGAIN", detail, product.handle, "Variant SKU"))
    findings.add(errors)
    return not errors


def _about(batch: Batch, error: Exception) -> LineError:
    code = error.code if isinstance(error, RustokError) else "DATABASE_ERROR"
    return _error(batch[0].line, code, str(error), batch[0].handle, None)


def _error(line: int, code: str, detail: str, handle: str, column: str | None) -> LineError:
    return LineError(line=line, code=code, detail=detail, handle=handle[:200], column=column)
