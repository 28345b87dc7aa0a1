"""The circuit breakers before collectors: one that keeps failing is left alone for a while."""

import os
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from rustok.core.resilience import BreakerOpen, Breakers, Rules, ThreadBreaker
from rustok.telemetry.sending import CollectorFails, Guard, LeftAlone, Signal, destination

NAME: Final = "otlp"
RULES: Final = Rules(failures=3, probes=1, successes=1)
"""A sending has made attempts for ten seconds before it has failed."""


def guards(
    breakers: Breakers, signals: tuple[Signal, ...], environ: Mapping[str, str] = os.environ
) -> dict[Signal, Guard]:
    """What stands before each signal's collector.

    Where they go to the same server they have one breaker, `otlp`, else `otlp.traces` and
    `otlp.metrics`: each server fails by itself.
    """
    servers = {signal: urlsplit(destination(environ, signal).url)[:2] for signal in signals}
    is_one = len(set(servers.values())) == 1
    return {signal: _guard(breakers, NAME if is_one else f"{NAME}.{signal}") for signal in signals}


def _guard(breakers: Breakers, name: str) -> Guard:
    breaker = breakers.of_threads(name, RULES, failures=(CollectorFails,))
    return lambda send: _call(breaker, send)


def _call(breaker: ThreadBreaker, send: Callable[[], None]) -> None:
    try:
        with breaker.calling():
            send()
    except BreakerOpen as refusal:
        raise LeftAlone(str(refusal)) from refusal
