"""Where tokens are counted in a process that may be one of several."""

from typing import Final

import msgspec
import structlog

from rustok.app.limits.settings import RateLimitSettings
from rustok.app.settings import Config

SECTION: Final = "rate_limits"

_log = structlog.get_logger("rustok.limits")


def among(config: Config, api_processes: int | None) -> Config:
    """The configuration of one of so many API processes; None where nobody knows how many.

    Where no store is named, several count in PostgreSQL together. What will be counted by each
    for itself, and may so be admitted several times, is told in the log.
    """
    settings: RateLimitSettings = config.sections[SECTION]
    if api_processes == 1 or not settings.is_on(production=config.platform.env == "production"):
        return config
    if settings.store is None and api_processes is not None:
        shared = msgspec.structs.replace(settings, store="postgres")
        return msgspec.structs.replace(config, sections={**config.sections, SECTION: shared})
    apart = None if api_processes is None else "memory"
    if settings.store == apart:
        _log.warning(
            "rate_limits_counted_apart",
            processes=api_processes,
            error="Each API process admits a limit for itself: RUSTOK_RATE_LIMITS__STORE=postgres "
            "or redis counts for all together, memory says that this is wanted.",
        )
    return config
