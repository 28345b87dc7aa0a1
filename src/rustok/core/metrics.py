"""Where modules publish their numbers: see rustok.telemetry.metrics."""

from rustok.telemetry.metrics import Histogram, Metrics, Sample, Samples

__all__ = ["Histogram", "Metrics", "ProcessMetrics", "Sample", "Samples"]


class ProcessMetrics(Metrics):
    """The numbers of the whole process: on the host before any module is built."""
