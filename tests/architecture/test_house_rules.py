"""The project keeps its house rules, and each rule can see what it forbids."""

from pathlib import Path, PurePosixPath

import pytest

from tools.lint_house.__main__ import main
from tools.lint_house.rules import RULES
from tools.lint_house.source import Source

ROOT = Path(__file__).resolve().parents[2]
MODULE = "src/rustok/shop/service.py"
TEST = "tests/shop/test_service.py"

BROKEN = {
    "sql": [
        (MODULE, 'async def f(db, x):\n    await db.fetch(f"SELECT {x}")\n'),
        (MODULE, 'async def f(db, x):\n    await db.execute("SELECT " + x)\n'),
        (MODULE, 'async def f(db, x):\n    await db.fetchrow("SELECT %s" % x)\n'),
        (MODULE, 'async def f(db, x):\n    await db.fetchval("SELECT {}".format(x))\n'),
        (MODULE, 'async def f(db, x):\n    await db.execute(" AND ".join(x))\n'),
        (MODULE, 'async def f(db, x):\n    sql = f"SELECT {x}"\n    await db.fetch(sql)\n'),
        (MODULE, 'async def f(db, x):\n    s = "SELECT"\n    s += x\n    await db.fetch(s)\n'),
        (MODULE, 'def f(x):\n    return Query(f"SELECT {x}", Row)\n'),
        (MODULE, 'def f(x):\n    return Query(text=f"SELECT {x}", result=Row)\n'),
        ("examples/shop/src/shop/a.py", 'def f(x):\n    return Statement(f"SELECT {x}")\n'),
    ],
    "clock": [
        (MODULE, "import datetime\nnow = datetime.datetime.now(datetime.UTC)\n"),
        (MODULE, "from datetime import UTC, datetime\nnow = datetime.now(UTC)\n"),
        (MODULE, "from datetime import date\ntoday = date.today()\n"),
        (MODULE, "import time\nnow = time.time()\n"),
        (MODULE, "from time import time\n"),
        (MODULE, "from dataclasses import field\nfrom time import time_ns as nanoseconds\n"),
    ],
    "state": [
        (MODULE, "cache = {}\n"),
        (MODULE, "_seen: set[str] = set()\n"),
        (MODULE, "REGISTRY: dict[str, int] = {}\n"),
        (MODULE, "from collections import defaultdict\nQUEUES = defaultdict(list)\n"),
        (MODULE, "names = ['a']\n"),
        (MODULE, "COUNT = 0\ndef f():\n    global COUNT\n    COUNT += 1\n"),
    ],
    "lazy-imports": [
        (MODULE, "def f():\n    import json\n"),
        (MODULE, "def f():\n    # for speed\n    from json import loads\n"),
        (TEST, "async def test_f():\n    x = 1\n    import json\n"),
    ],
    "sleep": [
        (TEST, "import time\ndef test_f():\n    time.sleep(1)\n"),
        (TEST, "import asyncio\nasync def test_f():\n    await asyncio.sleep(0.1)\n"),
        (TEST, "from time import sleep\ndef test_f():\n    sleep(0)\n"),
        (TEST, "import time\nwhile True:\n    time.sleep(0.01)\n"),
        (TEST, "import time\nwhile not ready():\n    time.sleep(1)\n"),
        (TEST, "def test_f(page):\n    page.wait_for_timeout(100)\n"),
        ("examples/shop/tests/test_a.py", "import time\ntime.sleep(1)\n"),
    ],
    "suppressions": [
        (MODULE, "x = f()  # type: ignore\n"),
        (MODULE, "x = f()  # type: ignore[arg-type]\n"),
        (MODULE, "x = f()  # noqa\n"),
        (MODULE, "x = f()  # noqa: E501\n"),
        (MODULE, "x = f()  # noqa: E501, S101\n"),
        (MODULE, "# ruff: noqa\n"),
    ],
    "names": [
        ("src/rustok/shop/utils.py", ""),
        ("src/rustok/shop/date_helpers.py", ""),
        ("src/rustok/common/types.py", ""),
        (MODULE, "class PriceManager:\n    pass\n"),
        (MODULE, "class HTTPHelper:\n    pass\n"),
    ],
    "length": [
        (MODULE, "x = 1\n" * 401),
        (MODULE, "def f():\n" + "    x = 1\n" * 60),
        (TEST, "class A:\n    async def f(self):\n" + "        x = 1\n" * 60),
    ],
}

