"""Chairs, tables and what hangs or leans on a wall; origins on the floor in the middle."""

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import BRASS, CHARCOAL, LIGHT, OAK, SHADOW, shade, tint
from tools.demo_art.shapes import (
    box,
    curve,
    ground_shadow,
    oval,
    polygon,
    ring,
    round_light,
)


def _leg(
    c: Canvas, top: tuple[float, float], foot: tuple[float, float], wood: str, *, width: float = 30
) -> None:
    (x, y), (fx, fy), half = top, foot, width / 2
    c.ellipse(fx + 10, fy, width * 1.5, width * 0.3, c.radial([(0, SHADOW, 0.5), (1, SHADOW, 0)]))
    c.path(
        polygon((x - half, y), (x + half, y), (fx + half * 0.5, fy), (fx - half * 0.5, fy)),
        c.linear([(0, tint(wood, 0.24)), (0.5, wood), (1, shade(wood, 0.3))]),
    )


def chair(c: Canvas, wood: str, seat: str) -> None:
    """A dining chair in three-quarter view, 800 high."""
    ground_shadow(c, 20, 0, 270, 50)
    back = shade(wood, 0.2)
    _leg(c, (-120, -380), (-150, -50), back, width=26)
    _leg(c, (250, -390), (290, -52), back, width=26)
    c.path(
        "M-140 -420C-168 -560 -186 -640 -196 -730", stroke=shade(wood, 0.1), width=26, cap="round"
    )
    c.path("M232 -430C262 -560 276 -640 282 -728", stroke=shade(wood, 0.26), width=26, cap="round")
    c.path(
        "M-212 -790C-120 -700 180 -690 300 -786L306 -660C190 -570 -120 -580 -208 -664z",
        c.linear(
            [(0, shade(wood, 0.1)), (0.3, tint(wood, 0.26)), (0.7, wood), (1, shade(wood, 0.24))]
        ),
    )
    c.path(
        "M-200 -770C-110 -684 176 -676 292 -768",
        stroke=tint(wood, 0.5),
        width=5,
        cap="round",
        opacity=0.6,
    )
    c.path(
        (
            "M-232 -372C-230 -330 -200 -316 40 -312S270 -330 274 -380V-352"
            "C266 -306 220 -288 30 -286S-236 -300 -232 -346z"
        ),
        shade(wood, 0.16),
    )
    c.path(
        (
            "M-236 -384C-226 -440 -140 -452 40 -452S260 -440 276 -388C276"
            " -344 190 -328 30 -326S-240 -338 -236 -384z"
        ),
        c.linear([(0, tint(seat, 0.2)), (1, shade(seat, 0.18))], y2=1),
    )
    c.path(
        "M-200 -392C-160 -428 180 -430 236 -396", stroke=LIGHT, width=9, cap="round", opacity=0.22
    )
    _leg(c, (-196, -322), (-250, 0), wood, width=34)
    _leg(c, (212, -318), (236, 10), wood, width=34)


def stool(c: Canvas, colour: str) -> None:
    """A three-legged stool, 560 high."""
    ground_shadow(c, 0, 0, 220, 46)
    _leg(c, (30, -500), (60, -46), shade(colour, 0.24), width=40)
    _leg(c, (-130, -500), (-212, 0), colour, width=44)
    _leg(c, (140, -500), (218, 4), shade(colour, 0.1), width=44)
    c.path("M-168 -270L178 -262", stroke=shade(colour, 0.16), width=20, cap="round")
    c.path("M-250 -540C-250 -490 -170 -466 0 -466S250 -490 250 -540z", round_light(c, colour))
    c.path(
        oval(0, -540, 250, 54),
        c.linear([(0, tint(colour, 0.32)), (1, shade(colour, 0.04))], x2=1, y2=1),
    )
    c.path(
        oval(6, -536, 196, 36),
        c.linear([(0, shade(colour, 0.14)), (1, tint(colour, 0.3))], x2=0.4, y2=1),
    )


