"""The README's program runs as it stands there, twice, against the demo of a fresh start."""

import asyncio
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from rustok.app.postgres import EmbeddedPostgres
from rustok.testing.live import serving

README = Path(__file__).parents[2] / "README.md"
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOP = "http://localhost:8000"


async def test_the_readmes_program_creates_one_stool_and_finds_it(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (program,) = PROGRAM.findall(README.read_text())
    assert SHOP in program
    home = tmp_path / ".rustok"
    request.addfinalizer(partial(EmbeddedPostgres.remove, home))
    async with serving(None, home, "run") as server:
        script = tmp_path / "taste.py"
        script.write_text(program.replace(SHOP, server.url))
        for _ in range(2):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(script),
                cwd=tmp_path,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            output, errors = await process.communicate()
            assert process.returncode == 0, errors.decode()
            assert output.decode().count("Walnut Stool") == 1