KEPT = {
    "sql": [
        (MODULE, 'async def f(db, x):\n    await db.fetch("SELECT $1", x)\n'),
        (MODULE, 'COLUMNS = "a, b"\nLIST = Query(f"SELECT {COLUMNS} FROM t", Row)\n'),
        (MODULE, 'LIST = Query("SELECT a "\n    "FROM t", Row)\n'),
        (MODULE, 'def f(x):\n    sql = f"not for {x}"\n    return sql\n'),
        ("src/rustok/core/sql/compose.py", 'def f(x):\n    return Query(f"SELECT {x}", Row)\n'),
        ("src/rustok/shop/migrations/a.py", 'def f(op, x):\n    op.execute(f"DROP {x}")\n'),
    ],
    "clock": [
        (MODULE, "import time\nstarted = time.perf_counter(), time.monotonic()\n"),
        (MODULE, "def f(ctx):\n    return ctx.clock.now()\n"),
        ("src/rustok/core/clock.py", "import time\nnow = time.time()\n"),
        (TEST, "import time\nnow = time.time()\n"),
    ],
    "state": [
        (MODULE, "RATES = {'a': 1}\nORDER = ('a', 'b')\n__all__ = ['f']\nlimit = 3\n"),
        (MODULE, "def f():\n    cache = {}\n    return cache\n"),
    ],
    "lazy-imports": [
        (MODULE, "import json\n"),
        (MODULE, "def f():\n    import json  # lazy: only the command line needs it\n"),
        (MODULE, "def f():\n    # lazy: start-up stays light\n    import json\n    import csv\n"),
    ],
    "sleep": [
        (TEST, "import asyncio\nasync def test_f():\n    await asyncio.sleep(0)\n"),
        (TEST, "import time\nwhile not ready():\n    assert more()\n    time.sleep(0.01)\n"),
        (MODULE, "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n"),
    ],
    "suppressions": [
        (MODULE, "x = f()  # type: ignore[arg-type]  # the stub is wrong\n"),
        (MODULE, "x = f()  # noqa: S608, E501  # a constant\n"),
        (MODULE, 's = "# noqa"\n'),
    ],
    "names": [
        ("src/rustok/shop/prices.py", "class UtilityBill:\n    pass\n"),
        (MODULE, "class Management:\n    pass\n"),
    ],
    "length": [
        (MODULE, "x = 1\n" * 400),
        (MODULE, "def f():\n" + "    x = 1\n" * 59),
        (MODULE, "TABLE = (\n" + "    1,\n" * 500 + ")\n"),
        (MODULE, "def f():\n    return [\n" + "        1,\n" * 100 + "    ]\n"),
    ],
}


def cases(table: dict[str, list[tuple[str, str]]]) -> list[pytest.ParameterSet]:
    return [
        pytest.param(rule, path, text, id=f"{rule}-{number}")
        for rule, files in table.items()
        for number, (path, text) in enumerate(files)
    ]


def findings(rule: str, path: str, text: str) -> list[str]:
    checks = {candidate.name: candidate.check for candidate in RULES}
    return [found.message for found in checks[rule](Source(PurePosixPath(path), text))]


@pytest.mark.parametrize(("rule", "path", "text"), cases(BROKEN))
def test_rule_sees_what_it_forbids(rule: str, path: str, text: str) -> None:
    assert len(findings(rule, path, text)) == 1


@pytest.mark.parametrize(("rule", "path", "text"), cases(KEPT))
def test_rule_leaves_the_rest_alone(rule: str, path: str, text: str) -> None:
    assert findings(rule, path, text) == []


def test_every_rule_has_both_kinds_of_cases() -> None:
    names = {rule.name for rule in RULES}
    assert names == BROKEN.keys() == KEPT.keys()


def test_project_keeps_its_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(ROOT)]) == 0, capsys.readouterr().out


def test_command_names_the_place_and_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "src" / "shop" / "cart.py"
    broken.parent.mkdir(parents=True)
    broken.write_text("x = 1\ncache = {}\n", encoding="utf-8")
    assert main(["--root", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "src/shop/cart.py:2: state: cache is a container that every caller shares" in printed
    assert "state: State of a module is shared by every tenant" in printed
