"""The limited palette and the two ways a colour changes: towards light and towards shadow."""

LIGHT = "#fff8ec"
SHADOW = "#33262e"

OAT = "#e4d6be"
CHALK = "#f4efe6"
SAGE = "#a5b597"
MOSS = "#66764e"
CLAY = "#c06c4c"
BRICK = "#b8432c"
BLUSH = "#e6b8a5"
OCHRE = "#dc9f43"
HONEY = "#e0ac55"
INK = "#33475d"
SKY = "#9fbfce"
CHARCOAL = "#43413f"
TERRACOTTA = "#c9764f"
RAW_CLAY = "#c79a76"
OAK = "#d3a56f"
WALNUT = "#80563a"
ASH = "#e2c69b"
BRASS = "#c99c4d"
LEAF = "#5f8058"
DEEP_LEAF = "#35594a"
PAPER = "#faf6ee"
RED = "#d4492f"

LINEN_WALL = "#ece3d5"
PEACH_WALL = "#f1d9c8"
SAGE_WALL = "#d3dccb"
SKY_WALL = "#d3e0e4"
SAND_WALL = "#e8d3b4"
ROSE_WALL = "#e6c4b4"
FOREST_WALL = "#3c5850"
NIGHT_WALL = "#3a4a5e"
RUST_WALL = "#c4795a"
MUSTARD_WALL = "#e3bd74"


def mix(a: str, b: str, share: float) -> str:
    """The colour `share` (0 to 1) of the way from `a` to `b`, both `#rrggbb`."""
    channels = (
        round(int(a[i : i + 2], 16) * (1 - share) + int(b[i : i + 2], 16) * share)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def tint(colour: str, share: float) -> str:
    """The colour nearer to the warm light."""
    return mix(colour, LIGHT, share)


def shade(colour: str, share: float) -> str:
    """The colour nearer to the warm shadow."""
    return mix(colour, SHADOW, share)
