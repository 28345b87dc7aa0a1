"""Wood, wicker and metal for the table and the shelf; origins at the middle of the base."""

import random

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import BRASS, CHARCOAL, LIGHT, SHADOW, TERRACOTTA, shade, tint
from tools.demo_art.shapes import box, curve, ground_shadow, oval, round_light
from tools.demo_art.vessels import TILT, Finish, vessel


def turned(
    c: Canvas, x: float, y: float, radius: float, height: float, colour: str, *, belly: float = 0
) -> None:
    """One turned disc, cone or bead whose base is centred on `x, y`."""
    with c.at(x, y):
        c.path(
            (
                f"M{num(-radius)} {num(-height)}C{num(-radius - belly)} {num(-height * 0.7)}"
                f" {num(-radius - belly)} {num(-height * 0.3)} {num(-radius)} 0"
                f"A{num(radius)} {num(radius * TILT)} 0 0 0 {num(radius)} 0C{num(radius + belly)}"
                f" {num(-height * 0.3)} {num(radius + belly)} {num(-height * 0.7)}"
                f" {num(radius)} {num(-height)}z"
            ),
            round_light(c, colour),
        )
        c.path(oval(0, -height, radius, radius * TILT), tint(colour, 0.34))


def pepper_mill(c: Canvas, colours: tuple[str, str, str]) -> None:
    """Three stacked shapes with a brass nut, 720 high."""
    ground_shadow(c, 0, 0, 130)
    turned(c, 0, 0, 118, 210, colours[0], belly=30)
    turned(c, 0, -214, 70, 60, shade(colours[2], 0.12))
    turned(c, 0, -278, 108, 200, colours[1], belly=48)
    turned(c, 0, -482, 58, 40, shade(colours[2], 0.12))
    turned(c, 0, -524, 66, 130, colours[2], belly=60)
    c.ellipse(
        0,
        -684,
        26,
        26,
        c.radial([(0, tint(BRASS, 0.7)), (1, shade(BRASS, 0.25))], cx=0.35, cy=0.3, radius=0.8),
    )


def candle_stack(c: Canvas) -> None:
    """Rings of wood and brass to put a taper on, 330 high."""
    ground_shadow(c, 0, 0, 180)
    for y, radius, height, colour, belly in (
        (0, 170, 46, "#80563a", 6),
        (-50, 106, 52, "#dc9f43", 22),
        (-106, 140, 30, BRASS, 8),
        (-140, 92, 66, "#a5b597", 26),
        (-210, 118, 34, "#d3a56f", 12),
        (-248, 62, 64, "#c06c4c", 10),
    ):
        turned(c, 0, y, radius, height, colour, belly=belly)


def tray(c: Canvas, wood: str, *, radius: float = 430) -> None:
    """A round tray with a bent rim."""
    k = 0.24
    ground_shadow(c, 0, 10, radius, radius * 0.26)
    c.path(
        f"M{num(-radius)} -54V-6A{num(radius)} {num(radius * k)} 0 0 0 {num(radius)} -6V-54z",
        round_light(c, wood),
    )
    c.path(oval(0, -54, radius, radius * k), tint(wood, 0.34))
    c.path(
        oval(0, -50, radius * 0.965, radius * k * 0.95),
        c.linear([(0, shade(wood, 0.3)), (0.4, wood), (1, tint(wood, 0.3))], x2=0.2, y2=1),
    )
    clip = c.clip(oval(0, -46, radius * 0.95, radius * k * 0.92))
    grain = "".join(
        (
            f"M{num(-radius)} {num(-46 + i * 17)}C-160 {num(-56 + i * 17)}"
            f" 140 {num(-34 + i * 17)} {num(radius)} {num(-48 + i * 17)}"
        )
        for i in range(-5, 6)
    )
    c.path(grain, stroke=shade(wood, 0.34), width=3, clip=clip, opacity=0.4)


