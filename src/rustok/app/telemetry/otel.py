"""What OTEL_* ask for, as far as the platform decides it; the rest the exporters read."""

from collections.abc import Iterator, Mapping
from typing import Final, cast, get_args
from urllib.parse import urlsplit

import msgspec

from rustok.core.settings import BadSettings
from rustok.telemetry.export import Sampler

ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
PROTOCOL: Final = "http/protobuf"
INTERVAL_MILLISECONDS: Final = 60_000
SIGNALS: Final = ("TRACES", "METRICS")
COMPRESSIONS: Final = ("none", "gzip", "deflate")


class Exporting(msgspec.Struct, frozen=True, kw_only=True):
    """Which of traces and numbers are exported, how many requests are traced, and how often
    numbers are sent."""

    traces: bool
    metrics: bool
    sampler: Sampler = "parentbased_always_on"
    ratio: float = 1.0
    interval_seconds: float = INTERVAL_MILLISECONDS / 1000


def exporting(environ: Mapping[str, str]) -> Exporting:
    """What is asked for; nothing is without an endpoint. Raises BadSettings with every problem."""
    given = {name: value for name, value in environ.items() if value}
    if given.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return Exporting(traces=False, metrics=False)
    problems = list(_problems(given))
    if problems:
        raise BadSettings(problems)
    interval = given.get("OTEL_METRIC_EXPORT_INTERVAL", INTERVAL_MILLISECONDS)
    return Exporting(
        traces=_is_on(given, "TRACES"),
        metrics=_is_on(given, "METRICS"),
        sampler=cast("Sampler", given.get("OTEL_TRACES_SAMPLER", "parentbased_always_on")),
        ratio=float(given.get("OTEL_TRACES_SAMPLER_ARG", 1.0)),
        interval_seconds=int(interval) / 1000,
    )


def _is_on(given: Mapping[str, str], signal: str) -> bool:
    endpoint = given.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") or given.get(ENDPOINT)
    return endpoint is not None and given.get(f"OTEL_{signal}_EXPORTER", "otlp") == "otlp"


def _problems(given: Mapping[str, str]) -> Iterator[str]:
    for signal in SIGNALS:
        exporter = f"OTEL_{signal}_EXPORTER"
        if given.get(exporter, "otlp") not in {"otlp", "none"}:
            yield f"{exporter}={given[exporter]!r} is not supported: otlp or none"
        for name in (f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
            if _is_on(given, signal) and given.get(name, PROTOCOL) != PROTOCOL:
                yield f"{name}={given[name]!r} is not supported: {PROTOCOL}"
                break
    sampler = given.get("OTEL_TRACES_SAMPLER", "always_on")
    if sampler not in get_args(Sampler):
        yield f"OTEL_TRACES_SAMPLER={sampler!r} is none of {', '.join(get_args(Sampler))}"
    if not _is_number(given.get("OTEL_TRACES_SAMPLER_ARG", "1"), 0.0, 1.0):
        yield "OTEL_TRACES_SAMPLER_ARG is a number between 0 and 1"
    if not given.get("OTEL_METRIC_EXPORT_INTERVAL", "1").isdecimal():
        yield "OTEL_METRIC_EXPORT_INTERVAL is a number of milliseconds"
    yield from _problems_of_sending(given)


def _problems_of_sending(given: Mapping[str, str]) -> Iterator[str]:
    for name in ("OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"):
        if not given.get(name, "1").isdecimal() or int(given.get(name, "1")) < 1:
            yield f"{name} is a number of spans"
    if not given.get("OTEL_BSP_SCHEDULE_DELAY", "1").isdecimal():
        yield "OTEL_BSP_SCHEDULE_DELAY is a number of milliseconds"
    for start in (*(f"OTEL_EXPORTER_OTLP_{signal}" for signal in SIGNALS), "OTEL_EXPORTER_OTLP"):
        if not _is_address(given.get(f"{start}_ENDPOINT", "http://localhost")):
            yield f"{start}_ENDPOINT is an address that begins with http:// or https://"
        if not _is_number(given.get(f"{start}_TIMEOUT", "1"), 0.001, 3_600):
            yield f"{start}_TIMEOUT is a number of seconds"
        compression = given.get(f"{start}_COMPRESSION", "none")
        if compression.lower() not in COMPRESSIONS:
            yield f"{start}_COMPRESSION={compression!r} is none of {', '.join(COMPRESSIONS)}"


def _is_address(text: str) -> bool:
    try:
        found = urlsplit(text)
    except ValueError:
        return False
    return found.scheme in {"http", "https"} and bool(found.hostname)


def _is_number(text: str, least: float, most: float) -> bool:
    try:
        return least <= float(text) <= most
    except ValueError:
        return False
