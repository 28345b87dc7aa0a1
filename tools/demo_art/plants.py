"""Leaves, stems and blossoms; the origin is where they leave the pot or the vase."""

import math
import random
from collections.abc import Sequence

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import BLUSH, DEEP_LEAF, HONEY, LEAF, MOSS, RED, SAGE, shade, tint
from tools.demo_art.shapes import Point, curve, leaf, on_curve


def olive_branch(c: Canvas, bend: float, *, height: float = 420, colour: str = LEAF) -> None:
    """A branch with paired narrow leaves, leaning by `bend`."""
    spine: list[Point] = [
        (0, 40),
        (bend * 0.15, -height * 0.35),
        (bend * 0.5, -height * 0.7),
        (bend, -height),
    ]
    c.path(curve(spine), stroke=shade(colour, 0.4), width=6, cap="round")
    light, dark = "", ""
    for i in range(4, 15):
        x, y, heading = on_curve(spine, i / 14)
        size = 96 - i * 2.6
        light += leaf(x, y, heading - 38, size, 15)
        dark += leaf(x, y, heading + 40, size * 0.94, 15)
    c.path(light, tint(colour, 0.14))
    c.path(dark, shade(colour, 0.16))


def grasses(
    c: Canvas,
    *,
    count: int = 9,
    height: float = 420,
    spread: float = 300,
    colour: str = HONEY,
    seed: int = 3,
) -> None:
    """Dried stems with feathery heads."""
    rng = random.Random(seed)
    stems, heads = "", ""
    for i in range(count):
        side = (i / (count - 1) - 0.5) * spread
        tall = height * (0.72 + rng.random() * 0.36)
        spine: list[Point] = [(side * 0.06, 30), (side * 0.35, -tall * 0.5), (side, -tall)]
        stems += curve(spine)
        x, y, heading = on_curve(spine, 1)
        heads += leaf(x, y, heading, 110, 17)
    c.path(stems, stroke=shade(colour, 0.2), width=5, cap="round")
    c.path(heads, c.linear([(0, tint(colour, 0.35)), (1, shade(colour, 0.12))], x2=0, y2=1))


def poppy(c: Canvas, *, height: float = 360, lean: float = 30, colour: str = RED) -> None:
    """One poppy on a hairline stem, with a bud."""
    c.path(
        curve([(0, 30), (lean * 0.1, -height * 0.5), (lean, -height)]),
        stroke=MOSS,
        width=7,
        cap="round",
    )
    c.path(
        curve([(0, 20), (-36, -height * 0.4), (-74, -height * 0.62), (-104, -height * 0.55)]),
        stroke=MOSS,
        width=5,
        cap="round",
    )
    c.path(leaf(-100, -height * 0.57, 105, 56, 20), shade(MOSS, 0.1))
    with c.at(lean, -height):
        c.path(
            "M-104 -30C-110 -112 -40 -128 0 -96C40 -132 112 -110 104 -28C92 40 -88 44 -104 -30z",
            c.linear([(0, tint(colour, 0.22)), (1, shade(colour, 0.18))], y2=1),
        )
        c.path(
            "M-70 -2C-66 -62 -22 -76 6 -48C34 -76 76 -58 72 0C40 34 -40 34 -70 -2z",
            tint(colour, 0.12),
            opacity=0.9,
        )
        c.ellipse(2, -8, 22, 17, "#33302c")


def tulips(c: Canvas, colours: Sequence[str], *, height: float = 380) -> None:
    """A fan of tulips with long leaves."""
    middle = (len(colours) - 1) / 2
    for i, colour in enumerate(colours):
        side = (i - middle) * 88
        tall = height * (1 - 0.07 * abs(i - middle))
        c.path(
            curve([(side * 0.15, 120), (side * 0.4, -tall * 0.5), (side, -tall)]),
            stroke=LEAF,
            width=10,
            cap="round",
        )
        with c.at(side, -tall, turn=(i - middle) * 9):
            c.path(
                (
                    "M-42 0C-62 -56 -46 -96 -38 -112C-24 -100 -14 -92 0 -118C14"
                    " -92 24 -100 38 -112C46 -96 62 -56 42 0C22 22 -22 22 -42 0z"
                ),
                c.linear([(0, tint(colour, 0.3)), (1, shade(colour, 0.18))]),
            )
            c.path(
                "M0 -118C22 -80 26 -30 0 14C-26 -30 -22 -80 0 -118z",
                tint(colour, 0.18),
                opacity=0.8,
            )
    c.path(
        leaf(-8, 60, -122, 330, 34) + leaf(10, 60, -60, 300, 32),
        c.linear([(0, tint(LEAF, 0.18)), (1, shade(LEAF, 0.2))]),
    )


