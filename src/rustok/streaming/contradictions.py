"""What is wrong with the settings of a stream, all of it, before anything connects."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from rustok.core.settings import variable_name
from rustok.streaming.settings import StreamingSettings

NATS_SCHEMES = frozenset({"nats", "tls"})
_STREAM = re.compile(r"[A-Za-z0-9_-]+")
_SUBJECT = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_FILES = ("nats_credentials_file", "nats_nkey_file", "tls_ca_file", "tls_cert_file", "tls_key_file")


def contradictions(transport: str, settings: StreamingSettings | None) -> list[str]:
    """One line for each problem of the settings with the transport; empty where all fits.

    Without settings the module is not installed.
    """
    if settings is None:
        return [] if transport == "outbox" else [f"{transport} needs the module streaming"]
    if transport == "nats":
        return [*_of_nats(settings), *_of_tls(settings)]
    if transport == "iggy":
        return [*_of_iggy(settings), *_of_tls(settings)]
    return []


def _name(field: str) -> str:
    return variable_name("streaming", field)


def _of_nats(settings: StreamingSettings) -> Iterator[str]:
    if not settings.nats_urls:
        yield f"the transport nats needs {_name('nats_urls')}"
    for url in settings.nats_urls:
        parts = urlsplit(url)
        if parts.scheme not in NATS_SCHEMES or not parts.hostname:
            yield f"{_name('nats_urls')}: {_without_secret(url)} is no nats:// or tls:// address"
    if not _STREAM.fullmatch(settings.nats_stream):
        yield f"{_name('nats_stream')} is made of letters, digits, - and _"
    if not _SUBJECT.fullmatch(settings.nats_subject):
        yield f"{_name('nats_subject')} is made of letters, digits, - and _, with dots between"
    if settings.duplicate_window_seconds > settings.retention_seconds:
        yield f"{_name('duplicate_window_seconds')} is longer than {_name('retention_hours')}"
    password = bool(settings.nats_user or settings.nats_password)
    ways = {
        "nats_user": password,
        "nats_token": bool(settings.nats_token),
        "nats_credentials_file": bool(settings.nats_credentials_file),
        "nats_nkey_file": bool(settings.nats_nkey_file),
    }
    yield from _one_way(ways)
    yield from _both(settings.nats_user, settings.nats_password, "nats_user", "nats_password")


def _of_iggy(settings: StreamingSettings) -> Iterator[str]:
    if find_spec("apache_iggy") is None:
        yield "the transport iggy needs a package: pip install 'rustok[iggy]'"
    if not settings.iggy_url:
        yield f"the transport iggy needs {_name('iggy_url')}"
    elif not re.fullmatch(r"[^/:\s]+:\d{1,5}", settings.iggy_url):
        yield f"{_name('iggy_url')} is a host and a port, such as 10.0.0.5:8090"
    if not _STREAM.fullmatch(settings.iggy_stream) or settings.iggy_stream.isdecimal():
        yield f"{_name('iggy_stream')} is made of letters, digits, - and _"
    password = bool(settings.iggy_user or settings.iggy_password)
    yield from _one_way({"iggy_user": password, "iggy_token": bool(settings.iggy_token)})
    yield from _both(settings.iggy_user, settings.iggy_password, "iggy_user", "iggy_password")
    if not password and not settings.iggy_token:
        yield f"the transport iggy needs {_name('iggy_user')} or {_name('iggy_token')}"
    if settings.tls_cert_file or settings.tls_key_file:
        yield f"Iggy takes no client's certificate: unset {_name('tls_cert_file')}"


def _of_tls(settings: StreamingSettings) -> Iterator[str]:
    yield from _both(settings.tls_cert_file, settings.tls_key_file, "tls_cert_file", "tls_key_file")
    for field in _FILES:
        path = getattr(settings, field)
        if path is not None and not Path(path).is_file():
            yield f"{_name(field)}: there is no file {path}"


def _one_way(ways: dict[str, bool]) -> Iterator[str]:
    given = [_name(field) for field, is_given in ways.items() if is_given]
    if len(given) > 1:
        yield f"only one way to sign in is possible, not {' and '.join(given)}"


def _both(one: str | None, other: str | None, *fields: str) -> Iterator[str]:
    if bool(one) != bool(other):
        given, missing = fields if one else reversed(fields)
        yield f"{_name(given)} needs {_name(missing)}"


def _without_secret(url: str) -> str:
    return re.sub(r"//[^@/]*@", "//***@", url)
