"""Puts numbers and checks on a host before its modules are built."""

from rustok.app.telemetry.checks import add_checks
from rustok.app.telemetry.log_state import LogState
from rustok.app.telemetry.numbers import LoopWatch, publish_numbers
from rustok.app.telemetry.settings import TelemetrySettings
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics


def publish(host: Host) -> None:
    """Publishes what every process knows of itself, and registers its checks."""
    metrics = host.get(ProcessMetrics)
    publish_numbers(host, metrics, tenants=host.settings(TelemetrySettings).tenant_label)
    host.provide(LoopWatch, LoopWatch(metrics))
    log = None
    if host.worker is not None:
        log = LogState(host)
        log.publish(metrics)
        host.provide(LogState, log)
    add_checks(host, host.get(HealthChecks), log)
