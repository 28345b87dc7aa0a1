"""`info.context` of every resolver."""

from collections.abc import Callable
from typing import Any, TypeVar

from rustok.core.context import Context
from rustok.core.host import Host
from rustok.gql import Info, Loader

T = TypeVar("T")


class GraphContext:
    """One request's context, the host's services, and the request's own loaders.

    `renew` makes another one, for what goes on after its request: a subscription.
    """

    def __init__(
        self, ctx: Context, host: Host, *, renew: "Callable[[], GraphContext] | None" = None
    ) -> None:
        self.ctx = ctx
        self._host = host
        self._renew = renew
        self._loaders: dict[Callable[..., Any], Any] = {}

    def now(self) -> "GraphContext":
        """The context at this moment: its caller as they are now, with a time limit of its own.

        What a subscription's source does for an event is done with it, not with the one that it
        began with. Of a single request it is the request's.
        """
        return self if self._renew is None else self._renew()

    def get(self, kind: type[T]) -> T:
        """A service by its type."""
        return self._host.get(kind)

    def loader(self, make: Callable[["GraphContext"], T]) -> T:
        """The request's one loader of this maker."""
        if make not in self._loaders:
            self._loaders[make] = make(self)
        found: T = self._loaders[make]
        return found

    def close(self) -> None:
        """Ends what its loaders still do, for a request that was given up."""
        for loader in self._loaders.values():
            if isinstance(loader, Loader):
                loader.close()


def graph(info: Info) -> GraphContext:
    """The typed context of a resolver."""
    found: GraphContext = info.context
    return found
