"""The pictures inside the frames, each drawn in a field of 300 by 400."""

import math
import random
from collections.abc import Callable
from itertools import pairwise

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import (
    BRICK,
    CHALK,
    CLAY,
    DEEP_LEAF,
    HONEY,
    INK,
    LEAF,
    MOSS,
    OAT,
    OCHRE,
    PAPER,
    RED,
    SAGE,
    SKY,
    mix,
    shade,
    tint,
)
from tools.demo_art.shapes import Point, arch, box, curve, leaf, on_curve, oval, polygon, ring

Artwork = Callable[[Canvas], None]


def _ridge(seed: int, base: float, swing: float, *, rough: float = 0.55) -> str:
    """A mountain line by midpoint displacement, filled down to the lower edge."""
    rng = random.Random(seed)
    heights = [
        rng.uniform(-0.3, 0.2),
        rng.uniform(0.5, 1),
        rng.uniform(-0.2, 0.4),
        rng.uniform(0.3, 0.9),
        rng.uniform(-0.3, 0.3),
    ]
    reach = 0.42
    for _ in range(3):
        between = [(a + b) / 2 + rng.uniform(-reach, reach) for a, b in pairwise(heights)]
        heights = [
            height for pair in zip(heights, between, strict=False) for height in pair
        ] + heights[-1:]
        reach *= rough
    step = 320 / (len(heights) - 1)
    line = "L".join(
        f"{num(-10 + i * step)} {base - height * swing:.0f}" for i, height in enumerate(heights)
    )
    return f"M{line}V410H-10z"


def valley(c: Canvas) -> None:
    """Five ridges fading into mist under a pale moon."""
    c.rect(0, 0, 300, 400, c.linear([(0, "#f3d9bf"), (1, "#f8eddc")], x2=0, y2=1))
    c.ellipse(206, 96, 34, 34, "#fdf8ec")
    for i, share in enumerate((0.12, 0.32, 0.54, 0.76, 1.0)):
        c.path(
            _ridge(11 + i, 208 + i * 44, 84 - i * 6, rough=0.4), mix("#e9cdb4", DEEP_LEAF, share)
        )


def seed_study(c: Canvas) -> None:
    """Branching stems with leaves and pods."""
    c.rect(0, 0, 300, 400, "#f1e6d2")
    for x, bend, tall, tone in (
        (104, -30, 310, DEEP_LEAF),
        (176, 44, 340, SAGE),
        (142, 6, 250, CLAY),
    ):
        spine: list[Point] = [
            (150, 400),
            (x, 400 - tall * 0.4),
            (x + bend * 0.5, 400 - tall * 0.75),
            (x + bend, 400 - tall),
        ]
        c.path(curve(spine), stroke=tone, width=4, cap="round")
        leaves = ""
        for i in range(5, 13):
            px, py, heading = on_curve(spine, i / 12)
            leaves += leaf(px, py, heading + (50 if i % 2 else -50), 64 - i, 13)
        c.path(leaves, tone)
        px, py, heading = on_curve(spine, 1)
        c.path(leaf(px, py, heading, 46, 15), tone)
    c.path(
        "".join(
            oval(150 + dx, 92 + dy, 7, 7)
            for dx, dy in ((-98, 50), (-84, 26), (90, 90), (104, 66), (86, 44), (-104, 78))
        ),
        OCHRE,
    )


def balance(c: Canvas) -> None:
    """Stones and arches resting on one another, with one red dot."""
    c.rect(0, 0, 300, 400, "#f4ead9")
    c.path(arch(40, 372, 130, 150), INK)
    c.path(arch(72, 372, 66, 86), "#f4ead9")
    c.path("M182 372V286H272V372z", OCHRE)
    c.path(ring([(30, 196), (92, 168), (214, 180), (280, 206), (230, 236), (110, 240)]), CLAY)
    c.path("M176 286a46 46 0 0 1 92 0z", SAGE)
    c.path(ring([(90, 128), (150, 108), (204, 130), (196, 166), (140, 176), (94, 160)]), "#d9bfa0")
    c.path("M120 108A56 56 0 0 1 232 108z", DEEP_LEAF)
    c.ellipse(158, 28, 22, 22, RED)


