"""structlog without Rich, which its console renderer loads for tracebacks where it is installed.

Whoever imports this module first has structlog loaded so.
"""

from rustok.telemetry.absent import absent

with absent("rich"):
    import structlog

__all__ = ["structlog"]
