"""Sends to a collector by OTLP over HTTP, and again where the collector asks for that."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from random import uniform
from threading import Event
from time import monotonic
from typing import Any, Final, Literal, Protocol, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec
import urllib3
from opentelemetry.util.re import parse_env_headers

from rustok.telemetry.light import structlog

Signal = Literal["traces", "metrics"]
SECONDS: Final = 10.0
PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Before each further attempt, in seconds and by the half less or more."""
AGAIN: Final = frozenset({408, 429, 502, 503, 504})
_log = structlog.get_logger("rustok.telemetry")
_COMPRESSED: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
}


class NotSent(Exception):
    """The collector has answered, and does not take what it was sent."""


class CollectorFails(NotSent):
    """The collector did not answer in time, or by nothing but an error of its own."""


class LeftAlone(Exception):
    """The collector has kept failing, and is not to be called for a while."""


class Guard(Protocol):
    """Stands before every sending, in whatever thread it is."""

    def __call__(self, send: Callable[[], None]) -> None:
        """Calls `send`, or raises LeftAlone.

        What `send` raises goes on; only CollectorFails counts against the collector.
        """


def unguarded(send: Callable[[], None]) -> None:
    """Calls it in any case."""
    send()


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send, and how; `seconds` is for all attempts at one sending."""

    url: str
    headers: Mapping[str, str]
    seconds: float = SECONDS
    compression: Literal["gzip", "deflate"] | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None


def destination(environ: Mapping[str, str], signal: Signal) -> Destination:
    """What OTEL_EXPORTER_OTLP_* say; what is said of the signal alone comes first."""
    alone = f"OTEL_EXPORTER_OTLP_{signal.upper()}"

    def said(name: str) -> str | None:
        return environ.get(f"{alone}_{name}") or environ.get(f"OTEL_EXPORTER_OTLP_{name}")

    own = environ.get(f"{alone}_ENDPOINT")
    shared = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    compression = (said("COMPRESSION") or "").lower()
    return Destination(
        url=own or f"{shared.rstrip('/')}/v1/{signal}",
        headers=parse_env_headers(said("HEADERS") or "", liberal=True),
        seconds=float(said("TIMEOUT") or SECONDS),
        compression=cast("Literal['gzip', 'deflate']", compression)
        if compression in _COMPRESSED
        else None,
        ca_file=said("CERTIFICATE"),
        cert_file=said("CLIENT_CERTIFICATE"),
        key_file=said("CLIENT_KEY"),
    )


class Sender:
    """One connection to a collector; `what` is sent, as the log calls it."""

    def __init__(self, to: Destination, what: str) -> None:
        self.guard: Guard = unguarded
        self._to = to
        self._what = what
        self._closed = Event()
        self._is_failing = False
        self._pool = _pool(to)
        self._headers = {"content-type": "application/x-protobuf", **to.headers}
        if to.compression is not None:
            self._headers["content-encoding"] = to.compression

    def send(self, body: bytes) -> bool:
        """Sends a request of OTLP, and waits for the answer: whether it has arrived.

        A failure is logged, the first of several in a row.
        """
        try:
            self.guard(lambda: self._send(body))
        except LeftAlone:
            return False
        except NotSent as problem:
            if not self._is_failing:
                _log.warning(f"{self._what}_not_sent", endpoint=self._to.url, error=str(problem))
            self._is_failing = True
            return False
        self._is_failing = False
        return True

    def close(self) -> None:
        """Ends an attempt that waits for its turn, and the connection."""
        self._closed.set()
        self._pool.clear()

    def _send(self, body: bytes) -> None:
        """Raises NotSent, after as many attempts as the time allows."""
        if self._to.compression is not None:
            body = _COMPRESSED[self._to.compression](body)
        until = monotonic() + self._to.seconds
        for pause in PAUSES:
            problem, wait = self._post(body, until - monotonic())
            if problem is None:
                return
            wait = max(wait, pause * uniform(0.5, 1.5))  # noqa: S311  # no secret
            if monotonic() + wait >= until or self._closed.wait(wait):
                break
        raise CollectorFails(problem)

    def _post(self, body: bytes, seconds: float) -> tuple[str | None, float]:
        """What keeps the collector from taking it, and how long to wait at least before the next
        attempt; raises NotSent where another would have the same answer."""
        try:
            answer = self._pool.request(
                "POST",
                self._to.url,
                body=body,
                headers=self._headers,
                timeout=urllib3.Timeout(total=max(seconds, 0.001)),
                retries=False,
            )
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return str(error), 0.0  # files of certificates are read here, too
        if answer.status < 300:
            return None, 0.0
        problem = f"status {answer.status}"
        if answer.status in AGAIN:
            return problem, _seconds(answer.headers.get("retry-after", ""))
        raise CollectorFails(problem) if answer.status >= 500 else NotSent(problem)


def _pool(to: Destination) -> urllib3.PoolManager:
    known: dict[str, Any] = {
        "num_pools": 1,
        "maxsize": 1,
        "ca_certs": to.ca_file,
        "cert_file": to.cert_file,
        "key_file": to.key_file,
    }
    address = urlsplit(to.url)
    proxy = getproxies().get(address.scheme)
    if proxy is None or proxy_bypass(address.hostname or ""):
        return urllib3.PoolManager(**known)
    return urllib3.ProxyManager(proxy, **known)


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 0.0
