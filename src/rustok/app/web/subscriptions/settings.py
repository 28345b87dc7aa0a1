"""Settings of subscriptions."""

import msgspec


class SubscriptionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of WebSockets and event streams at `/graphql`, from `RUSTOK_GRAPHQL_SUBSCRIPTIONS__*`.

    What is counted is counted by each process for itself.
    """

    connections_per_tenant: int = 1_000
    """How many WebSockets and event streams one tenant may have open."""
    connections_per_address: int = 1_000
    """How many of them may come from one network address, of IPv6 from one /64."""
    operations_per_tenant: int = 5_000
    """How many operations of one tenant may run over them at once; a subscription runs until it
    is completed."""
    operations_per_connection: int = 50
    """How many operations may run over one WebSocket at once."""
    message_bytes: int = 256_000
    """How large a message of a client may be, in bytes."""
    init_seconds: float = 3.0
    """How long a client may take to initialise its WebSocket, in seconds."""
    check_seconds: float = 1.0
    """How often a stream's token, its tenant and the tenant's modules are looked at again, in
    seconds."""
    heartbeat_seconds: float = 12.0
    """After how much silence a client is pinged, in seconds; after twice as much it is taken for
    gone. An event stream has a comment as often."""
    send_seconds: float = 10.0
    """How long a client may take to read what is sent to it, in seconds."""
    origins: tuple[str, ...] = ()
    """Origins (`https://admin.example.org`) whose pages may open streams, besides the host's
    own."""

    def __post_init__(self) -> None:
        """Raises ValueError for settings that would break a promise."""
        if not 0 < self.check_seconds <= 1:
            raise ValueError("check_seconds is above 0 and at most 1")
        rest = (self.init_seconds, self.heartbeat_seconds, self.send_seconds)
        if min(rest) <= 0:
            raise ValueError("init_seconds, heartbeat_seconds and send_seconds are above 0")
        limits = (
            self.connections_per_tenant,
            self.connections_per_address,
            self.operations_per_tenant,
            self.operations_per_connection,
            self.message_bytes,
        )
        if min(limits) < 1:
            raise ValueError("limits are at least 1")