def low_sun(c: Canvas) -> None:
    """An orange sun and its path over a striped sea."""
    c.rect(0, 0, 300, 230, c.linear([(0, "#f3c9a0"), (1, "#f9e2c2")], x2=0, y2=1))
    c.ellipse(150, 168, 74, 74, c.linear([(0, "#e2592f"), (1, "#ee8a3f")], x2=0, y2=1))
    c.rect(0, 214, 300, 186, "#3f6473")
    for i in range(9):
        c.rect(0, 222 + i * 21, 300, 9 + i * 0.8, mix("#6f98a0", "#2b4759", i / 9))
    for i in range(9):
        half = 62 - abs(i - 3) * 9 + (i % 2) * 12
        c.rect(150 - half, 221 + i * 19, 2 * half, 9, mix("#f6c27a", "#e2703a", i / 9), radius=4)


def reeds(c: Canvas) -> None:
    """Tall brushed grasses on a warm ground."""
    c.rect(0, 0, 300, 400, "#e8cfa6")
    c.ellipse(206, 110, 50, 50, "#d98a4a", opacity=0.8)
    rng = random.Random(21)
    blades, heads = "", ""
    for i in range(13):
        x = 34 + i * 19 + rng.uniform(-6, 6)
        tall = 190 + rng.random() * 140
        lean = rng.uniform(-6, 22)
        blades += leaf(x, 404, -90 + lean, tall, 7)
        if i % 3 == 1:
            tip = (
                x + math.sin(math.radians(lean)) * tall,
                404 - math.cos(math.radians(lean)) * tall,
            )
            heads += leaf(tip[0], tip[1] + 20, -90 + lean, 64, 9)
    c.path(blades, "#2e2b29")
    c.path(heads, "#5d3a26")


def foehn(c: Canvas) -> None:
    """Six sharp ranges in rising blues."""
    c.rect(0, 0, 300, 400, c.linear([(0, "#e9eef0"), (1, "#f6e3d2")], x2=0, y2=0.6))
    c.path(
        "M-10 62C60 38 120 74 190 48S280 40 320 56V74C250 62 220 84 160 82S50 70 -10 88z",
        "#ffffff",
        opacity=0.9,
    )
    for i in range(6):
        tone = mix("#b9d0da", "#1f3a5c", i / 5)
        c.path(_ridge(42 + i * 3, 176 + i * 40, 96 - i * 9), tone)
    c.path(
        polygon((150, 372), (158, 350), (166, 372))
        + polygon((176, 380), (186, 352), (196, 380))
        + polygon((112, 386), (121, 360), (130, 386)),
        "#132743",
    )


def thistle(c: Canvas) -> None:
    """One large silver thistle, cut with a fine gouge."""
    c.rect(0, 0, 300, 400, "#efe0c4")
    rays, inner = "", ""
    for i in range(36):
        angle = i * 10
        rays += leaf(
            150 + 30 * math.cos(math.radians(angle)),
            150 + 30 * math.sin(math.radians(angle)),
            angle,
            96 if i % 2 else 78,
            6,
        )
        inner += leaf(150, 150, angle + 5, 50, 4)
    c.path("M150 190C156 260 146 320 150 404", stroke=DEEP_LEAF, width=9, cap="round")
    c.path(
        "".join(
            leaf(150, y, a, 128, 15) for y, a in ((276, -24), (300, -158), (340, 8), (362, 174))
        ),
        DEEP_LEAF,
    )
    cuts = "".join(
        f"M150 {y}L{num(150 + 104 * math.cos(math.radians(a)))}"
        f" {num(y + 104 * math.sin(math.radians(a)))}"
        for y, a in ((276, -24), (300, -158), (340, 8), (362, 174))
    )
    c.path(cuts, stroke="#efe0c4", width=2.4)
    c.path(rays, DEEP_LEAF)
    c.ellipse(150, 150, 56, 56, "#efe0c4")
    c.path(inner, "#b98a3f")
    c.ellipse(150, 150, 20, 20, DEEP_LEAF)
    c.path(
        "".join(oval(150 + 10 * math.cos(k), 150 + 10 * math.sin(k), 2, 2) for k in range(7)),
        "#efe0c4",
    )


