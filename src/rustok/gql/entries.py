"""The names within arguments, seen without parsing them."""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Final

from rustok.gql.outline import LETTERS

_OPENING, _CLOSING = frozenset("{["), frozenset("}]")
_NOWHERE: Final = -1


def entries(inputs: Iterable[Sequence[str]], free: Collection[str]) -> set[str]:
    """The keys of objects and the values without quotes, variables left out.

    What is within the value of a `free` name is the client's own, and so is the default of a
    variable of such a type.
    """
    found: set[str] = set()
    for tokens in inputs:
        nesting, free_at, before = 0, _NOWHERE, ""
        for word, after in pairwise((*tokens, "")):
            if word in _OPENING:
                nesting += 1
            elif word in _CLOSING:
                nesting -= 1
            if free_at > nesting or (free_at == nesting and (after == ":" or word == "$")):
                free_at = _NOWHERE
            if word[0] in LETTERS and before != "$" and free_at == _NOWHERE:
                found.add(word)
                if word in free:
                    free_at = nesting if after == ":" else 0
            before = word
    return found
