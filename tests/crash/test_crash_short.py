"""The rig's short form: the whole platform in processes of its own, and none of the verdicts."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.crash.scenarios import SCENARIOS
from tools.crash.trial import Trial, run

SEED = 20_261
RATE = 15.0
SHORT = 0.02
"""Of the full form; each scenario has some events at the least."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that PostgreSQL's account may enter, where that is another one."""
    found = Path(tempfile.mkdtemp(prefix="rustok-crash-test-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.mark.parametrize("name", ["kills", "flips"])
async def test_nothing_is_lost_repeated_stuck_wrong_or_leaked(name: str, folder: Path) -> None:
    report = await run(SCENARIOS[name], Trial(seed=SEED, scale=SHORT, folder=folder, rate=RATE))

    assert report.findings == (), str(report)
    by_name = {measure.name: measure.value for measure in report.measures}
    assert by_name["acknowledged"] > 0
    assert by_name["operations"] >= by_name["acknowledged"]
