"""Embedded PostgreSQL: a server of one clone's own, on a private Unix socket."""

from rustok.app.postgres.errors import PostgresLaunchError
from rustok.app.postgres.launcher import EmbeddedPostgres, RunningPostgres

__all__ = ["EmbeddedPostgres", "PostgresLaunchError", "RunningPostgres"]
