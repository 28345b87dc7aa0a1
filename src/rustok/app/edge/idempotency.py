"""`Idempotency-Key`: the effect of a request and its stored answer are one transaction.

A killed process therefore leaves either both or neither, and repeating the request is safe.
"""

import asyncio
import hashlib
import re
import secrets
from datetime import timedelta
from time import perf_counter
from typing import Any, Final

import msgspec

from rustok.app.edge import idempotency_repository as repository
from rustok.app.edge.asgi import App, Headers, Message, Receive, Scope, Send, header
from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import Database, WriteSession
from rustok.core.db.failures import translated
from rustok.core.db.leases import PoolLease, SharedLease
from rustok.core.db.unit import RequestUnit
from rustok.core.errors import (
    BadRequest,
    Conflict,
    DeadlineExceeded,
    PayloadTooLarge,
    ValidationFailed,
    broken_off,
)
from rustok.core.secrets import SecretKey

KEY_HEADER: Final = b"idempotency-key"
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEPT = timedelta(hours=24)
PURPOSE = "idempotency"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_NOT_STORED = frozenset({b"date", b"content-length", b"x-request-id"})


class InvalidKey(BadRequest):
    """An idempotency key has 1 to 255 visible ASCII characters."""

    code = "INVALID_IDEMPOTENCY_KEY"
    title = "Invalid Idempotency-Key"


class KeyInProgress(Conflict):
    """The first request with this key is still being worked on: ask again in a moment."""

    code = "IDEMPOTENCY_IN_PROGRESS"
    title = "Still in progress"


class KeyReused(ValidationFailed):
    """This key was used for a request with another method, path or body."""

    code = "IDEMPOTENCY_KEY_REUSED"
    title = "Key used for another request"


class AnswerNotKept(Conflict):
    """The request was done before, and its answer held a secret that is shown once."""

    code = "IDEMPOTENCY_ANSWER_NOT_KEPT"
    title = "Done before; the answer is not shown again"


SECRET: Final = AnswerNotKept.status
"""Kept in place of an answer that holds a secret; no other answer with it is kept."""


class Answer(msgspec.Struct):
    """A response held back until it is stored."""

    status: int = 500
    headers: Headers = []
    body: bytes = b""


class Idempotency:
    """Runs requests that carry a key."""

    def __init__(self, db: Database, clock: Clock, secret: SecretKey, max_body: int) -> None:
        self._db = db
        self._clock = clock
        self._secret = secret
        self._max_body = max_body

    async def run(
        self, app: App, scope: Scope, receive: Receive, send: Send, ctx: Context, key: str
    ) -> None:
        """Answers from the store, or runs the request in a transaction and stores its answer."""
        if not _KEY.fullmatch(key):
            raise InvalidKey
        if "/auth/" in scope["path"]:  # answers with tokens are never kept
            await app(scope, receive, send)
            return
        body = await _body(receive, self._max_body)
        caller = str(ctx.actor.id or "anonymous")
        print_ = _fingerprint(scope, body)
        lease = PoolLease(self._db.connections, ctx.tenant.id, read_only=False, wait_seconds=5.0)
        try:
            async with asyncio.timeout_at(ctx.deadline):
                with translated():
                    unit = RequestUnit(await lease.transaction())
                keys = WriteSession(SharedLease(unit), ctx, self._db.ids, self._db.watch)
                answer = await self._stored(keys, caller, key, print_)
                if answer is None:
                    answer = await self._fresh(app, scope, body, ctx, unit)
                    if answer.status < 400:
                        kept = Answer(status=SECRET) if unit.answer_is_secret else answer
                        await self._put(keys, caller, key, print_, kept)
                        began = perf_counter()
                        with translated():
                            await lease.commit()
                        self._db.watch.committed(began)
        except TimeoutError as error:
            raise DeadlineExceeded from error
        finally:
            await lease.end()
        if unit.token is not None:
            self._db.wake()
        await _send(send, answer)

    async def _stored(
        self, keys: WriteSession, caller: str, key: str, fingerprint: bytes
    ) -> Answer | None:
        if not await keys.one(repository.TRY_LOCK, caller=caller, key=key):
            raise KeyInProgress(retry_after=1)
        row = await keys.maybe(repository.FIND, caller=caller, key=key, now=self._clock.now())
        if row is None:
            return None
        if row.fingerprint != fingerprint:
            raise KeyReused
        if row.status == SECRET:
            raise AnswerNotKept
        headers: Headers = msgspec.msgpack.decode(self._secret.open(PURPOSE, row.headers))
        return Answer(
            status=row.status,
            headers=[
                *((bytes(k), bytes(v)) for k, v in headers),
                (b"idempotent-replayed", b"true"),
            ],
            body=self._secret.open(PURPOSE, row.body),
        )

    async def _fresh(
        self, app: App, scope: Scope, body: bytes, ctx: Context, unit: RequestUnit
    ) -> Answer:
        answer = Answer(headers=[])
        chunks: list[bytes] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = [(bytes(k), bytes(v)) for k, v in message.get("headers", ())]
            else:
                chunks.append(message.get("body", b""))

        scope["rustok_ctx"] = msgspec.structs.replace(ctx, unit=unit)
        await app(scope, _replay(body), hold)
        answer.body = b"".join(chunks)
        return answer

    async def _put(
        self, keys: WriteSession, caller: str, key: str, fingerprint: bytes, answer: Answer
    ) -> None:
        now = self._clock.now()
        await keys.execute(repository.PRUNE, now=now)
        headers = [(k, v) for k, v in answer.headers if k not in _NOT_STORED]
        await keys.execute(
            repository.PUT,
            caller=caller,
            key=key,
            fingerprint=fingerprint,
            status=answer.status,
            headers=self._seal(msgspec.msgpack.encode(headers)),
            body=self._seal(answer.body),
            expires_at=now + KEPT,
        )

    def _seal(self, value: bytes) -> bytes:
        return self._secret.seal(PURPOSE, value, secrets.token_bytes(12))


def _fingerprint(scope: Scope, body: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in (scope["method"].encode(), scope["path"].encode(), scope["query_string"]):
        digest.update(part + b"\0")
    digest.update((header(scope, b"content-type") or "").encode() + b"\0" + body)
    return digest.digest()


async def _body(receive: Receive, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise broken_off()
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise PayloadTooLarge(f"A body has at most {limit} bytes.")
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes) -> Receive:
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.get_running_loop().create_future()  # the caller is there until answered
        raise AssertionError

    return receive


async def _send(send: Send, answer: Answer) -> None:
    start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
    await send(start)
    await send({"type": "http.response.body", "body": answer.body})