def rubber_plant(c: Canvas, *, height: float = 560) -> None:
    """A young rubber plant with large glossy leaves."""
    c.path(
        curve([(0, 20), (10, -height * 0.5), (0, -height)]),
        stroke=shade(MOSS, 0.3),
        width=12,
        cap="round",
    )
    for i in range(7):
        y = -height * (0.22 + i * 0.125)
        side = -1 if i % 2 else 1
        length = 235 - i * 15
        angle = -90 + side * (66 - i * 7)
        _glossy(c, side * 4, y, angle, length, 62, DEEP_LEAF if side > 0 else LEAF)
    _glossy(c, 0, -height, -88, 150, 30, tint(LEAF, 0.2))


def _glossy(
    c: Canvas, x: float, y: float, angle: float, length: float, width: float, colour: str
) -> None:
    c.path(
        leaf(x, y, angle, length, width),
        c.linear([(0, tint(colour, 0.22)), (1, shade(colour, 0.22))], y2=1),
    )
    tip = (
        x + math.cos(math.radians(angle)) * length * 0.9,
        y + math.sin(math.radians(angle)) * length * 0.9,
    )
    c.path(
        f"M{num(x)} {num(y)}L{num(tip[0])} {num(tip[1])}",
        stroke=tint(colour, 0.4),
        width=4,
        cap="round",
        opacity=0.7,
    )


def snake_plant(c: Canvas, *, height: float = 520) -> None:
    """Upright banded blades."""
    for x, lean, tall in (
        (-70, -12, 0.72),
        (64, 14, 0.8),
        (-28, -4, 1.0),
        (34, 5, 0.92),
        (0, 2, 0.66),
    ):
        _blade(c, x, lean, height * tall)


def _blade(c: Canvas, x: float, lean: float, tall: float) -> None:
    d = leaf(x, 20, -90 + lean, tall, 46)
    clip = c.clip(d)
    c.path(
        d,
        c.linear(
            [
                (0, "#c9c77b"),
                (0.16, "#c9c77b"),
                (0.17, LEAF),
                (0.83, DEEP_LEAF),
                (0.84, "#b9b768"),
                (1, "#b9b768"),
            ]
        ),
    )
    bands = "".join(f"M{num(x - 120)} {num(-tall * i / 9)}q120 26 240 0" for i in range(1, 9))
    c.path(bands, stroke=tint(SAGE, 0.1), width=8, clip=clip, opacity=0.5)


def monstera(c: Canvas, *, height: float = 430) -> None:
    """Large split leaves on long stalks."""
    for x, y, turn, size, colour in (
        (-215, -0.72, -52, 0.82, LEAF),
        (225, -0.8, 50, 0.86, DEEP_LEAF),
        (-95, -1.18, -18, 1.0, DEEP_LEAF),
        (120, -1.3, 20, 0.95, LEAF),
        (6, -0.62, 4, 0.8, tint(LEAF, 0.12)),
    ):
        c.path(
            curve([(x * 0.08, 20), (x * 0.4, height * y * 0.5), (x, height * y)]),
            stroke=shade(LEAF, 0.2),
            width=9,
            cap="round",
        )
        with c.at(x, height * y, size, turn=turn):
            _split_leaf(c, colour)


def _split_leaf(c: Canvas, colour: str) -> None:
    d = (
        "M0 20C-60 40 -130 0 -136 -60L-84 -62L-140 -92C-140 -140 -118"
        " -170 -96 -190L-66 -142L-78 -208C-56 -236 -26 -258 0 -272"
        "C26 -258 56 -236 78 -208L66 -142L96 -190C118 -170 140 -140"
        " 140 -92L84 -62L136 -60C130 0 60 40 0 20z"
    )
    c.path(
        d,
        c.linear(
            [
                (0, tint(colour, 0.16)),
                (0.5, colour),
                (0.51, shade(colour, 0.1)),
                (1, shade(colour, 0.2)),
            ]
        ),
    )
    c.path(
        "M0 20V-250M0 -40L-70 -76M0 -40L70 -76M0 -110L-62 -160M0 -110L62 -160",
        stroke=tint(colour, 0.32),
        width=5,
        cap="round",
        opacity=0.7,
    )


