"""What a proxy has to know of PostgreSQL's protocol: where messages end, and which are wake-ups."""

NOTIFICATION = ord("A")
LISTEN = b"LISTEN "
_HEAD = 5


class NotificationFilter:
    """Takes NotificationResponse out of a stream of whole and cut messages of a server.

    To be fed from a boundary between two messages on.
    """

    def __init__(self) -> None:
        self._head = b""
        self._left = 0
        self._dropping = False
        self.dropped = 0
        """How many messages were taken out."""

    def feed(self, data: bytes, *, drop: bool) -> bytes:
        """What passes of the data; `drop` counts for messages that begin in it."""
        passed = bytearray()
        place = 0
        while place < len(data):
            if self._left:
                taken = data[place : place + self._left]
                place += len(taken)
                self._left -= len(taken)
                if not self._dropping:
                    passed += taken
                continue
            wanted = _HEAD - len(self._head)
            self._head += data[place : place + wanted]
            place += wanted
            if len(self._head) < _HEAD:
                break
            self._begin(passed, drop=drop)
        return bytes(passed)

    def _begin(self, passed: bytearray, *, drop: bool) -> None:
        self._left = int.from_bytes(self._head[1:], "big") - 4
        self._dropping = drop and self._head[0] == NOTIFICATION
        if self._dropping:
            self.dropped += 1
        else:
            passed += self._head
        self._head = b""
