"""Settings of Redis; that there is one is said by `REDIS_URL`."""

import msgspec


class RedisSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The shared level of caches, from `RUSTOK_REDIS__*`."""

    prefix: str = "rustok"
    """What keys begin with: installations that share a server and its database need one each."""
    connect_milliseconds: int = 50
    """How long connecting may take, in milliseconds."""
    command_milliseconds: int = 20
    """How long a command may take, in milliseconds: then the request goes on without."""
    connections: int = 16
    """How many commands a process has under way at most; more go on without."""
    max_value_bytes: int = 500_000
    """How large a value may be to be shared, in bytes."""

    def __post_init__(self) -> None:
        """Raises ValueError, which msgspec reports as an invalid setting."""
        counts = (self.connect_milliseconds, self.command_milliseconds, self.connections)
        if min(counts) < 1 or self.max_value_bytes < 0:
            raise ValueError("times and connections are at least 1")
