"""Suites that ship with the platform, for whoever writes a module.

Each is a class of tests to be subclassed; the checks behind them are functions that return what is
wrong, one line a problem.
"""

from rustok.testing.conformance.documents import DocumentIndexConformance
from rustok.testing.conformance.log import EventStoreConformance, LogProgressConformance
from rustok.testing.conformance.module import ModuleConformance
from rustok.testing.conformance.transport import TransportConformance

__all__ = [
    "DocumentIndexConformance",
    "EventStoreConformance",
    "LogProgressConformance",
    "ModuleConformance",
    "TransportConformance",
]
