"""Lamps and the light they give; origins at the foot, or at the ceiling for those that hang."""

import math

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import BRASS, CHARCOAL, LIGHT, shade, tint
from tools.demo_art.shapes import box, ground_shadow, oval, polygon, round_light
from tools.demo_art.vessels import Finish, vessel

GLOW = "#ffe3a6"


def glow(c: Canvas, x: float, y: float, rx: float, ry: float, *, strength: float = 1) -> None:
    """Warm light in the air."""
    c.ellipse(
        x, y, rx, ry, c.radial([(0, GLOW, 0.85), (0.5, GLOW, 0.3), (1, GLOW, 0)]), opacity=strength
    )


def light_cone(c: Canvas, y: float, top: float, bottom: float, depth: float) -> None:
    """Light falling out of a shade at `y`, and the pool it makes on the surface."""
    c.path(
        polygon((-top, y), (top, y), (bottom, y + depth), (-bottom, y + depth)),
        c.linear([(0, GLOW, 0.62), (1, GLOW, 0.02)], x2=0, y2=1),
    )
    c.ellipse(0, y + depth, bottom * 1.1, bottom * 0.24, c.radial([(0, GLOW, 0.85), (1, GLOW, 0)]))


def mushroom_lamp(c: Canvas, colour: str) -> None:
    """A domed hood on a trumpet foot, 620 high."""
    glow(c, 0, -300, 520, 420, strength=0.7)
    light_cone(c, -360, 240, 330, 370)
    vessel(c, [(34, 380), (36, 200), (60, 70), (138, 22), (144, 0)], Finish(glaze=colour))
    c.path("M-300 -360C-296 -520 -170 -620 0 -620S296 -520 300 -360z", round_light(c, colour))
    c.path(oval(0, -360, 300, 46), c.linear([(0, "#fff1c9"), (1, "#ffd98c")], x2=0, y2=1))
    c.path(oval(0, -360, 300, 46), stroke=shade(colour, 0.2), width=7)
    c.ellipse(0, -356, 70, 20, "#fffbe8")
    c.path(
        "M-214 -440C-190 -530 -110 -580 -40 -590", stroke=LIGHT, width=20, cap="round", opacity=0.4
    )
    c.path("M140 -6C300 10 420 10 640 -14", stroke=shade(colour, 0.5), width=6, cap="round")


def globe_lamp(c: Canvas, wood: str, *, radius: float = 210) -> None:
    """An opal globe on a turned base."""
    glow(c, 0, -radius - 120, radius * 2.6, radius * 2.4)
    vessel(c, [(72, 130), (82, 90), (130, 34), (140, 0)], Finish(glaze=wood))
    c.ellipse(
        0,
        -radius - 116,
        radius,
        radius,
        c.radial([(0, "#fffdf4"), (0.55, "#fff3cf"), (1, "#f4d79b")], cx=0.45, cy=0.45, radius=0.6),
    )
    c.path(
        (
            f"M{num(-radius * 0.6)} {num(-radius * 1.5 - 116)}A{num(radius)}"
            f" {num(radius)} 0 0 0 {num(-radius * 0.86)} {num(-radius * 1.1 - 116)}"
        ),
        stroke="#fff",
        width=14,
        cap="round",
        opacity=0.8,
    )


def pleated_lamp(c: Canvas, foot: str, fabric: str) -> None:
    """A pleated conical shade on a round ceramic foot, 760 high."""
    glow(c, 0, -540, 560, 480, strength=0.8)
    vessel(
        c,
        [(34, 350), (50, 320), (180, 190), (176, 80), (110, 0)],
        Finish(glaze=foot, dots=shade(foot, 0.5)),
    )
    c.rect(-14, -420, 28, 80, BRASS)
    d = "M-170 -760H170L330 -400Q0 -352 -330 -400z"
    c.path(
        d,
        c.linear(
            [(0, shade(fabric, 0.12)), (0.35, "#fff2cf"), (0.6, "#ffeab8"), (1, shade(fabric, 0.2))]
        ),
    )
    clip = c.clip(d)
    folds = "".join(
        f"M{num(170 * t)} -764L{num(330 * t)} -{392 - 24 * (1 - t * t):.0f}"
        for t in (i / 16 for i in range(-16, 17))
    )
    c.path(folds, stroke=shade(fabric, 0.45), width=3, clip=clip, opacity=0.42)
    c.path(
        "M-170 -760H170M-330 -400Q0 -352 330 -400", stroke=shade(fabric, 0.3), width=8, cap="round"
    )


