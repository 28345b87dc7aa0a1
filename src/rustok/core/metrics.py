"""Where modules publish their numbers: see rustok.telemetry.metrics."""

from rustok.telemetry.metrics import Distribution, Histogram, Metrics, Sample, Samples, Series

__all__ = [
    "Distribution",
    "Histogram",
    "Metrics",
    "ProcessMetrics",
    "Sample",
    "Samples",
    "Series",
]


class ProcessMetrics(Metrics):
    """The numbers of the whole process: on the host before any module is built."""
