"""Settings of users, sessions and tokens."""

import msgspec


class AuthSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Lifetimes, limits and costs, from `RUSTOK_AUTH__*`."""

    issuer: str = "rustok"
    """The `iss` of access tokens: one for the installation."""
    audience: str = "rustok"
    """The `aud` of access tokens."""
    access_seconds: int = 900
    """How long an access token is valid, in seconds."""
    leeway_seconds: int = 5
    """How far the clocks of two processes may differ, in seconds."""
    session_idle_days: int = 14
    """How long a session lives without being refreshed, in days."""
    session_days: int = 30
    """How long a session lives at the most, refreshed or not, in days."""
    refresh_grace_seconds: int = 10
    """How long a used refresh token still gives a successor, for parallel requests, in seconds."""
    refresh_siblings: int = 8
    """How many successors one refresh token gives within the grace; more is a theft."""
    attempts_per_account: int = 10
    """Sign-in attempts one account allows within the window."""
    attempts_per_address: int = 50
    """Sign-in attempts one network address allows within the window."""
    registrations_per_address: int = 50
    """Registrations one network address may try within the window."""
    attempt_window_seconds: int = 900
    """The window of the three limits, in seconds."""
    argon2_memory_kib: int = 19_456
    """Memory of one Argon2id hash, in KiB."""
    argon2_passes: int = 2
    """Passes of Argon2id over its memory."""
    argon2_lanes: int = 1
    """Parallel lanes of one Argon2id hash."""
    hash_threads: int = 2
    """How many passwords a process hashes at once: bounds memory, keeps the loop free."""
    hash_queue: int = 64
    """How many passwords may wait for a thread; more are refused with 503."""
    key_days: int = 30
    """How old a signing key gets before the next one takes over, in days."""
    key_publish_seconds: int = 120
    """How long a key is published before it signs, in seconds; longer than `key_reload_seconds`."""
    key_reload_seconds: int = 30
    """How often a process reads the keys again, in seconds."""
    principal_cache_seconds: float = 0.8
    """How long a process may rely on what it read of a session, in seconds: the bound of how late
    a revocation or a role's change takes effect where no signal arrives."""
    cache_entries: int = 20_000
    """How many verified tokens, and how many sessions, a process remembers at the most."""

    def __post_init__(self) -> None:
        """Raises ValueError for settings that would break a promise."""
        if not 0 < self.principal_cache_seconds <= 1:
            raise ValueError("principal_cache_seconds is above 0 and at most 1")
        if self.key_publish_seconds <= self.key_reload_seconds:
            raise ValueError("key_publish_seconds must be longer than key_reload_seconds")
        if min(self.hash_threads, self.refresh_siblings, self.access_seconds) < 1:
            raise ValueError("hash_threads, refresh_siblings and access_seconds are at least 1")