def board(c: Canvas, wood: str) -> None:
    """A bread board leaning on the wall, 620 high, with its hanging loop."""
    ground_shadow(c, 0, 0, 250, 36)
    d = (
        "M-220 -500Q-220 -560 -150 -566C-70 -572 -60 -590 -60 -640V-700"
        "A60 60 0 0 1 60 -700V-640C60 -590 70 -572 150 -566Q220 -560"
        " 220 -500V-40Q220 0 180 0H-180Q-220 0 -220 -40z"
    )
    with c.at(16, 4):
        c.path(d, shade(wood, 0.55), opacity=0.6)
    c.path(d, c.linear([(0, tint(wood, 0.34)), (0.6, wood), (1, shade(wood, 0.16))], x2=1, y2=1))
    clip = c.clip(d)
    rng = random.Random(6)
    grain = "".join(
        (
            f"M{x} 10C{num(x + rng.uniform(-18, 18))} -200 {num(x + rng.uniform(-18, 18))}"
            f" -420 {num(x * 0.8)} -780"
        )
        for x in range(-200, 220, 36)
    )
    c.path(grain, stroke=shade(wood, 0.34), width=4, clip=clip, opacity=0.36)
    c.path(oval(0, -692, 22, 22), SHADOW, opacity=0.7)
    c.path("M-4 -694C-60 -800 70 -830 10 -694", stroke="#6b4330", width=12, cap="round")


def loaf(c: Canvas) -> None:
    """A round country loaf with a scored crust."""
    ground_shadow(c, 0, 0, 220, 36)
    d = "M-240 -60C-250 -190 -130 -250 0 -250S250 -190 240 -60C230 0 120 12 0 12S-230 0 -240 -60z"
    c.path(d, c.linear([(0, "#e9bf85"), (0.5, "#c98a4d"), (1, "#8a5530")], x2=0.5, y2=1))
    clip = c.clip(d)
    c.path(
        (
            "M-170 -190C-110 -110 -100 -40 -130 20M-60 -240C0 -150 10 -50"
            " -14 20M60 -240C120 -160 136 -60 110 10"
        ),
        stroke="#f4dcb0",
        width=24,
        cap="round",
        clip=clip,
        opacity=0.85,
    )
    c.path(
        "M-180 -150C-120 -220 -40 -236 20 -236",
        stroke=LIGHT,
        width=22,
        cap="round",
        clip=clip,
        opacity=0.4,
    )


def pear(c: Canvas, colour: str) -> None:
    """A pear with stalk and leaf, 200 high."""
    ground_shadow(c, 0, 0, 62, 14)
    c.path(
        (
            "M0 -190C-40 -190 -42 -130 -66 -96C-100 -50 -70 4 0 4S100 -50"
            " 66 -96C42 -130 40 -190 0 -190z"
        ),
        c.radial(
            [(0, tint(colour, 0.5)), (0.6, colour), (1, shade(colour, 0.34))],
            cx=0.36,
            cy=0.5,
            radius=0.7,
        ),
    )
    c.path("M0 -188Q4 -220 22 -232", stroke="#5a4030", width=9, cap="round")


def lemon(c: Canvas, colour: str = "#eec043") -> None:
    """A lemon, 150 wide, around the origin."""
    c.path(
        (
            "M-76 0C-74 -42 -40 -60 0 -58C34 -58 56 -40 70 -14C84 -10 90"
            " 0 84 8C74 10 70 14 62 26C44 52 12 60 -18 54C-52 50 -74 30 -76 0z"
        ),
        c.radial(
            [(0, tint(colour, 0.55)), (0.55, colour), (1, shade(colour, 0.3))],
            cx=0.36,
            cy=0.3,
            radius=0.8,
        ),
    )


def platter(c: Canvas, glaze: str) -> None:
    """A long oval dish with a bare rim."""
    k = 0.26
    ground_shadow(c, 0, 30, 440, 90)
    c.path(
        f"M-470 -30C-460 50 -300 {num(470 * k)} 0 {num(470 * k)}S460 50 470 -30z",
        round_light(c, shade(TERRACOTTA, 0.06)),
    )
    c.path(oval(0, -30, 470, 470 * k), tint(TERRACOTTA, 0.2))
    c.path(
        oval(0, -27, 448, 448 * k),
        c.linear([(0, shade(glaze, 0.2)), (0.5, glaze), (1, tint(glaze, 0.5))], x2=0.2, y2=1),
    )
    c.path(
        oval(0, -10, 350, 350 * k * 0.9),
        c.linear([(0, shade(glaze, 0.08)), (1, tint(glaze, 0.3))], x2=0.2, y2=1),
    )


