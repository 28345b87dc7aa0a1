"""Homes, owner processes and questions to a server, for the tests of the launcher."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import rustok
from rustok.app.postgres import EmbeddedPostgres, PostgresLaunchError, RunningPostgres
from rustok.app.postgres.lock import is_locked

OWNER = Path(__file__).with_name("owner_process.py")
SOURCES = Path(rustok.__file__).parents[1]
QUICK = {"fsync": "off"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give an empty folder that every account may enter, as a clone's usually is."""
    made = Path(tempfile.mkdtemp(prefix="rustok-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def new_home(folder: Path) -> Iterator[Path]:
    """Give the path of a home that does not exist yet."""
    yield (home := folder / ".rustok")
    _leave_nothing(home)


@pytest.fixture(scope="session")
def used_home() -> Iterator[Path]:
    """Give a home with an empty database, to copy: making one takes ten times as long."""
    made = Path(tempfile.mkdtemp(prefix="rustok-test-"))
    made.chmod(0o755)
    EmbeddedPostgres.start(made / ".rustok", settings=QUICK).stop()
    yield made / ".rustok"
    shutil.rmtree(made)


@pytest.fixture
def home(new_home: Path, used_home: Path) -> Path:
    """Give a home with an empty database that does not run."""
    subprocess.run(["cp", "-a", used_home, new_home], check=True)
    return new_home


@pytest.fixture
def home_at(home: Path, folder: Path) -> Callable[[str], Path]:
    """Move the home below a folder of the given name."""

    def move(name: str) -> Path:
        (folder / name).mkdir()
        return home.rename(folder / name / ".rustok")

    return move


def _leave_nothing(home: Path) -> None:
    with suppress(PostgresLaunchError):
        EmbeddedPostgres.remove(home)


@pytest.fixture
def private_folder(tmp_path: Path) -> Path:
    """Give a folder below one that only the user of the tests may enter."""
    tmp_path.chmod(0o700)
    inside = tmp_path / "clone"
    inside.mkdir()
    return inside


@pytest.fixture
def start() -> Iterator[Callable[..., RunningPostgres]]:
    """Start servers, without waiting for the disk, that end with the test."""
    with ExitStack() as running:

        def start_quickly(home: Path, **options: Any) -> RunningPostgres:
            settings = {**QUICK, **options.pop("settings", {})}
            server = EmbeddedPostgres.start(home, settings=settings, **options)
            return running.enter_context(server)

        yield start_quickly


@pytest.fixture
def ask() -> Callable[[RunningPostgres | str, str], Awaitable[Any]]:
    """Ask a server one question and give its single value."""

    async def fetch_value(server: RunningPostgres | str, statement: str) -> Any:
        url = server if isinstance(server, str) else server.url()
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return fetch_value


@dataclass
class OwnerProcess:
    """A Python process that started (or visits) a server, and what it said about it."""

    process: subprocess.Popen[str]
    said: dict[str, Any]

    def next_word(self) -> dict[str, Any]:
        """Read the next thing it says."""
        assert self.process.stdout is not None
        word: dict[str, Any] = json.loads(self.process.stdout.readline() or "{}")
        return word

    def leave(self) -> None:
        """Let it stop its server and end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=30)
        finally:
            self.process.kill()
            self.process.stdout.close()


@pytest.fixture
def spawn_owner() -> Iterator[Callable[..., OwnerProcess]]:
    """Start owner processes, also as another user, with another Python or search path."""
    with ExitStack() as cleanup:

        def spawn(
            home: Path,
            *flags: str,
            wait: bool = True,
            python: str = sys.executable,
            path: list[Path] | None = None,
            user: int | None = None,
        ) -> OwnerProcess:
            search = [SOURCES, *(path or [])]
            process = subprocess.Popen(
                [python, str(OWNER), str(home), *flags],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, search))},
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
            owner = OwnerProcess(process, {})
            cleanup.callback(owner.leave)
            if wait:
                owner.said = owner.next_word()
            return owner

        yield spawn


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for a condition, at most 15 seconds."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 15
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come true in 15 s"
            time.sleep(0.005)

    return wait


@pytest.fixture
def gone(until: Callable[[Callable[[], bool]], None]) -> Callable[[Path], None]:
    """Wait until no process of a home's server exists: each of them holds the home's lock."""

    def wait(home: Path) -> None:
        until(lambda: not is_locked(home / "postgres.lock"))

    return wait


@pytest.fixture
def as_root() -> None:
    """Skip a test that only root can arrange."""
    if os.geteuid() != 0:
        pytest.skip("only root can change to another user, which this test is about")


@pytest.fixture
def normal_user(as_root: None) -> pwd.struct_passwd:
    """Give a normal user for a process that root starts."""
    return pwd.getpwnam("nobody")


@pytest.fixture
def public_python(normal_user: pwd.struct_passwd) -> tuple[str, list[Path]]:
    """Give a Python that a normal user may run, and the search path it needs."""
    packages = Path(asyncpg.__file__).parents[1]
    for python in (sys.executable, "/usr/bin/python3"):
        check = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        try:
            user = normal_user.pw_uid
            if subprocess.run(check, user=user, group=user, extra_groups=[]).returncode == 0:
                return python, [packages]
        except OSError:
            continue
    pytest.skip("no Python 3.11 or newer here that a normal user may run")
