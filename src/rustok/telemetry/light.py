"""structlog without Rich, which it would load wherever Rich is installed.

Its console renderer uses Rich for tracebacks alone; that costs a server 0.1 s at its start and 8 MB
from then on. Whoever imports this module first has structlog loaded without it.
"""

import sys

_RICH = "rich"

if _RICH not in sys.modules:
    sys.modules[_RICH] = None  # type: ignore[assignment]  # Python's way to say "not installed"
    try:
        import structlog
    finally:
        del sys.modules[_RICH]
else:
    import structlog

__all__ = ["structlog"]
