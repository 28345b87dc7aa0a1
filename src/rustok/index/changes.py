"""Hears from every process which tenants' documents changed, as their commits say."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from rustok.core.signals import Signals

CHANNEL: Final = "rustok_documents"


class SignalledChanges:
    """Implements the DocumentChanges port."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._listeners: list[Callable[[UUID | None], None]] = []
        signals.listen(CHANNEL, self._heard)

    def listen(self, listener: Callable[[UUID | None], None]) -> None:
        """Calls the listener with each tenant some of whose documents changed, None for any."""
        self._listeners.append(listener)

    @property
    def heard(self) -> bool:
        """Whether the listeners know of every change that is older than a second."""
        return self._signals.is_current

    def _heard(self, text: str) -> None:
        tenant_id = UUID(text) if text else None
        for listener in self._listeners:
            listener(tenant_id)
