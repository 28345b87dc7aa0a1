"""What OTEL_* ask for is understood or refused, never guessed."""

import subprocess
import sys

import pytest

from rustok.app.settings import load
from rustok.app.telemetry.otel import Exporting, exporting
from rustok.core.modules.registry import Modules
from rustok.core.settings import BadSettings

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
SDK = "opentelemetry.sdk"


@pytest.mark.parametrize(
    ("given", "traces", "metrics"),
    [
        ({}, False, False),
        ({"OTEL_SERVICE_NAME": "shop"}, False, False),
        (ENDPOINT, True, True),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "true"}, False, False),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False, True),
        (ENDPOINT | {"OTEL_METRICS_EXPORTER": "none"}, True, False),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/x"}, True, False),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:4318/x"}, False, True),
    ],
)
def test_only_what_has_an_endpoint_is_exported(
    given: dict[str, str], *, traces: bool, metrics: bool
) -> None:
    found = exporting(given)
    assert (found.traces, found.metrics) == (traces, metrics)


def test_how_much_and_how_often_is_read_with_it() -> None:
    given = {
        "OTEL_TRACES_SAMPLER": "traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.25",
        "OTEL_METRIC_EXPORT_INTERVAL": "5000",
    }
    assert exporting(ENDPOINT | given) == Exporting(
        traces=True, metrics=True, sampler="traceidratio", ratio=0.25, interval_seconds=5.0
    )


def test_every_problem_is_named() -> None:
    given = ENDPOINT | {
        "OTEL_TRACES_SAMPLER": "sometimes",
        "OTEL_TRACES_SAMPLER_ARG": "many",
        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "grpc",
        "OTEL_METRICS_EXPORTER": "prometheus",
        "OTEL_TRACES_EXPORTER": "zipkin",
        "OTEL_METRIC_EXPORT_INTERVAL": "soon",
        "OTEL_BSP_MAX_QUEUE_SIZE": "0",
        "OTEL_BSP_SCHEDULE_DELAY": "soon",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "collector:4318",
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "zip",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "never",
    }
    with pytest.raises(BadSettings) as caught:
        exporting(given | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_TRACES_EXPORTER": "otlp"})
    assert [problem.split("=")[0].split(" ")[0] for problem in caught.value.problems] == [
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_METRICS_EXPORTER",
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
    ]
    with pytest.raises(BadSettings, match="zipkin"):
        exporting(given)


@pytest.mark.parametrize(
    "given",
    [
        {"RUSTOK_METRICS_PORT": "70000"},
        {"RUSTOK_METRICS_TOKEN": "short"},
        {"RUSTOK_METRICS_NETWORKS": "everywhere"},
        {"RUSTOK_TELEMETRY__TENANT_LABEL": "perhaps"},
    ],
)
def test_settings_that_cannot_be_are_refused(given: dict[str, str], modules: Modules) -> None:
    with pytest.raises(BadSettings, match="RUSTOK_"):
        load(given, modules)


def test_the_sdk_is_loaded_by_nobody_who_does_not_export() -> None:
    program = (
        "import sys, rustok.app.asgi, rustok.app.workers, rustok.app.telemetry.running as running\n"
        "with running.tracing('serve'):\n"
        f"    print(sorted(name for name in sys.modules if name.startswith('{SDK}')))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": ""},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert finished.stdout.strip() == "[]"
