"""The messages of the protocol `graphql-transport-ws`, and the codes that sockets close with."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final

import msgspec

from rustok import gql
from rustok.gql.encoding import ENCODER

PROTOCOL: Final = "graphql-transport-ws"
LONGEST_REASON: Final = 123
"""Bytes of a reason in a close frame."""


class CloseCode(IntEnum):
    """Why a socket is closed. Those from 4400 on are the protocol's own."""

    GOING_AWAY = 1001
    MESSAGE_TOO_BIG = 1009
    INTERNAL_ERROR = 1011
    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITIALISATIONS = 4429


class Closed(Exception):
    """The socket is to be closed, for this reason."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")
        super().__init__(reason)


Payload = dict[str, Any] | None


class Init(msgspec.Struct, tag_field="type", tag="connection_init"):
    """The first message."""

    payload: Payload = None


class Ping(msgspec.Struct, tag_field="type", tag="ping"):
    """Wants a pong."""

    payload: Payload = None


class Pong(msgspec.Struct, tag_field="type", tag="pong"):
    """Somebody is there."""

    payload: Payload = None


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe"):
    """An operation of any kind."""

    id: str
    payload: dict[str, Any]


class Complete(msgspec.Struct, tag_field="type", tag="complete"):
    """The client wants no more of it."""

    id: str


Message = Init | Ping | Pong | Subscribe | Complete
_MESSAGES: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)

ACKNOWLEDGED: Final = '{"type":"connection_ack"}'
PING: Final = '{"type":"ping"}'


def decode(body: bytes) -> Message:
    """The message; raises Closed."""
    try:
        return _MESSAGES.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Closed(CloseCode.BAD_REQUEST, f"Invalid message received: {error}.") from None


def pong(payload: Payload) -> str:
    """The answer to a ping, with what it carried."""
    return _encode({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})


def answer(id: str, result: gql.Result) -> str:  # noqa: A002  # the protocol's own word
    """A `next` for what was executed, else an `error`, which ends the operation."""
    if result.executed:
        return _encode({"id": id, "type": "next", "payload": result.body()})
    return _encode({"id": id, "type": "error", "payload": result.body()["errors"]})


def completed(id: str) -> str:  # noqa: A002  # the protocol's own word
    """Nothing more follows."""
    return _encode({"id": id, "type": "complete"})


def _encode(message: Mapping[str, Any]) -> str:
    return ENCODER.encode(message).decode()