def lake_bath(c: Canvas) -> None:
    """A jetty and three swimmers, seen from above."""
    c.rect(0, 0, 300, 400, "#2f8fa3")
    c.path(
        "".join(
            (
                f"M{-20 + (row % 2) * 30} {18 + row * 27}q15 -12 30 0t30 0t30"
                " 0t30 0t30 0t30 0t30 0t30 0t30 0t30 0t30 0"
            )
            for row in range(15)
        ),
        stroke="#8fd0d2",
        width=3.4,
        opacity=0.75,
    )
    c.path(polygon((0, 250), (186, 250), (186, 400), (126, 400), (126, 310), (0, 310)), "#f2dfb4")
    c.path(
        "".join(f"M{x} 250v60" for x in range(14, 126, 16))
        + "".join(f"M126 {y}h60" for y in range(262, 400, 16)),
        stroke="#c79d5c",
        width=2.6,
    )
    c.path(box(20, 264, 62, 30, 4), RED)
    c.path("M20 272h62M20 282h62", stroke="#f7ead0", width=4)
    for x, y, cap, turn in ((84, 84, RED, -24), (196, 150, HONEY, 16), (236, 46, PAPER, 42)):
        with c.at(x, y, turn=turn):
            c.path("M-54 -22Q-20 -4 0 0Q-20 4 -54 22", stroke="#d9f1ef", width=5, cap="round")
            c.path("M8 0L34 -20M8 0L30 22", stroke="#e9b48c", width=9, cap="round")
            c.ellipse(0, 0, 17, 15, cap)


def river_town(c: Canvas) -> None:
    """Gables and towers above their own reflection."""
    c.rect(0, 0, 300, 400, "#f4e3c3")
    c.ellipse(232, 66, 30, 30, HONEY)
    c.rect(0, 256, 300, 144, "#4b7f9b")
    houses = (
        (6, 44, 92, BRICK),
        (52, 38, 70, HONEY),
        (92, 34, 158, "#355d7c"),
        (128, 46, 84, CHALK),
        (176, 40, 110, BRICK),
        (218, 30, 142, HONEY),
        (250, 46, 78, "#355d7c"),
    )
    for flip, opacity in ((1.0, 1.0), (-1.0, 0.42)):
        with c.faint(opacity), c.at(0, 256, turn=0 if flip > 0 else 180, flip=flip):
            for x, width, height, tone in houses:
                roof = shade(tone, 0.42)
                c.rect(x, -height, width, height, tone)
                peak = height + (58 if height > 130 else 30)
                c.path(
                    polygon((x - 2, -height), (x + width / 2, -peak), (x + width + 2, -height)),
                    roof,
                )
                panes = "".join(
                    box(x + 7 + col * (width - 14) * 0.55, -height + 12 + row * 22, 8, 12)
                    for row in range(int((height - 14) / 22))
                    for col in range(2)
                )
                c.path(panes, shade(tone, 0.55))
    c.path(
        "".join(f"M{10 + (i * 47) % 210} {276 + i * 15}h{44 + (i * 23) % 40}" for i in range(8)),
        stroke="#f4e3c3",
        width=4,
        cap="round",
        opacity=0.8,
    )