def basket(
    c: Canvas,
    straw: str,
    leather: str,
    *,
    radius: float = 300,
    height: float = 380,
    filled: str = "",
) -> None:
    """A coiled basket with two leather handles."""
    profile = [
        (radius, height),
        (radius * 1.04, height * 0.6),
        (radius * 0.96, height * 0.2),
        (radius * 0.84, 0),
    ]
    c.path(oval(0, -height, radius, radius * TILT), shade(straw, 0.5))
    if filled:
        c.path(
            (
                f"M{num(-radius * 0.9)} {num(-height)}v{num(radius * 0.3)}h{num(radius * 1.8)}"
                f"v{num(-radius * 0.3)}"
                f"H{num(-radius * 0.86)}C{num(-radius * 0.8)} {num(-height - 110)}"
                f" {num(-radius * 0.3)} {num(-height - 150)} 0 {num(-height - 104)}"
                f"S{num(radius * 0.74)} {num(-height - 130)} {num(radius * 0.86)}"
                f" {num(-height)}z"
            ),
            c.linear(
                [(0, tint(filled, 0.36)), (0.5, filled), (1, shade(filled, 0.25))], x2=0.6, y2=1
            ),
        )
        c.path(
            (
                f"M{num(-radius * 0.4)} {num(-height)}Q{num(-radius * 0.3)} {num(-height - 80)}"
                f" {num(-radius * 0.1)} {num(-height - 112)}M{num(radius * 0.3)}"
                f" {num(-height)}Q{num(radius * 0.26)} {num(-height - 70)} {num(radius * 0.5)}"
                f" {num(-height - 104)}"
            ),
            stroke=shade(filled, 0.34),
            width=7,
            cap="round",
            opacity=0.6,
        )
    right = [(r, -h) for r, h in profile]
    left = [(-r, -h) for r, h in reversed(profile)]
    base = profile[-1][0]
    d = (
        curve(right)
        + f"A{num(base)} {num(base * TILT)} 0 0 1 {num(-base)} 0"
        + curve(left, start="L")
        + f"A{num(radius)} {num(radius * TILT)} 0 0 0 {num(radius)} {num(-height)}Z"
    )
    ground_shadow(c, 0, base * TILT * 0.5, base)
    c.path(d, round_light(c, straw))
    clip = c.clip(d)
    rows = int(height / 30) + 2
    coils = "".join(
        (
            f"M{num(-radius * 1.1)} {num(-height + i * 30)}q{num(radius * 1.1)}"
            f" {num(radius * TILT * 2)} {num(radius * 2.2)} 0"
        )
        for i in range(rows)
    )
    c.path(coils, stroke=shade(straw, 0.4), width=5, clip=clip, opacity=0.55)
    c.path(coils, stroke=shade(straw, 0.32), width=24, clip=clip, opacity=0.3, dash="5 19")
    c.path(
        (
            f"M{num(-radius)} {num(-height)}A{num(radius)} {num(radius * TILT)}"
            f" 0 0 0 {num(radius)} {num(-height)}"
        ),
        stroke=tint(straw, 0.3),
        width=20,
    )
    for sign in (-1, 1):
        x = sign * radius * 0.56
        y = -height + radius * 0.13
        c.path(
            (
                f"M{num(x - 62)} {num(y + 66)}C{num(x - 56)} {num(y - 70)} {num(x + 56)}"
                f" {num(y - 70)} {num(x + 62)} {num(y + 66)}"
            ),
            stroke=leather,
            width=20,
            cap="round",
        )
        c.path(
            f"M{num(x - 62)} {num(y + 66)}h.1M{num(x + 62)} {num(y + 66)}h.1",
            stroke=BRASS,
            width=14,
            cap="round",
        )


def ring_vase(c: Canvas, colour: str) -> None:
    """A hollow ring standing on edge with a short neck, 560 high."""
    ground_shadow(c, 0, 0, 130, 34)
    turned(c, 0, 4, 96, 34, shade(colour, 0.12))
    paint = c.linear(
        [(0, tint(colour, 0.32)), (0.5, colour), (1, shade(colour, 0.32))], x2=0.8, y2=1
    )
    c.path(oval(0, -250, 164, 164), stroke=paint, width=108)
    c.path("M-176 -330A196 196 0 0 1 40 -444", stroke=LIGHT, width=18, cap="round", opacity=0.34)
    c.path(
        "M92 -176A118 118 0 0 1 -104 -198",
        stroke=shade(colour, 0.5),
        width=12,
        cap="round",
        opacity=0.4,
    )
    with c.at(0, -440):
        vessel(c, [(52, 100), (42, 60), (52, 0)], Finish(glaze=colour), shadow=False)


