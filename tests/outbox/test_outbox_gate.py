"""Who passes together, and who passes alone."""

import asyncio

import pytest

from rustok.outbox import gate as gates
from rustok.outbox.gate import Gate


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "QUIET_SECONDS", 0.01)


async def test_any_number_passes_together() -> None:
    gate = Gate()
    async with gate.beside(), gate.beside(), gate.beside():
        pass
    async with gate.alone() as is_quiet:
        assert is_quiet


async def test_one_alone_waits_for_those_inside_and_keeps_others_out() -> None:
    gate, told, leave = Gate(), list[str](), asyncio.Event()

    async def beside() -> None:
        async with gate.beside():
            await leave.wait()
            told.append("beside")

    async def alone() -> None:
        async with gate.alone() as is_quiet:
            assert is_quiet
            told.append("alone begins")
            await asyncio.sleep(0)
            told.append("alone ends")

    async def later() -> None:
        async with gate.beside():
            told.append("later")

    async with asyncio.TaskGroup() as group:
        for each in (beside, alone, later):
            group.create_task(each())
            await asyncio.sleep(0)
        leave.set()
    assert told == ["beside", "alone begins", "alone ends", "later"]


@pytest.mark.usefixtures("hurried")
async def test_one_alone_gives_up_where_another_takes_its_time() -> None:
    gate = Gate()
    async with gate.beside():
        async with gate.alone() as is_quiet:
            assert not is_quiet
        async with gate.beside():
            pass
    async with gate.alone() as is_quiet:
        assert is_quiet
