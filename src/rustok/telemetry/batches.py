"""Spans that have ended, put together where they end and sent by a thread."""

from collections import deque
from collections.abc import Callable, Mapping
from threading import Event, Lock, Thread

import msgspec

from rustok.telemetry.encoding import EndedSpan, ended, request
from rustok.telemetry.light import structlog

_log = structlog.get_logger("rustok.telemetry")
ENCODED_AT_ONCE = 32


class BatchSizes(msgspec.Struct, frozen=True, kw_only=True):
    """How many spans are sent at once, how many are kept at the most, and how long at the most."""

    most_at_once: int = 2_048
    most_kept: int = 8_192
    seconds: float = 5.0

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "BatchSizes":
        """What OTEL_BSP_* say; raises ValueError for what is no number."""
        known = cls()
        most_kept = int(environ.get("OTEL_BSP_MAX_QUEUE_SIZE") or known.most_kept)
        at_once = int(environ.get("OTEL_BSP_MAX_EXPORT_BATCH_SIZE") or known.most_at_once)
        delay = environ.get("OTEL_BSP_SCHEDULE_DELAY")
        return cls(
            most_at_once=min(at_once, most_kept),
            most_kept=most_kept,
            seconds=int(delay) / 1_000 if delay else known.seconds,
        )


class Batches:
    """Takes spans from any thread; the oldest go where they come faster than they can be sent.

    `send` says whether a batch has arrived: one that has not is dropped.

    A batch is one piece of memory for each scope: a thread that reads spans one by one waits for
    each of them to come from the cache of the processor that made it. Some spans are encoded at
    once, where they end: for one alone the processor has forgotten each time how that is done.
    """

    def __init__(self, send: Callable[[bytes], bool], resource: bytes, sizes: BatchSizes) -> None:
        self._send = send
        self._resource = resource
        self._sizes = sizes
        self._ended: deque[tuple[str, EndedSpan]] = deque()
        self._at_once = min(ENCODED_AT_ONCE, sizes.most_at_once)
        self._lock = Lock()
        self._open: dict[str, bytearray] = {}
        self._size = 0
        self._ready: deque[tuple[dict[str, bytearray], int]] = deque()
        self.dropped = 0
        """How many spans did not reach the collector."""
        self._told = 0
        self._wanted = Event()
        self._is_closing = False
        self._thread = Thread(target=self._run, name="spans", daemon=True)
        self._thread.start()

    def take(self, scope: str, span: EndedSpan) -> None:
        """Adds a span to the next batch."""
        self._ended.append((scope, span))
        if len(self._ended) >= self._at_once:
            with self._lock:
                self._encode()

    def close(self, seconds: float) -> None:
        """Sends what is left, for so long at the most."""
        self._is_closing = True
        self._wanted.set()
        self._thread.join(seconds)

    def _encode(self) -> None:
        """Puts what has ended into batches; with the lock."""
        while self._ended:
            scope, span = self._ended.popleft()
            encoded = ended(span)
            try:
                self._open[scope] += encoded
            except KeyError:
                self._open[scope] = bytearray(encoded)
            self._size += 1
            if self._size >= self._sizes.most_at_once:
                self._finish()
                self._wanted.set()

    def _finish(self) -> None:
        """Makes what is there a batch; with the lock."""
        if not self._size:
            return
        self._ready.append((self._open, self._size))
        self._open = {}
        self._size = 0
        if len(self._ready) * self._sizes.most_at_once > self._sizes.most_kept:
            self.dropped += self._ready.popleft()[1]

    def _run(self) -> None:
        while not self._is_closing:
            is_full = self._wanted.wait(self._sizes.seconds)
            self._wanted.clear()
            self._send_all(wait=is_full)
        self._send_all(wait=False)
        self._tell()

    def _send_all(self, *, wait: bool) -> None:
        """Sends what is ready; `wait` leaves what is not a whole batch yet."""
        if not wait:
            with self._lock:
                self._encode()
                self._finish()
        while (batch := self._next()) is not None:
            spans, size = batch
            if self._send(request(self._resource, spans)):
                self._tell()
            else:
                with self._lock:
                    self.dropped += size

    def _tell(self) -> None:
        """Says once how many were dropped, when the collector takes some again or at the end."""
        dropped = self.dropped
        if dropped > self._told:
            _log.warning("spans_dropped", spans=dropped - self._told)
        self._told = dropped

    def _next(self) -> tuple[dict[str, bytearray], int] | None:
        with self._lock:
            return self._ready.popleft() if self._ready else None