def lemons(c: Canvas) -> None:
    """Three lemons with leaves on pink."""
    c.rect(0, 0, 300, 400, "#f3c3b0")
    c.rect(0, 286, 300, 114, "#3f6f8f")
    for x, y, turn, size in ((196, 150, 24, 0.94), (96, 214, -28, 1.0), (196, 300, 8, 1.06)):
        with c.at(x, y, size, turn=turn):
            c.path(
                (
                    "M-76 0C-74 -42 -40 -60 0 -58C34 -58 56 -40 70 -14C84 -10 90"
                    " 0 84 8C74 10 70 14 62 26C44 52 12 60 -18 54C-52 50 -74 30 -76 0z"
                ),
                "#f6c52c",
            )
            c.path("M-70 14C-50 46 10 60 58 28C36 66 -50 66 -70 14z", "#e39a1f", opacity=0.8)
            c.path("M-44 -26Q-20 -44 8 -42", stroke="#fdeaa0", width=7, cap="round")
            c.path(
                "".join(
                    oval(dx, dy, 2.2, 2.2)
                    for dx, dy in ((-20, -6), (4, 10), (24, -12), (-36, 10), (30, 16), (0, -24))
                ),
                "#d98e1a",
            )
    c.path(
        leaf(146, 96, -150, 104, 26) + leaf(34, 176, -80, 92, 24) + leaf(262, 262, -40, 70, 20),
        LEAF,
    )
    c.path("M146 96L64 50M34 176L48 92", stroke="#f3c3b0", width=2.5)


def moon_ridge(c: Canvas) -> None:
    """A full moon over a dark ridge."""
    c.rect(0, 0, 300, 400, c.linear([(0, "#14213d"), (1, "#34507a")], x2=0, y2=1))
    for radius, opacity in ((132, 0.08), (106, 0.1), (84, 0.14)):
        c.ellipse(168, 132, radius, radius, "#cfe0f0", opacity=opacity)
    c.ellipse(168, 132, 60, 60, PAPER)
    c.path(oval(150, 118, 12, 10) + oval(186, 150, 16, 12) + oval(176, 104, 7, 6), "#e4dcc9")
    c.path(_ridge(91, 300, 110), "#24385f")
    c.path(_ridge(77, 344, 90), "#182847")
    c.path(_ridge(58, 388, 60), "#0d172c")
    c.path(
        "".join(
            oval(x, y, 1.6, 1.6)
            for x, y in (
                (30, 40),
                (66, 92),
                (40, 150),
                (262, 40),
                (280, 110),
                (92, 26),
                (240, 214),
                (22, 210),
            )
        ),
        PAPER,
    )


def mountain_lake(c: Canvas) -> None:
    """Two peaks and their exact reflection."""
    c.rect(0, 0, 300, 204, "#f2b98f")
    c.rect(0, 204, 300, 196, "#dd8f6d")
    c.ellipse(84, 70, 26, 26, "#fbe9cf")
    for flip in (1, -1):
        with c.at(0, 204, turn=0 if flip > 0 else 180, flip=flip):
            deep = flip < 0
            c.path(polygon((-20, 0), (110, -150), (220, 0)), "#3d5a78" if not deep else "#34506c")
            c.path(polygon((110, -150), (220, 0), (128, 0), (120, -60)), "#2b435f")
            c.path(
                polygon((110, -150), (140, -110), (118, -100), (104, -118), (88, -124)),
                PAPER if not deep else "#dcd5c8",
            )
            c.path(polygon((130, 0), (224, -112), (330, 0)), "#5f7f93" if not deep else "#527085")
            c.path(polygon((224, -112), (330, 0), (240, 0)), "#456579")
    c.rect(0, 201, 300, 6, "#f8dcb9")
    c.path("M30 300h90M170 330h80M90 362h120", stroke="#f6d2b0", width=4, cap="round", opacity=0.7)


