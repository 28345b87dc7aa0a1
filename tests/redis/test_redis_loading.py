"""What is of no use without a server is not loaded."""

import subprocess
import sys

LOADED = """
import sys
import rustok.app.bootstrap, rustok.app.processes.application, rustok.app.workers
print(*sorted(name for name in sys.modules if name.partition(".")[0] in {"redis", "rustok"}))
"""


def test_serving_without_redis_loads_no_client() -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED], stdout=subprocess.PIPE, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert "rustok.app.redis.opening" in loaded
    assert "redis" not in loaded
    assert "rustok.app.redis.client" not in loaded
