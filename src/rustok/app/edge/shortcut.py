"""Answers a public query by its bytes alone, before tenant, language and operation are looked at.

A request is known again by everything that its answer depends on. One that says who asks, or what
they must see, is not looked up.
"""

from typing import Any, Final, Protocol
from uuid import UUID

from rustok.app.edge.asgi import Message, Receive, Scope, Send
from rustok.app.edge.origin import Origins
from rustok.app.limits.requests import AnyLimits

PATH: Final = "/graphql"
RAW: Final = "rustok_raw"
SENT: Final = "http.request"

_PLACES: Final = {
    b"host": 0,
    b"accept": 1,
    b"accept-language": 2,
    b"content-type": 3,
    b"x-tenant-id": 4,
    b"x-forwarded-host": 5,
    b"content-length": 6,
}
_PERSONAL: Final = frozenset({b"authorization", b"rustok-after", b"idempotency-key"})
Key = tuple[str | bytes | None, ...]


class KeptAnswer(Protocol):
    """An answer ready to be sent."""

    @property
    def tenant_id(self) -> UUID:
        """Whose it is."""
        ...

    @property
    def cost(self) -> int:
        """What the operation costs that it answers."""
        ...

    async def send(self, scope: Any, send: Any) -> None:
        """Sends it, or that the caller has it already."""
        ...


class KeptAnswers(Protocol):
    """What is kept, by the bytes of requests."""

    def note(self, raw: Key) -> object:
        """What to show when the request has been answered, so that the answer may be kept."""
        ...

    def find(self, raw: Key) -> KeptAnswer | None:
        """The answer kept for requests of these bytes."""
        ...


class Shortcut:
    """Stands before the rest of the edge."""

    def __init__(
        self,
        answers: KeptAnswers,
        origins: Origins,
        limits: AnyLimits | None = None,
    ) -> None:
        self._answers = answers
        self._origins = origins
        self._limits = limits

    async def take(self, scope: Scope, receive: Receive, send: Send) -> Receive | None:
        """Answers the request and returns None, or returns where its body is to be read now.

        Raises RateLimited.
        """
        key = request_key(scope)
        if key is None:
            return receive
        if scope["method"] == "POST":
            message = await receive()
            receive = _again(message, receive)
            body = message.get("body", b"")
            if not _is_whole(message, body, key[-1]):
                return receive
            key = (*key, body)
        found = self._answers.find(key)
        if found is None:
            scope[RAW] = self._answers.note(key)
            return receive
        if self._limits is not None:
            address = self._origins.read(scope).address
            await self._limits.repeat(scope, address, found.tenant_id, found.cost)
        await found.send(scope, send)
        return None


def request_key(scope: Scope) -> Key | None:
    """What the answer to a request depends on besides its body; None where on who asks, too."""
    method = scope["method"]
    if method not in {"GET", "POST"}:
        return None
    found: list[bytes | None] = [None] * len(_PLACES)
    for name, value in scope["headers"]:
        place = _PLACES.get(name)
        if place is not None:
            if found[place] is not None:
                return None
            found[place] = value
        elif name in _PERSONAL:
            return None
    address = None
    if found[5] is not None:  # whether it counts depends on who says it
        address = (scope.get("client") or ("",))[0]
    return method, scope["path"], scope["query_string"], address, *found


def _is_whole(message: Message, body: bytes, length: str | bytes | None) -> bool:
    """Whether nothing of the body is left to come; a server may say so only by the next message."""
    if message["type"] != SENT:
        return False
    return not message.get("more_body") or length == str(len(body)).encode()


def _again(message: Message, receive: Receive) -> Receive:
    """Gives the message that was read once more, and then what follows."""
    messages = [message]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again