def whitefish(c: Canvas) -> None:
    """Eleven fish in one direction."""
    c.rect(0, 0, 300, 400, "#f2ead8")
    rng = random.Random(9)
    for i in range(11):
        x, y = 74 + (i * 83) % 172 + rng.uniform(-8, 8), 42 + i * 32
        with c.at(x, y, 0.84 + rng.random() * 0.2, turn=rng.uniform(-9, 5)):
            c.path(
                "M-58 0C-34 -26 24 -26 56 -4L82 -20Q74 0 82 18L56 4C24 26 -34 24 -58 0z", "#234c66"
            )
            c.path(
                "M-22 -15Q-14 0 -22 14M-6 -14Q2 0 -6 14M10 -12Q18 0 10 12M26 -9Q32 0 26 9",
                stroke="#f2ead8",
                width=2.6,
            )
            c.ellipse(-42, -3, 3.4, 3.4, "#f2ead8")


def gentian(c: Canvas) -> None:
    """A blue gentian."""
    _flower(c, "#f3ead9", "#2f56a3", 5, 0.62)


def arnica(c: Canvas) -> None:
    """A yellow arnica."""
    _flower(c, "#dfe6dc", "#e7a52e", 14, 0.22)


def edelweiss(c: Canvas) -> None:
    """A pale edelweiss on brick red."""
    _flower(c, "#b9553f", "#f6efe0", 9, 0.3)


def _flower(c: Canvas, ground: str, petal: str, count: int, fat: float) -> None:
    c.rect(0, 0, 300, 400, ground)
    stem = mix(DEEP_LEAF, ground, 0.08)
    c.path("M150 170Q158 300 148 410", stroke=stem, width=10, cap="round")
    c.path(leaf(152, 320, -28, 124, 24) + leaf(152, 356, -156, 120, 24), stem)
    c.path(
        "".join(leaf(150, 160, i * 360 / count - 90, 108, 108 * fat * 0.62) for i in range(count)),
        petal,
    )
    c.path(
        "".join(
            f"M150 160L{num(150 + 70 * math.cos(a))} {num(160 + 70 * math.sin(a))}"
            for a in (math.radians(i * 360 / count - 90) for i in range(count))
        ),
        stroke=shade(petal, 0.3),
        width=3,
        opacity=0.6,
    )
    c.ellipse(150, 160, 24, 24, HONEY if petal != "#e7a52e" else "#b06c1d")
    c.path(
        "".join(oval(150 + 13 * math.cos(k), 160 + 13 * math.sin(k), 3, 3) for k in range(7)),
        shade(HONEY, 0.4),
    )


def month(c: Canvas) -> None:
    """The calendar's picture: hills, a sun and a row of poplars."""
    c.rect(0, 0, 300, 400, "#f6dcc0")
    c.ellipse(206, 120, 62, 62, RED)
    c.path("M0 250C80 190 180 270 300 206V400H0z", SAGE)
    c.path("M0 300C110 250 190 330 300 280V400H0z", MOSS)
    c.path(
        "".join(
            leaf(x, y, -90, tall, 13)
            for x, y, tall in ((52, 296, 104), (84, 290, 126), (116, 296, 92), (232, 300, 86))
        ),
        DEEP_LEAF,
    )
    c.path("M0 352C90 322 200 382 300 340V400H0z", INK)


def paint_strokes(c: Canvas) -> None:
    """A sheet of broad brush marks."""
    c.rect(0, 0, 300, 400, PAPER)
    for i, tone in enumerate((INK, BRICK, HONEY, SKY, OAT)):
        c.path(
            curve([(40, 70 + i * 66), (110, 56 + i * 66), (190, 78 + i * 66), (262, 62 + i * 66)]),
            stroke=tone,
            width=38,
            cap="round",
        )
        c.path(
            curve([(60, 62 + i * 66), (120, 50 + i * 66), (200, 70 + i * 66)]),
            stroke=tint(tone, 0.3),
            width=5,
            cap="round",
            opacity=0.6,
        )