def watering_can(c: Canvas, colour: str) -> None:
    """A small can with a long spout to the left, 420 high."""
    c.path("M110 -330C330 -420 330 -60 160 -70", stroke=shade(colour, 0.16), width=26, cap="round")
    c.path(
        "M112 -334C320 -412 322 -70 164 -76",
        stroke=tint(colour, 0.4),
        width=6,
        cap="round",
        opacity=0.7,
    )
    c.path(
        "M-150 -60C-270 -90 -300 -300 -470 -480L-440 -500C-290 -350 -260 -200 -140 -170z",
        c.linear([(0, tint(colour, 0.3)), (1, shade(colour, 0.25))], x2=0.4, y2=1),
    )
    with c.at(-458, -494, turn=-44):
        c.path("M-24 18L-50 -30H50L24 18z", BRASS)
        c.path(oval(0, -30, 50, 13), tint(BRASS, 0.4))
    vessel(
        c,
        [(96, 330), (124, 300), (168, 160), (178, 0)],
        Finish(glaze=colour, band=tint(colour, 0.34), band_at=30, band_width=8),
    )
    c.path("M-70 -340C-60 -440 60 -440 80 -334", stroke=shade(colour, 0.2), width=22, cap="round")


def desk_tray(
    c: Canvas, x: float, y: float, width: float, height: float, wood: str, felt: str
) -> None:
    """A tray seen from above with a felt base, upper left corner at `x, y`."""
    for step in (4, 3, 2, 1):
        c.rect(x + step * 6, y + step * 9, width, height, SHADOW, radius=26, opacity=0.08)
    c.path(
        box(x, y, width, height, 26),
        c.linear([(0, tint(wood, 0.36)), (1, shade(wood, 0.1))], x2=1, y2=1),
    )
    c.path(box(x + 20, y + 20, width - 40, height - 40, 14), felt)
    c.path(
        (
            f"M{num(x + 22)} {num(y + height - 34)}V{num(y + 34)}Q{num(x + 22)}"
            f" {num(y + 22)} {num(x + 36)} {num(y + 22)}H{num(x + width - 34)}"
        ),
        stroke=SHADOW,
        width=14,
        cap="round",
        opacity=0.24,
    )


def straw_hat(c: Canvas, straw: str, ribbon: str) -> None:
    """A hat hanging on a peg at the origin."""
    c.ellipse(14, 128, 176, 150, SHADOW, opacity=0.14)
    c.ellipse(
        0, 110, 176, 150, c.linear([(0, tint(straw, 0.3)), (1, shade(straw, 0.2))], x2=0.8, y2=1)
    )
    rings = "".join(oval(0, 110, r, r * 0.85) for r in (160, 142, 124))
    c.path(rings, stroke=shade(straw, 0.4), width=3, opacity=0.4)
    c.ellipse(0, 104, 104, 88, ribbon)
    c.ellipse(
        0,
        100,
        88,
        76,
        c.radial([(0, tint(straw, 0.45)), (1, shade(straw, 0.16))], cx=0.36, cy=0.3, radius=0.8),
    )


def tote(c: Canvas, cloth: str, mark: str) -> None:
    """A cloth bag hanging on a peg at the origin."""
    c.path(
        "M-60 190C-70 40 -10 0 0 0S70 40 60 190", stroke=shade(cloth, 0.2), width=16, cap="round"
    )
    c.path("M-132 196L138 204L150 560Q10 590 -140 560z", SHADOW, opacity=0.14)
    c.path(
        "M-140 186H140L152 540Q0 566 -152 540z",
        c.linear([(0, tint(cloth, 0.3)), (0.5, cloth), (1, shade(cloth, 0.18))], x2=1, y2=0.4),
    )
    c.path("M-64 420a64 64 0 0 1 128 0z", mark)
    c.path(oval(0, 316, 22, 22), mark)
    c.path("M-136 206H138", stroke=shade(cloth, 0.36), width=3, opacity=0.6)


def key(c: Canvas) -> None:
    """A small key from above."""
    c.path(oval(0, 0, 34, 34), stroke=BRASS, width=13)
    c.path("M34 0H150M122 0V26M146 0V30", stroke=BRASS, width=13)


def clips(c: Canvas) -> None:
    """A few paper clips from above."""
    for x, y, turn in ((0, 0, 20), (70, 40, -40), (20, 92, 70)):
        with c.at(x, y, turn=turn):
            c.path(
                "M0 0V52a14 14 0 0 0 28 0V-10a20 20 0 0 0 -40 0V56",
                stroke=CHARCOAL,
                width=5,
                cap="round",
            )
