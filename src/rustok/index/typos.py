"""Typing errors: which words of the lexicon a misspelt one may have meant.

Two words are within n errors of each other only if leaving out up to n letters of each can leave
the same rest; that is a lookup, not a scan (SymSpell's idea).
"""

from collections.abc import Iterable

PREFIX = 7  # rests are made of a word's beginning: longer ones share it or are too far apart
MOST_ALTERNATIVES = 4


def tolerated(word: str) -> int:
    """How many errors a word may have; short ones and those with digits few."""
    if len(word) < 3 or any(letter.isdigit() for letter in word):
        return 0
    return 1 if len(word) < 6 else 2


def variants(word: str) -> list[str]:
    """The word's beginning, and what is left of it without up to as many letters as tolerated."""
    found = {word[:PREFIX]}
    latest = found
    for _ in range(tolerated(word)):
        latest = {rest[:at] + rest[at + 1 :] for rest in latest for at in range(len(rest))}
        found |= latest
    return sorted(found - {""})


def distance(left: str, right: str, limit: int) -> int:
    """How many letters differ, are missing, are too many or swapped; above the limit, limit + 1."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        here = [row]
        for column, other in enumerate(right, 1):
            cost = min(
                above[column] + 1, here[column - 1] + 1, above[column - 1] + (letter != other)
            )
            swapped = row > 1 and column > 1 and letter == right[column - 2]
            if swapped and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        if min(here) > limit:
            return limit + 1
        before, above = above, here
    return above[-1]


def nearest(word: str, lexicon: Iterable[str]) -> tuple[str, ...]:
    """The closest words within what is tolerated, best first; empty where the word is known."""
    limit = tolerated(word)
    rated = [(distance(word, known, limit), known[:1] != word[:1], known) for known in lexicon]
    within = sorted(rate for rate in rated if rate[0] <= limit)
    if not within or within[0][0] == 0:
        return ()
    best = within[0][0]
    return tuple(known for rate, _, known in within if rate == best)[:MOST_ALTERNATIVES]
