"""`rustok keys` changes what signs access tokens."""

import json

import asyncpg

from rustok.auth.keys import KeyRing
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from tests.cli.conftest import Command


async def kids(host: Host) -> set[str]:
    return {key["kid"] for key in await host.get(KeyRing).published()}


async def test_rotating_keeps_the_key_before_until_its_tokens_end(
    command: Command, host: Host, database: TestDatabase
) -> None:
    before = await kids(host)
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE auth_signing_keys SET published_at = published_at - interval '1 d'")
    await owner.close()

    finished = await command("keys", "rotate", "--json")

    assert (finished.code, finished.errors) == (0, "")
    assert before < {key["kid"] for key in json.loads(finished.output)}


async def test_a_key_that_not_everybody_knows_may_not_sign(command: Command, host: Host) -> None:
    await kids(host)

    finished = await command("keys", "rotate")

    assert finished.code == 1
    assert "[ROTATION_TOO_SOON]" in finished.errors


async def test_replacing_leaves_no_key_of_before(command: Command, host: Host) -> None:
    before = await kids(host)

    finished = await command("keys", "replace", "--json")

    assert finished.code == 0
    assert before.isdisjoint(key["kid"] for key in json.loads(finished.output))
