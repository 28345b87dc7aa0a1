"""Facts that commerce publishes."""

from rustok.commerce.catalog.events import EVENTS

__all__ = ["EVENTS"]
