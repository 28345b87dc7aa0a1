"""Settings that contradict each other refuse the start, and every problem is named."""

from pathlib import Path

import pytest

from rustok.app.settings import load
from rustok.core.modules.registry import Modules, installed
from rustok.core.settings import BadSettings
from rustok.testing.live import rustok

NATS = {"RUSTOK_EVENTS_TRANSPORT": "nats", "RUSTOK_STREAMING__NATS_URLS": "nats://10.0.0.5"}
IGGY = {
    "RUSTOK_EVENTS_TRANSPORT": "iggy",
    "RUSTOK_STREAMING__IGGY_URL": "10.0.0.5:8090",
    "RUSTOK_STREAMING__IGGY_TOKEN": "secret",
}


def problems(environ: dict[str, str]) -> tuple[str, ...]:
    """What is wrong, without the prefix that all variables have."""
    with pytest.raises(BadSettings) as caught:
        load(environ, installed())
    return tuple(line.replace("RUSTOK_STREAMING__", "") for line in caught.value.problems)


@pytest.mark.parametrize("environ", [{}, {"RUSTOK_EVENTS_TRANSPORT": "memory"}, NATS, IGGY])
def test_what_fits_is_accepted(environ: dict[str, str]) -> None:
    wanted = environ.get("RUSTOK_EVENTS_TRANSPORT", "outbox")
    assert load(environ, installed()).platform.events_transport == wanted


def test_what_belongs_to_another_transport_may_stay() -> None:
    level_1 = {**NATS, "RUSTOK_EVENTS_TRANSPORT": "outbox"}
    assert load(level_1, installed()).platform.events_transport == "outbox"


CONTRADICTIONS: dict[str, tuple[dict[str, str], str]] = {
    "no server": ({"NATS_URLS": ""}, "the transport nats needs NATS_URLS"),
    "no address": (
        {"NATS_URLS": "http://me:secret@host"},
        "NATS_URLS: http://***@host is no nats:// or tls:// address",
    ),
    "a stream's name": (
        {"NATS_STREAM": "a.b"},
        "NATS_STREAM is made of letters, digits, - and _",
    ),
    "a subject": (
        {"NATS_SUBJECT": "rustok.*"},
        "NATS_SUBJECT is made of letters, digits, - and _, with dots between",
    ),
    "two ways to sign in": (
        {"NATS_TOKEN": "t", "NATS_USER": "u", "NATS_PASSWORD": "p"},
        "only one way to sign in is possible, not NATS_USER and NATS_TOKEN",
    ),
    "a user alone": ({"NATS_USER": "u"}, "NATS_USER needs NATS_PASSWORD"),
    "a password alone": ({"NATS_PASSWORD": "p"}, "NATS_PASSWORD needs NATS_USER"),
    "a missing file": ({"NATS_NKEY_FILE": "/none"}, "NATS_NKEY_FILE: there is no file /none"),
    "a window without events": (
        {"RETENTION_HOURS": "0.01"},
        "DUPLICATE_WINDOW_SECONDS is longer than RETENTION_HOURS",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_contradictions_of_nats_are_named(case: tuple[dict[str, str], str]) -> None:
    changes, problem = case
    environ = NATS | {f"RUSTOK_STREAMING__{name}": text for name, text in changes.items()}
    assert problems(environ) == (problem,)


def test_a_key_needs_its_certificate(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("")
    environ = NATS | {"RUSTOK_STREAMING__TLS_KEY_FILE": str(key)}
    assert problems(environ) == ("TLS_KEY_FILE needs TLS_CERT_FILE",)
    environ = NATS | {"RUSTOK_STREAMING__TLS_CERT_FILE": str(key)}
    assert problems(environ) == ("TLS_CERT_FILE needs TLS_KEY_FILE",)


def test_contradictions_of_iggy_are_named_together() -> None:
    environ = {
        "RUSTOK_EVENTS_TRANSPORT": "iggy",
        "RUSTOK_STREAMING__IGGY_URL": "iggy://host",
        "RUSTOK_STREAMING__IGGY_STREAM": "12",
    }
    assert problems(environ) == (
        "IGGY_URL is a host and a port, such as 10.0.0.5:8090",
        "IGGY_STREAM is made of letters, digits, - and _",
        "the transport iggy needs IGGY_USER or IGGY_TOKEN",
    )


def test_every_number_out_of_its_range_is_named() -> None:
    environ = {
        "RUSTOK_STREAMING__NATS_REPLICAS": "9",
        "RUSTOK_STREAMING__PUBLISH_BATCH": "0",
        "RUSTOK_STREAMING__BUFFER_EVENTS": "0",
    }
    (line,) = problems(environ)
    assert "nats_replicas is between 1 and 5" in line
    assert "publish_batch is between 1 and 1000" in line
    assert "buffer_events is at least 1" in line


def test_a_stream_needs_its_module() -> None:
    fewer = Modules(module for module in installed() if module.name in {"tenant", "outbox"})
    with pytest.raises(BadSettings, match="memory needs the module streaming"):
        load({"RUSTOK_EVENTS_TRANSPORT": "memory"}, fewer)


async def test_the_program_says_all_of_it_and_does_not_start(tmp_path: Path) -> None:
    environ = {
        "RUSTOK_HOME": str(tmp_path),
        "RUSTOK_EVENTS_TRANSPORT": "nats",
        "RUSTOK_STREAMING__NATS_USER": "me",
    }
    ended = await rustok(environ, "relay")
    assert ended.code == 1
    assert "the transport nats needs RUSTOK_STREAMING__NATS_URLS" in ended.errors
    assert "RUSTOK_STREAMING__NATS_USER needs RUSTOK_STREAMING__NATS_PASSWORD" in ended.errors
    assert "[BAD_SETTINGS]" in ended.errors
