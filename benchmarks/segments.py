"""`python -m benchmarks.segments`: what the log's hot statements cost on one table and on segments.

The same rows lie in a table as `sys_events` is and in one that is divided by ranges of
`insert_order`; both are asked in turn, in rounds, and the median of the rounds is printed. The last
line is what it costs to let go of the oldest events: batches of 1,000 deleted, a segment dropped.
"""

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from rustok.app.postgres import EmbeddedPostgres

SEGMENTS = 30
ROWS = 20_000
"""In each segment."""
ROUNDS = 15
CALLS = 200
TENANT = "00000000-0000-0000-0000-000000000001"

TABLE = """
    CREATE TABLE {name} (
        tenant_id uuid NOT NULL, insert_order bigint NOT NULL, position bigint, id uuid NOT NULL,
        name text NOT NULL, aggregate_id uuid NOT NULL, payload json NOT NULL,
        PRIMARY KEY (tenant_id, insert_order)
    ) {partitioned};
"""
INDEXES = """
    CREATE INDEX ON {name} (insert_order) WHERE position IS NULL;
    CREATE INDEX ON {name} (position) WHERE position IS NOT NULL;
    CREATE INDEX ON {name} (tenant_id, position) WHERE position IS NOT NULL;
    CREATE INDEX ON {name} (id);
"""
FILL = """
    INSERT INTO {name}
    SELECT (lpad(to_hex(1 + n % 20), 32, '0'))::uuid, n, n, gen_random_uuid(), 'product.updated',
           gen_random_uuid(), '{{"changed":["title"]}}'
    FROM generate_series(1, {rows}) n
"""
SEQUENCE = """
    CREATE FUNCTION sequence_{name}(batch integer) RETURNS integer LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_bitmapscan = off AS $$
    DECLARE waiting record; count integer := 0;
    BEGIN
        FOR waiting IN SELECT tenant_id, insert_order FROM {name}
            WHERE position IS NULL ORDER BY insert_order LIMIT batch
        LOOP
            count := count + 1;
            UPDATE {name} SET position = waiting.insert_order
            WHERE tenant_id = waiting.tenant_id AND insert_order = waiting.insert_order;
        END LOOP;
        RETURN count;
    END $$;
"""
APPEND = """
    INSERT INTO {name} (tenant_id, insert_order, id, name, aggregate_id, payload)
    VALUES ($1, nextval('{name}_order'), gen_random_uuid(), 'product.updated', gen_random_uuid(),
            '{{"changed":["title"]}}')
"""
READ_LANE = """
    SELECT * FROM {name} WHERE tenant_id = $1 AND position > $2 ORDER BY position LIMIT 20
"""
READ_LOG = "SELECT * FROM {name} WHERE position > $1 ORDER BY position LIMIT 20"
BY_TOKEN = "SELECT position FROM {name} WHERE tenant_id = $1 AND insert_order = $2"
Step = Callable[[asyncpg.Connection, str], Awaitable[object]]


async def prepare(connection: asyncpg.Connection) -> None:
    """Makes both tables, filled and analysed."""
    last = SEGMENTS * ROWS
    for name, how in (("plain", ""), ("segmented", "PARTITION BY RANGE (insert_order)")):
        await connection.execute(TABLE.format(name=name, partitioned=how))
        if how:
            for number in range(SEGMENTS + 1):
                bounds = f"FROM ({number * ROWS}) TO ({(number + 1) * ROWS})"
                if number == SEGMENTS:
                    bounds = f"FROM ({number * ROWS}) TO (MAXVALUE)"
                await connection.execute(
                    f"CREATE TABLE {name}_{number} PARTITION OF {name} FOR VALUES {bounds}"
                )
        await connection.execute(INDEXES.format(name=name))
        await connection.execute(FILL.format(name=name, rows=last))
        await connection.execute(f"CREATE SEQUENCE {name}_order START {last + 1}")
        await connection.execute(SEQUENCE.format(name=name))
    await connection.execute("VACUUM ANALYZE")


async def append(connection: asyncpg.Connection, name: str) -> None:
    """One event."""
    await connection.execute(APPEND.format(name=name), TENANT)


async def sequence(connection: asyncpg.Connection, name: str) -> None:
    """One event, and its position."""
    await connection.execute(APPEND.format(name=name), TENANT)
    await connection.execute(f"SELECT sequence_{name}(1000)")


async def read_lane(connection: asyncpg.Connection, name: str) -> None:
    """Twenty events of a tenant near the head."""
    await connection.fetch(READ_LANE.format(name=name), TENANT, SEGMENTS * ROWS - 500)


async def read_log(connection: asyncpg.Connection, name: str) -> None:
    """Twenty events of all tenants near the head."""
    await connection.fetch(READ_LOG.format(name=name), SEGMENTS * ROWS - 100)


async def by_token(connection: asyncpg.Connection, name: str) -> None:
    """Where an event is, by what its write answered."""
    await connection.fetch(BY_TOKEN.format(name=name), TENANT, SEGMENTS * ROWS - 19)


async def measure(connection: asyncpg.Connection, step: Step) -> tuple[float, float]:
    """Microseconds a call, on one table and on segments; the medians of alternating rounds."""
    rounds: dict[str, list[float]] = {"plain": [], "segmented": []}
    for _ in range(ROUNDS):
        for name, seconds in rounds.items():
            began = time.perf_counter()
            for _ in range(CALLS):
                await step(connection, name)
            seconds.append((time.perf_counter() - began) / CALLS)
    plain, segmented = (statistics.median(seconds) * 1e6 for seconds in rounds.values())
    return plain, segmented


async def expire(connection: asyncpg.Connection) -> tuple[float, float]:
    """Milliseconds to let go of a segment's rows."""
    began = time.perf_counter()
    for start in range(1, ROWS, 1_000):
        await connection.execute(
            "DELETE FROM plain WHERE position >= $1 AND position < $2", start, start + 1_000
        )
    deleted = time.perf_counter()
    await connection.execute("DROP TABLE segmented_0")
    return (deleted - began) * 1e3, (time.perf_counter() - deleted) * 1e3


async def main() -> None:
    """Prints a line for each statement."""
    home = Path(tempfile.mkdtemp(prefix="rustok-segments-"))
    home.chmod(0o755)  # noqa: ASYNC240  # nothing else runs yet
    server = EmbeddedPostgres.start(home, settings={"fsync": "off", "synchronous_commit": "off"})
    try:
        connection = await asyncpg.connect(server.url("postgres", "postgres"))
        await prepare(connection)
        for step in (append, sequence, read_lane, read_log, by_token):
            plain, segmented = await measure(connection, step)
            print(
                f"{step.__name__:<10} {plain:8.0f} us {segmented:8.0f} us "
                f"{100 * (segmented / plain - 1):+6.0f} %"
            )
        deleting, dropping = await expire(connection)
        print(f"{'expire':<10} {deleting:8.0f} ms {dropping:8.0f} ms")
        await connection.close()
    finally:
        server.stop()
        EmbeddedPostgres.remove(home)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main())
