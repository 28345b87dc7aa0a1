"""A hash of everything a database is migrated to, so that a warm start can skip Alembic."""

import hashlib
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from rustok.core.db.document_ddl import document_functions
from rustok.core.modules.manifest import Module
from rustok.core.sql.query import Query

CORE_MIGRATIONS = "rustok.core.migrations"
SHARED_DDL = (
    ("rustok.core.db", "ddl.py"),
    ("rustok.core.db", "document_ddl.py"),
    ("rustok.core.db", "document_find.sql"),
    ("rustok.core.db", "document_functions.py"),
    ("rustok.core.db", "document_orders.py"),
    ("rustok.core.sql", "hot.py"),
    ("rustok.app.migrate", "roles.py"),
)


def packages(modules: Iterable[Module]) -> list[str]:
    """The packages that hold migrations, core's first."""
    return [CORE_MIGRATIONS, *(m.migrations for m in modules if m.migrations)]


def fingerprint(modules: Iterable[Module], queries: Iterable[Query[Any]]) -> str:
    """The hash over the migration files and the hot queries."""
    digest = hashlib.sha256()
    for package in packages(modules):
        for file in sorted(files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith(".py"):
                digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for package, name in SHARED_DDL:
        digest.update((files(package) / name).read_bytes())
    digest.update(document_functions("shape").encode())
    for name in sorted(query.function for query in queries if query.hot):
        digest.update(name.encode())
    return digest.hexdigest()
