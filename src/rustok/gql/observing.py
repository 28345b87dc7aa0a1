"""What somebody may want to know of the operations that an engine runs."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rustok.gql.engine import Granted
    from rustok.gql.request import Operation
    from rustok.gql.result import Result


class Observer(Protocol):
    """Told of every operation; what it raises ends the operation, so it raises nothing."""

    def resolving(self, info: Any) -> AbstractContextManager[object]:
        """Entered while a resolver is waited for, and never for a field that is read."""
        ...

    def ran(self, granted: "Granted", result: "Result", seconds: float) -> None:
        """An operation has run."""
        ...

    def refused(self, operation: "Operation", result: "Result") -> None:
        """An operation was not run."""
        ...