def trailing(
    c: Canvas, *, strands: int = 9, spread: float = 170, length: float = 420, seed: int = 5
) -> None:
    """Strands of small leaves hanging over an edge."""
    rng = random.Random(seed)
    stems, light, dark = "", "", ""
    for i in range(strands):
        side = (i / (strands - 1) - 0.5) * 2 * spread
        drop = length * (0.5 + rng.random() * 0.5)
        spine: list[Point] = [
            (side * 0.7, -20),
            (side * 1.06, 20),
            (side * 1.14 + rng.uniform(-14, 14), drop * 0.5),
            (side * 1.1 + rng.uniform(-22, 22), drop),
        ]
        stems += curve(spine)
        for k in range(2, 10):
            x, y, heading = on_curve(spine, k / 9)
            light += leaf(x, y, heading - 58, 40, 14) if k % 2 else ""
            dark += "" if k % 2 else leaf(x, y, heading + 58, 40, 14)
    c.path(stems, stroke=shade(LEAF, 0.2), width=4, cap="round")
    c.path(light, tint(LEAF, 0.2))
    c.path(dark, shade(LEAF, 0.08))


def bushy(
    c: Canvas, *, radius: float = 170, colour: str = LEAF, seed: int = 8, leaves: int = 46
) -> None:
    """A dense little plant such as basil."""
    rng = random.Random(seed)
    layers = ["", "", ""]
    for i in range(leaves):
        angle = rng.uniform(-172, -8)
        far = radius * (0.25 + 0.75 * rng.random())
        x, y = math.cos(math.radians(angle)) * far * 0.8, math.sin(math.radians(angle)) * far
        layers[i % 3] += leaf(x, y, angle + rng.uniform(-40, 40), 78, 24)
    for d, tone in zip(layers, (shade(colour, 0.25), colour, tint(colour, 0.22)), strict=True):
        c.path(d, tone)


def cactus(c: Canvas, *, height: float = 260, colour: str = SAGE) -> None:
    """A ribbed column with two arms and a flower."""
    body = c.linear([(0, tint(colour, 0.2)), (0.5, shade(colour, 0.12)), (1, shade(colour, 0.42))])
    arm = (
        f"M-50 {num(-height * 0.36)}H-88Q-118 {num(-height * 0.36)} -118"
        f" {num(-height * 0.48)}V{num(-height * 0.62)}"
    )
    other = (
        f"M50 {num(-height * 0.5)}H84Q112 {num(-height * 0.5)} 112 {num(-height * 0.62)}"
        f"V{num(-height * 0.74)}"
    )
    c.path(arm, stroke=shade(colour, 0.1), width=46, cap="round")
    c.path(other, stroke=shade(colour, 0.3), width=42, cap="round")
    c.path(f"M-62 20V{num(-height + 60)}a62 62 0 0 1 124 0V20z", body)
    ribs = "".join(f"M{x} 14V{num(-height + 46)}" for x in (-36, -12, 14, 38))
    c.path(ribs, stroke=shade(colour, 0.45), width=4, cap="round", opacity=0.5)
    c.path("".join(leaf(0, -height + 4, a, 44, 13) for a in (-150, -120, -90, -60, -30)), BLUSH)


def sprig(c: Canvas, *, length: float = 260, turn: float = -20, colour: str = LEAF) -> None:
    """A small lying twig."""
    with c.at(0, 0, turn=turn):
        c.path(
            f"M0 0Q{num(length / 2)} -30 {num(length)} -6",
            stroke=shade(colour, 0.35),
            width=5,
            cap="round",
        )
        leaves = "".join(
            leaf(length * t, -28 * math.sin(t * math.pi), a, 70, 17)
            for t in (0.18, 0.36, 0.54, 0.72, 0.88)
            for a in (-44, 40)
        )
        c.path(
            leaves + leaf(length, -6, 0, 70, 17),
            c.linear([(0, tint(colour, 0.2)), (1, shade(colour, 0.15))], x2=0, y2=1),
        )
