"""What streams at `/graphql`, put together."""

from rustok.app.edge.asgi import Receive, Scope, Send
from rustok.app.web.operations import Operations
from rustok.app.web.subscriptions.event_stream import EventStreams, is_wanted
from rustok.app.web.subscriptions.hub import Hub
from rustok.app.web.subscriptions.member import Members
from rustok.app.web.subscriptions.settings import SubscriptionSettings
from rustok.app.web.subscriptions.socket import Sockets
from rustok.core.host import Host
from rustok.telemetry.metrics import Metrics

Connection = tuple[Scope, Receive, Send]


class Subscriptions:
    """Takes the connections that are answered more than once."""

    def __init__(self, host: Host, operations: Operations, *, max_body_bytes: int) -> None:
        settings = host.settings(SubscriptionSettings)
        members = Members(host, operations)
        self.hub = Hub(settings)
        self._sockets = Sockets(members, self.hub, settings)
        self._event_streams = EventStreams(
            members, self.hub, settings, max_body_bytes=max_body_bytes
        )
        host.provide(Hub, self.hub)
        _publish(self.hub, host.get(Metrics))

    async def take(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Serves the connection to its end if it is one that streams; whether it was."""
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
            return True
        if is_wanted(scope):
            await self._event_streams(scope, receive, send)
            return True
        return False


def _publish(hub: Hub, metrics: Metrics) -> None:
    metrics.gauge(
        "rustok_graphql_streams",
        "WebSockets and event streams that are open.",
        lambda: [((), hub.connections.total())],
    )
    metrics.gauge(
        "rustok_graphql_stream_operations",
        "Operations that run over them, subscriptions above all.",
        lambda: [((), hub.operations.total())],
    )
    metrics.count(
        "rustok_graphql_streams_refused_total",
        "Connections and operations beyond a limit.",
        lambda: [((), hub.refused)],
    )
    metrics.count(
        "rustok_graphql_sockets_closed_total",
        "WebSockets that the server closed, by the code of the reason.",
        lambda: [((str(code),), number) for code, number in hub.ended.items()],
        labels=("code",),
    )
