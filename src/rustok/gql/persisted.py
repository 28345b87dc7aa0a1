"""Automatic persisted queries: a client sends a query once, and then only its SHA-256."""

from collections import OrderedDict
from hashlib import sha256
from typing import Final

import msgspec

from rustok.gql.errors import (
    PERSISTED_QUERY_MISMATCH,
    PERSISTED_QUERY_NOT_FOUND,
    PERSISTED_QUERY_NOT_SUPPORTED,
    Problem,
    Refused,
)
from rustok.gql.request import Operation

SHARES: Final = 4
"""One owner may fill the store to this part, so that none can drive out everyone else's."""

Key = tuple[str, str]


class PersistedQueries:
    """The queries kept, each for its owner alone: nobody can find out what others have sent.

    Bounded by number and by bytes, over all owners; the least used go first. Without any
    `entries` clients are told that this is not supported.
    """

    def __init__(self, *, entries: int = 2_000, size: int = 16_000_000) -> None:
        self._entries = entries
        self._size = size
        self._texts: OrderedDict[Key, str] = OrderedDict()
        self._shelves: dict[str, _Shelf] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def size(self) -> int:
        """The bytes of all that is kept."""
        return self._bytes

    def complete(self, operation: Operation, owner: str) -> Operation:
        """The operation with the query that it names.

        Raises Refused when that is not known, or when the query it brings is another one.
        """
        digest = operation.digest
        if digest is None:
            return operation
        if operation.query:
            if sha256(operation.query.encode()).hexdigest() != digest:
                message = "The query is not the one of extensions.persistedQuery.sha256Hash."
                raise Refused(Problem(code=PERSISTED_QUERY_MISMATCH, message=message))
            return operation
        if not self._entries:
            raise _refused(PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported")
        text = self._texts.get((owner, digest))
        if text is None:
            raise _refused(PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        self._used((owner, digest))
        return msgspec.structs.replace(operation, query=text)

    def keep(self, operation: Operation, owner: str) -> None:
        """Keeps the query of a completed operation that has proved to be valid."""
        if operation.digest is None or (owner, operation.digest) in self._texts:
            return
        cost = _cost(operation.query)
        entries, size = max(self._entries // SHARES, 1), self._size // SHARES
        if not self._entries or cost > size:
            return
        shelf = self._shelves.setdefault(owner, _Shelf())
        while shelf.digests and (len(shelf.digests) >= entries or shelf.bytes + cost > size):
            self._drop((owner, next(iter(shelf.digests))))
        while self._texts and (
            len(self._texts) >= self._entries or self._bytes + cost > self._size
        ):
            self._drop(next(iter(self._texts)))
        self._put((owner, operation.digest), operation.query, cost)

    def _put(self, key: Key, text: str, cost: int) -> None:
        owner, digest = key
        self._texts[key] = text
        self._bytes += cost
        shelf = self._shelves.setdefault(owner, _Shelf())
        shelf.digests[digest] = None
        shelf.bytes += cost

    def _drop(self, key: Key) -> None:
        owner, digest = key
        cost = _cost(self._texts.pop(key))
        self._bytes -= cost
        shelf = self._shelves[owner]
        del shelf.digests[digest]
        shelf.bytes -= cost
        if not shelf.digests:
            del self._shelves[owner]

    def _used(self, key: Key) -> None:
        owner, digest = key
        self._texts.move_to_end(key)
        self._shelves[owner].digests.move_to_end(digest)


class _Shelf:
    """What one owner has in the store, the least used first."""

    def __init__(self) -> None:
        self.digests: OrderedDict[str, None] = OrderedDict()
        self.bytes = 0


def _cost(text: str) -> int:
    return len(text.encode())


def _refused(code: str, message: str) -> Refused:
    # clients of Apollo's protocol know these two by their messages
    return Refused(Problem(code=code, message=message))
