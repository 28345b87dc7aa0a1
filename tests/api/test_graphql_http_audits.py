"""The audits of npm's `graphql-http`, on the real server: all of them pass."""

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from rustok.core.context import TenantRef
from rustok.testing.live import LiveServer

FOLDER = Path(__file__).parent / "graphql_http"
AUDITS = 61


@pytest.fixture(scope="session")
def node() -> str:
    """Node, where the audits are installed too."""
    found = shutil.which("node")
    if found is None or not (FOLDER / "node_modules" / "graphql-http").is_dir():
        pytest.skip("there is no Node 18 with npm on this machine, or `make test` was not run")
    return found


async def test_graphql_over_http_is_kept_to_the_letter(
    node: str, live_server: LiveServer, tenant: TenantRef
) -> None:
    url = f"{live_server.tenant_url(tenant.slug)}/graphql"
    process = await asyncio.create_subprocess_exec(
        node, "audit.js", url, cwd=FOLDER, stdout=PIPE, stderr=PIPE
    )
    output, complaints = await process.communicate()
    assert process.returncode == 0, complaints.decode()
    audits = json.loads(output)

    assert len(audits) == AUDITS
    assert [audit for audit in audits if audit["status"] != "ok"] == []
