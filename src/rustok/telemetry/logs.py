"""Logs: structlog's and the standard library's through one handler, for people or for machines."""

import logging
import sys
from typing import Any, Literal, TextIO

import msgspec

from rustok.telemetry import about
from rustok.telemetry.light import structlog
from rustok.telemetry.tracing import span_ids

Style = Literal["console", "json"]
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


def configure(*, level: Level, style: Style, stream: TextIO | None = None) -> None:
    """Sends every log of the process to the stream (standard error), from the level on.

    Each line carries a UTC time, the level, the logger's name and what it is about: the request,
    tenant or event that is worked on, and the span of a trace.
    """
    severity = logging.getLevelNamesMapping()[level]
    stream = stream or sys.stderr
    shared = _shared_processors()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(style, colors=stream.isatty()),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=severity, force=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(severity),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _shared_processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        _say_what_about,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _say_what_about(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    for found in (about.fields(), span_ids()):
        for name, value in found.items():
            event.setdefault(name, value)
    return event


def _rendering(style: Style, *, colors: bool) -> list[Any]:
    if style == "json":
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_json),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=colors, exception_formatter=structlog.dev.plain_traceback
        )
    ]


def _json(value: Any, **_options: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()
