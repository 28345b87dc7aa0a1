"""The secret of a home is made once, whole, and for its owner alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rustok.app.secret_file import stored_secret


def test_everybody_who_asks_at_once_gets_the_same_secret(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: stored_secret(home), range(32)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 48
    assert [path.name for path in home.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600


def test_two_homes_have_two_secrets(home: Path, tmp_path: Path) -> None:
    assert stored_secret(home) != stored_secret(tmp_path / "other")
