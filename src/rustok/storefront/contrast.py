"""Contrast of colours (WCAG 2.2), so that no tenant's brand colour makes a shop unreadable."""

from functools import lru_cache

READABLE = 4.5
_STEPS = 40
_WHITE, _BLACK = "#ffffff", "#000000"


def luminance(colour: str) -> float:
    """The relative luminance of a `#rrggbb` colour, 0 to 1."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=512)
def readable(colour: str, ground: str) -> str:
    """The colour, moved towards black or white until text in it can be read on the ground."""
    target = _BLACK if contrast(_BLACK, ground) >= contrast(_WHITE, ground) else _WHITE
    for step in range(_STEPS):
        mixed = _mix(colour, target, step / _STEPS)
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return target


@lru_cache(maxsize=512)
def ink_on(ground: str) -> str:
    """Black or white, whichever reads better on the ground."""
    return _WHITE if contrast(_WHITE, ground) >= READABLE else _BLACK


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(first: str, second: str, share: float) -> str:
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