def pendant(c: Canvas, colour: str, *, drop: float, radius: float = 380) -> None:
    """A wide metal shade hanging from the ceiling."""
    c.path(f"M0 0V{num(drop)}", stroke=CHARCOAL, width=6)
    with c.at(0, drop):
        light_cone(c, 196, radius * 0.8, radius * 1.05, 560)
        c.rect(-26, -46, 52, 60, BRASS, radius=10)
        c.path(
            (
                f"M{num(-radius)} 190C{num(-radius * 0.86)} 120 {num(-radius * 0.3)}"
                f" 96 -54 10H54C{num(radius * 0.3)} 96 {num(radius * 0.86)} 120"
                f" {num(radius)} 190z"
            ),
            round_light(c, colour),
        )
        c.path(oval(0, 190, radius, 34), c.linear([(0, "#fff6da"), (1, "#ffe0a0")], x2=0, y2=1))
        c.path(
            f"M{num(-radius)} 190A{num(radius)} 34 0 0 0 {num(radius)} 190",
            stroke=shade(colour, 0.12),
            width=9,
        )
        c.ellipse(0, 196, 74, 20, "#fffdf2")


def paper_lantern(c: Canvas, *, drop: float, radius: float = 330) -> None:
    """A ribbed paper globe."""
    c.path(f"M0 0V{num(drop)}", stroke=CHARCOAL, width=5)
    with c.at(0, drop + radius * 0.92):
        glow(c, 0, 0, radius * 1.9, radius * 1.8)
        d = oval(0, 0, radius, radius * 0.92)
        c.path(
            d,
            c.radial(
                [(0, "#fffdf2"), (0.5, "#fff4d6"), (1, "#f0d3a0")], cx=0.5, cy=0.55, radius=0.58
            ),
        )
        clip = c.clip(d)
        ribs = ""
        for i in range(-11, 12):
            y = radius * 0.92 * math.sin(i / 12 * math.pi / 2)
            half = radius * math.sqrt(max(0, 1 - (y / (radius * 0.92)) ** 2))
            ribs += f"M{num(-half)} {num(y)}Q0 {num(y + 24 + i)} {num(half)} {num(y)}"
        c.path(ribs, stroke="#b98f57", width=3, clip=clip, opacity=0.42)
        c.rect(-54, -radius * 0.94, 108, 18, CHARCOAL, radius=6)


def arc_lamp(c: Canvas, colour: str) -> None:
    """A tall arc over the reader's shoulder; 1050 high, reaching 520 to the left."""
    ground_shadow(c, 0, 0, 110)
    c.path(
        "M0 -40C20 -760 -120 -1060 -360 -1020C-470 -1000 -520 -930 -520 -840",
        stroke=shade(colour, 0.1),
        width=16,
        cap="round",
    )
    c.path(
        "M-4 -40C14 -760 -126 -1054 -360 -1014",
        stroke=tint(colour, 0.35),
        width=4,
        cap="round",
        opacity=0.6,
    )
    vessel(
        c,
        [(100, 46), (108, 30), (108, 0)],
        Finish(glaze=shade(colour, 0.1), inside=tint(colour, 0.1)),
        shadow=False,
    )
    with c.at(-520, -840):
        light_cone(c, 100, 120, 300, 520)
        c.path("M-150 100C-146 10 -80 -30 0 -30S146 10 150 100z", round_light(c, colour))
        c.path(oval(0, 100, 150, 22), "#ffedbd")


def desk_lamp(c: Canvas, colour: str) -> None:
    """A jointed lamp; foot at the origin, head up to the left."""
    metal = shade(colour, 0.06)
    vessel(c, [(150, 34), (158, 22), (158, 0)], Finish(glaze=colour, inside=colour))
    c.path("M0 -40L230 -400", stroke=metal, width=20, cap="round")
    c.path("M230 -400L-120 -700", stroke=metal, width=20, cap="round")
    c.path(
        "M-4 -44L222 -398M226 -410L-116 -704",
        stroke=tint(colour, 0.4),
        width=5,
        cap="round",
        opacity=0.7,
    )
    for x, y in ((0, -44), (230, -400), (-120, -700)):
        c.ellipse(
            x,
            y,
            24,
            24,
            c.radial([(0, tint(BRASS, 0.6)), (1, shade(BRASS, 0.2))], cx=0.35, cy=0.3, radius=0.8),
        )
    with c.at(-150, -690, turn=24):
        c.path(
            polygon((-130, 92), (130, 92), (300, 640), (-300, 640)),
            c.linear([(0, GLOW, 0.6), (1, GLOW, 0)], x2=0, y2=1),
        )
        c.path("M-140 90C-136 -10 -66 -60 0 -60S136 -10 140 90z", round_light(c, colour))
        c.path(oval(0, 90, 140, 26), "#ffefc4")
        c.path(box(-22, -92, 44, 40, 10), metal)