def armchair(c: Canvas, fabric: str, *, legs: str = OAK) -> None:
    """A rounded lounge chair, 740 wide and 600 high."""
    ground_shadow(c, 0, 0, 380, 64)
    for x, lean in ((-260, -18), (260, 18)):
        _leg(c, (x, -90), (x + lean, 0), legs, width=40)
    back = "M-310 -120V-380C-310 -540 -210 -600 0 -600S310 -540 310 -380V-120z"
    c.path(
        back,
        c.linear([(0, tint(fabric, 0.3)), (0.5, fabric), (1, shade(fabric, 0.26))], x2=0.7, y2=1),
    )
    c.path(
        "M-232 -250V-370C-226 -480 -150 -512 0 -512S226 -480 232 -370V-250z",
        c.linear(
            [(0, shade(fabric, 0.1)), (0.3, tint(fabric, 0.16)), (1, shade(fabric, 0.16))], y2=1
        ),
    )
    c.path(
        "M-250 -190H250V-84Q0 -66 -250 -84z",
        c.linear([(0, shade(fabric, 0.06)), (1, shade(fabric, 0.3))], x2=0, y2=1),
    )
    c.path(
        "M-262 -268C-262 -318 -200 -326 0 -326S262 -318 262 -268V-214Q262 -172 0 -172T-262 -214z",
        c.linear(
            [(0, tint(fabric, 0.42)), (0.5, tint(fabric, 0.1)), (1, shade(fabric, 0.22))],
            x2=0.1,
            y2=1,
        ),
    )
    c.path(
        "M-256 -226Q0 -196 256 -226", stroke=shade(fabric, 0.4), width=5, cap="round", opacity=0.4
    )
    for sign in (-1, 1):
        light = (
            (tint(fabric, 0.34), fabric, shade(fabric, 0.2))
            if sign < 0
            else (tint(fabric, 0.2), shade(fabric, 0.08), shade(fabric, 0.32))
        )
        with c.at(sign * 300, 0):
            c.path(
                (
                    "M-84 -330C-84 -400 -50 -420 0 -420S84 -400 84 -330V-150C84"
                    " -90 60 -76 0 -76S-84 -90 -84 -150z"
                ),
                c.linear([(i / 2, tone) for i, tone in enumerate(light)], y2=0.6),
            )
            c.path(
                "M-50 -352C-44 -384 -20 -392 10 -392",
                stroke=LIGHT,
                width=12,
                cap="round",
                opacity=0.3,
            )
    loops = "".join(
        f"M{x} {y}q8 -10 16 0"
        for y in range(-570, -100, 42)
        for x in range(-350 + (y // 42 % 2) * 26, 350, 52)
        if abs(x) > 232 or y < -520
    )
    clip = c.clip(
        "M-384 -330C-384 -400 -350 -420 -310 -420C-300 -540 -210 -600"
        " 0 -600S300 -540 310 -420C350 -420 384 -400 384 -330V-150L300"
        " -76H-300L-384 -150z"
    )
    c.path(loops, stroke=shade(fabric, 0.34), width=3, cap="round", opacity=0.3, clip=clip)


def drum_table(c: Canvas, colour: str, *, width: float = 440, height: float = 460) -> None:
    """A waisted metal drum with a lid."""
    r = width / 2
    ground_shadow(c, 0, 0, r, r * 0.2)
    c.path(
        (
            f"M{num(-r)} {num(-height)}C{num(-r * 0.84)} {num(-height * 0.6)}"
            f" {num(-r * 0.84)} {num(-height * 0.4)} {num(-r * 0.98)} 0"
            f"A{num(r * 0.98)} {num(r * 0.17)} 0 0 0 {num(r * 0.98)} 0C{num(r * 0.84)}"
            f" {num(-height * 0.4)} {num(r * 0.84)} {num(-height * 0.6)}"
            f" {num(r)} {num(-height)}z"
        ),
        round_light(c, colour),
    )
    c.path(
        (
            f"M{num(-r * 0.985)} {num(-height + 46)}Q0 {num(-height + 46 + r * 0.33)}"
            f" {num(r * 0.985)} {num(-height + 46)}"
        ),
        stroke=shade(colour, 0.4),
        width=5,
        opacity=0.6,
    )
    c.path(
        oval(0, -height, r, r * 0.17),
        c.linear([(0, tint(colour, 0.42)), (1, tint(colour, 0.06))], y2=1),
    )


def ring_table(c: Canvas, wood: str) -> None:
    """A round table top on two crossing arcs, 340 high."""
    ground_shadow(c, 0, 0, 340, 56)
    c.path("M-300 -20C-300 -330 300 -330 300 -20", stroke=shade(wood, 0.28), width=44, cap="butt")
    c.path("M-150 8C-170 -330 190 -350 170 -46", stroke=wood, width=44)
    c.path("M-162 8C-180 -320 140 -360 160 -100", stroke=tint(wood, 0.4), width=7, opacity=0.6)
    c.path(
        "M-440 -330C-440 -290 -260 -256 0 -256S440 -290 440 -330z", round_light(c, shade(wood, 0.1))
    )
    c.path(
        oval(0, -330, 440, 76),
        c.linear([(0, tint(wood, 0.42)), (1, shade(wood, 0.04))], x2=1, y2=0.6),
    )
    clip = c.clip(oval(0, -330, 440, 76))
    grain = "".join(
        f"M-440 {y}C-200 {y - 14} 160 {y + 16} 440 {y - 4}" for y in range(-392, -262, 18)
    )
    c.path(grain, stroke=shade(wood, 0.3), width=3, clip=clip, opacity=0.4)


def bench(c: Canvas, wood: str) -> None:
    """A slim bench, 900 wide and 360 high."""
    ground_shadow(c, 0, 0, 460, 50)
    for x, lean, dark in ((-330, -20, 0.24), (350, 20, 0.24)):
        _leg(c, (x, -320), (x + lean, -40), shade(wood, dark), width=36)
    for x, lean in ((-400, -26), (390, 26)):
        _leg(c, (x, -310), (x + lean, 6), wood, width=42)
    c.path(
        "M-480 -356Q0 -330 480 -356V-318Q0 -292 -480 -318z",
        c.linear([(0, wood), (1, shade(wood, 0.3))], x2=0, y2=1),
    )
    c.path(
        "M-440 -404Q0 -384 440 -404L480 -354Q0 -328 -480 -354z",
        c.linear([(0, tint(wood, 0.46)), (1, tint(wood, 0.08))], x2=1, y2=0.5),
    )
    c.path(
        "M-430 -388Q0 -366 446 -386M-452 -370Q0 -346 462 -368",
        stroke=shade(wood, 0.25),
        width=3,
        opacity=0.45,
    )


def bookcase(c: Canvas, wood: str) -> None:
    """A leaning bookcase, 460 wide and 1120 high, without its contents."""
    ground_shadow(c, 40, 0, 280, 40)
    c.path(
        polygon((-180, -1120), (180, -1120), (236, 0), (-236, 0)), shade(wood, 0.55), opacity=0.14
    )
    for i, y in enumerate((-1020, -800, -570, -330, -80)):
        half = 190 + i * 11
        depth = 18 + i * 9
        c.path(
            polygon(
                (-half, y),
                (half, y),
                (half + depth * 0.3, y + depth),
                (-half - depth * 0.3, y + depth),
            ),
            c.linear([(0, tint(wood, 0.42)), (1, tint(wood, 0.1))], x2=1, y2=0.4),
        )
        c.rect(-half - depth * 0.3, y + depth, 2 * half + depth * 0.6, 20, shade(wood, 0.12))
    for sign in (-1, 1):
        c.path(
            polygon((sign * 178, -1124), (sign * 206, -1124), (sign * 268, 6), (sign * 236, 6)),
            c.linear([(0, tint(wood, 0.2)), (1, shade(wood, 0.25))]),
        )


def books(c: Canvas, spec: list[tuple[float, float, str]]) -> None:
    """Standing books, given as (width, height, colour), from the origin to the right."""
    x = 0.0
    for width, height, colour in spec:
        c.rect(
            x,
            -height,
            width,
            height,
            c.linear([(0, tint(colour, 0.24)), (0.3, colour), (1, shade(colour, 0.22))]),
            radius=4,
        )
        c.rect(x + width * 0.2, -height * 0.82, width * 0.6, 7, LIGHT, opacity=0.55)
        x += width + 2


def book_pile(c: Canvas, spec: list[tuple[float, float, str]]) -> None:
    """Lying books, given as (width, thickness, colour), from the bottom up."""
    y = 0.0
    ground_shadow(c, 0, 0, spec[0][0] / 2, 26)
    for i, (width, thick, colour) in enumerate(spec):
        x = -width / 2 + (i % 2) * 16 - 8
        c.path(
            box(x, y - thick, width, thick, 8),
            c.linear([(0, tint(colour, 0.2)), (1, shade(colour, 0.24))], x2=0, y2=1),
        )
        c.rect(x + width - 26, y - thick + 9, 26, thick - 18, "#f6ecd9")
        c.rect(x + 34, y - thick * 0.62, width * 0.3, thick * 0.2, LIGHT, opacity=0.5)
        y -= thick + 1


def peg_rail(c: Canvas, colour: str, pegs: str, *, width: float = 900, count: int = 5) -> None:
    """A chamfered board with pegs, its left end at the origin."""
    c.rect(16, 26, width, 96, shade(colour, 0.7), opacity=0.16, radius=8)
    c.path(
        box(0, 0, width, 96, 8),
        c.linear(
            [(0, tint(colour, 0.34)), (0.16, colour), (0.86, colour), (1, shade(colour, 0.22))],
            x2=0,
            y2=1,
        ),
    )
    for i in range(count):
        x = width * (i + 0.5) / count
        c.path(
            curve([(x + 20, 66), (x + 30, 104)]),
            stroke=shade(colour, 0.5),
            width=26,
            cap="round",
            opacity=0.35,
        )
        c.ellipse(
            x,
            50,
            27,
            27,
            c.radial(
                [(0, tint(pegs, 0.5)), (0.7, pegs), (1, shade(pegs, 0.3))],
                cx=0.36,
                cy=0.3,
                radius=0.75,
            ),
        )


def pond_mirror(c: Canvas, wood: str) -> None:
    """An irregular mirror around the origin, about 620 wide."""
    shape = [
        (-300.0, -40.0),
        (-210.0, -300.0),
        (90.0, -350.0),
        (310.0, -150.0),
        (270.0, 190.0),
        (20.0, 330.0),
        (-230.0, 240.0),
    ]
    d = ring(shape)
    for step in (3, 2, 1):
        with c.at(step * 10, step * 14):
            c.path(d, shade(wood, 0.7), opacity=0.08)
    c.path(d, c.linear([(0, "#f7fbfa"), (0.45, "#cfdedd"), (1, "#a9bfc2")], x2=0.8, y2=1))
    clip = c.clip(d)
    c.path(
        "M-420 180L180 -460L300 -460L-300 180zM-220 330L420 -350L470 -330L-150 340z",
        "#ffffff",
        clip=clip,
        opacity=0.42,
    )
    c.path(d, stroke=shade(wood, 0.12), width=24)
    c.path(d, stroke=tint(wood, 0.3), width=9, opacity=0.8)


def clock(c: Canvas, face: str, hand: str, *, radius: float = 330) -> None:
    """A wall clock around the origin, at ten past ten."""
    for step in (4, 3, 2, 1):
        c.ellipse(
            step * 12,
            step * 17,
            radius + step * 4,
            radius + step * 4,
            shade(face, 0.8),
            opacity=0.06,
        )
    c.ellipse(
        0, 0, radius, radius, c.linear([(0, tint(face, 0.5)), (1, shade(face, 0.3))], x2=0.8, y2=1)
    )
    c.ellipse(
        0,
        0,
        radius * 0.93,
        radius * 0.93,
        c.linear([(0, shade(face, 0.14)), (0.5, face), (1, tint(face, 0.26))], x2=0.8, y2=1),
    )
    for i in range(12):
        with c.at(0, 0, turn=i * 30):
            long = 46 if i % 3 == 0 else 26
            c.rect(-5, -radius * 0.84, 10, long, LIGHT, radius=5, opacity=0.95)
    with c.at(0, 0, turn=-54):
        c.rect(-11, -radius * 0.5, 22, radius * 0.56, CHARCOAL, radius=11)
    with c.at(0, 0, turn=62):
        c.rect(-8, -radius * 0.76, 16, radius * 0.9, hand, radius=8)
    c.ellipse(
        0,
        0,
        26,
        26,
        c.radial([(0, tint(BRASS, 0.7)), (1, shade(BRASS, 0.2))], cx=0.35, cy=0.3, radius=0.8),
    )


def sideboard(c: Canvas, wood: str, *, width: float, height: float = 300) -> None:
    """A low cabinet; the origin is the middle of its top edge."""
    half = width / 2
    ground_shadow(c, 0, height + 70, half, 40)
    for x in (-half + 60, half - 60):
        _leg(c, (x, height), (x, height + 70), shade(wood, 0.3), width=30)
    c.path(
        box(-half, 0, width, height, 8),
        c.linear([(0, tint(wood, 0.12)), (1, shade(wood, 0.16))], x2=1, y2=1),
    )
    c.rect(-half, 0, width, 22, tint(wood, 0.36), radius=6)
    for i in range(1, 3):
        c.rect(-half + width * i / 3 - 2, 26, 4, height - 30, shade(wood, 0.4), opacity=0.6)
    for i in range(3):
        c.ellipse(-half + width * (i + 0.5) / 3, 90, 13, 13, tint(BRASS, 0.2))
