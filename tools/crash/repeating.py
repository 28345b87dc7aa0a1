"""Repeats what is on a stream: each message up to four times more, somewhat later, out of order."""

import asyncio
import random
from contextlib import suppress
from uuid import uuid4

import nats
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import Error as JetStreamError

MARK = "Rig-Repeated"
WINDOW = 500
MOST_TIMES = 5


class Repeater:
    """Follows a stream of a NATS server from now on, until cancelled."""

    def __init__(self, port: int, stream: str, chance: random.Random) -> None:
        self._port = port
        self._stream = stream
        self._chance = chance
        self._waiting: list[tuple[float, str, bytes]] = []
        self._place = 0
        self.heard = 0
        """How many messages of the platform's there were."""
        self.repeated = 0

    async def run(self) -> None:
        """Repeats until cancelled; then sends what it has left."""
        connection = await nats.connect(f"nats://127.0.0.1:{self._port}")
        jetstream = connection.jetstream()
        try:
            while True:
                try:
                    subscription = await jetstream.subscribe(
                        ">",
                        stream=self._stream,
                        ordered_consumer=False,
                        config=ConsumerConfig(deliver_policy=DeliverPolicy.NEW),
                    )
                    break
                except JetStreamError:  # the platform has not made it yet
                    await asyncio.sleep(0.2)
            async for message in subscription.messages:
                if message.headers is not None and MARK in message.headers:
                    continue
                self.heard += 1
                self._place += 1
                for _ in range(self._chance.randint(0, MOST_TIMES - 1)):
                    at = self._place + self._chance.uniform(1, WINDOW)
                    self._waiting.append((at, message.subject, message.data))
                await self._send(jetstream, self._place)
        finally:
            with suppress(Exception):
                await self._send(jetstream, float("inf"))
                await connection.close()

    async def _send(self, jetstream: nats.js.JetStreamContext, upto: float) -> None:
        due = sorted(item for item in self._waiting if item[0] <= upto)
        self._waiting = [item for item in self._waiting if item[0] > upto]
        for _, subject, data in due:
            headers = {MARK: "1", "Nats-Msg-Id": uuid4().hex}
            await jetstream.publish(subject, data, headers=headers)
            self.repeated += 1
