"""Settings of streams."""

import msgspec


class StreamingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The stream named by `RUSTOK_EVENTS_TRANSPORT`, from `RUSTOK_STREAMING__*`."""

    nats_urls: tuple[str, ...] = ()
    """NATS servers, such as `nats://10.0.0.5:4222` or `tls://nats.example.com:4222`; needed for
    `nats`."""
    nats_stream: str = "RUSTOK_EVENTS"
    """The JetStream stream; it is made where it is missing."""
    nats_subject: str = "rustok.events"
    """What the stream's subjects begin with; the event's family and the partition follow."""
    nats_user: str | None = None
    """Signs in with a password."""
    nats_password: str | None = None
    """The user's password."""
    nats_token: str | None = None
    """Signs in with a token."""
    nats_credentials_file: str | None = None
    """Signs in with a `.creds` file: a JWT and the seed of its key."""
    nats_nkey_file: str | None = None
    """Signs in with the seed of an nkey."""
    nats_replicas: int = 1
    """On how many servers of a cluster the stream is kept, 1 to 5."""
    iggy_url: str | None = None
    """The Iggy server's `host:port` for TCP; needed for `iggy`."""
    iggy_stream: str = "rustok"
    """The Iggy stream; it and its topics are made where they are missing."""
    iggy_user: str | None = None
    """Signs in with a password."""
    iggy_password: str | None = None
    """The user's password."""
    iggy_token: str | None = None
    """Signs in with a personal access token."""
    tls: bool = False
    """Whether to speak TLS where the address does not say so."""
    tls_ca_file: str | None = None
    """The authorities that sign the server's certificate, PEM; else those of the machine."""
    tls_cert_file: str | None = None
    """The client's certificate, PEM."""
    tls_key_file: str | None = None
    """The key of the client's certificate, PEM."""
    retention_hours: float = 72.0
    """How long the stream keeps events, in hours."""
    retention_megabytes: int = 1_024
    """How much the stream keeps, in megabytes; the oldest events go first."""
    duplicate_window_seconds: float = 120.0
    """How long the stream knows what it was sent, to keep no event twice, in seconds."""
    publish_seconds: float = 3.0
    """How long the stream may take to keep a batch, in seconds."""
    publish_batch: int = 1_000
    """How many events the publisher sends at once."""
    replay_events: int = 5_000
    """How far before its end a process begins to read the stream, in events."""
    buffer_events: int = 2_000
    """How many events of one tenant a process keeps for its consumers; who is further behind reads
    PostgreSQL."""
    buffer_megabytes: int = 64
    """How much a process keeps of all tenants, in megabytes."""
    patience_milliseconds: int = 50
    """How long a consumer waits for an event of which it knows that it is on its way through the
    stream, before it reads PostgreSQL, in milliseconds; 0 does not wait."""

    def __post_init__(self) -> None:
        """Raises ValueError with every number that is out of its range."""
        wrong = [
            text
            for text, is_wrong in {
                "nats_replicas is between 1 and 5": not 1 <= self.nats_replicas <= 5,
                "retention_hours is more than 0": self.retention_hours <= 0,
                "retention_megabytes is at least 1": self.retention_megabytes < 1,
                "duplicate_window_seconds is at least 0.1": self.duplicate_window_seconds < 0.1,
                "publish_seconds is more than 0": self.publish_seconds <= 0,
                "publish_batch is between 1 and 1000": not 1 <= self.publish_batch <= 1_000,
                "replay_events is at least 0": self.replay_events < 0,
                "buffer_events is at least 1": self.buffer_events < 1,
                "buffer_megabytes is at least 1": self.buffer_megabytes < 1,
                "patience_milliseconds is at least 0": self.patience_milliseconds < 0,
            }.items()
            if is_wrong
        ]
        if wrong:
            raise ValueError("; ".join(wrong))

    @property
    def retention_seconds(self) -> float:
        """How long the stream keeps events, in seconds."""
        return self.retention_hours * 3_600

    @property
    def retention_bytes(self) -> int:
        """How much the stream keeps, in bytes."""
        return self.retention_megabytes * 1_000_000

    @property
    def has_tls(self) -> bool:
        """Whether any setting asks for TLS."""
        return self.tls or any((self.tls_ca_file, self.tls_cert_file, self.tls_key_file))
