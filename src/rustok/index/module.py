"""The manifest of the index."""

from rustok.core.modules import Module

MODULE = Module(
    name="index",
    version="0.1.0",
    summary="The read model: documents of all modules, listed, searched and rebuilt.",
    core=True,
    migrations="rustok.index.migrations",
    services="rustok.index.service:build",
    repositories=("rustok.index.repository",),
)
