"""UUIDv7 ids, shown outside as prefixed, sortable text such as `prod_01jd3k...`."""

import secrets
import threading
from uuid import UUID

from rustok.core.clock import Clock
from rustok.core.errors import BadRequest

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: sorts like its number
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_TEXT_LENGTH = 26
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]  # ten bits at a time
_TEN = (1 << 10) - 1
_THIRTY = (1 << 30) - 1


class InvalidId(BadRequest):
    """An id has the wrong prefix, length or letters."""

    code = "INVALID_ID"
    title = "Invalid id"


class IdSource:
    """Makes UUIDv7 (RFC 9562), rising within a process even when the clock steps back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> UUID:
        """The next id."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        with self._lock:
            # rand_a (12 bits) and the top of rand_b count on within one millisecond
            tick = max(milliseconds << 26 | secrets.randbits(20), self._last + 1)
            self._last = tick
        timestamp, counter = tick >> 26, tick & (1 << 26) - 1
        high, low = counter >> 14, counter & (1 << 14) - 1
        value = timestamp << 80 | 7 << 76 | high << 64 | 2 << 62 | low << 48 | secrets.randbits(48)
        return UUID(int=value)


class IdKind:
    """The outer form of one kind of id: a prefix, an underscore, 26 letters."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._start = f"{prefix}_"

    def text(self, value: UUID) -> str:
        """The id as text."""
        number, of = value.int, _PAIRS
        # each shift of a number as large as this makes another large one: so no more than four
        a, b = number >> 100, number >> 70 & _THIRTY
        c, d = number >> 40 & _THIRTY, number >> 10 & _THIRTY
        return (
            f"{self._start}{of[a >> 20]}{of[a >> 10 & _TEN]}{of[a & _TEN]}"
            f"{of[b >> 20]}{of[b >> 10 & _TEN]}{of[b & _TEN]}"
            f"{of[c >> 20]}{of[c >> 10 & _TEN]}{of[c & _TEN]}"
            f"{of[d >> 20]}{of[d >> 10 & _TEN]}{of[d & _TEN]}{of[number & _TEN]}"
        )

    def parse(self, text: str) -> UUID:
        """The id in the text; raises InvalidId."""
        body = text.removeprefix(self._start)
        if len(body) != _TEXT_LENGTH or len(body) == len(text) or body[0] > "7":
            raise InvalidId(f"An id of the form {self._start}... is expected.")
        number = 0
        for letter in body:
            value = _VALUES.get(letter)
            if value is None:
                raise InvalidId(f"An id of the form {self._start}... is expected.")
            number = number << 5 | value
        return UUID(int=number)

    def parse_or_none(self, text: str) -> UUID | None:
        """The id in the text, or None where it is not one of this kind."""
        try:
            return self.parse(text)
        except InvalidId:
            return None
