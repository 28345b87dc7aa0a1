"""Frames, books, cards and what lies on a desk."""

import random
from collections.abc import Sequence

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import BRASS, CHARCOAL, LIGHT, PAPER, SHADOW, shade, tint
from tools.demo_art.prints import Artwork
from tools.demo_art.shapes import box, leaf, oval, polygon, wall_shadow


def frame(
    c: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    moulding: str,
    art: Artwork | None,
    *,
    mat: float = 0.1,
    bar: float = 26,
    mount: str = PAPER,
) -> None:
    """A framed picture with its upper left corner at `x, y`; `mat` is a share of the width."""
    wall_shadow(c, x, y, width, height, depth=min(1, width / 640))
    c.path(
        box(x, y, width, height, 4),
        c.linear(
            [(0, tint(moulding, 0.35)), (0.5, moulding), (1, shade(moulding, 0.3))], x2=1, y2=1
        ),
    )
    inner = (x + bar, y + bar, width - 2 * bar, height - 2 * bar)
    c.rect(*inner, mount)
    c.path(
        f"M{num(inner[0])} {num(inner[1] + inner[3])}V{num(inner[1])}H{num(inner[0] + inner[2])}",
        stroke=SHADOW,
        width=12,
        opacity=0.16,
    )
    margin = width * mat
    if art:
        with c.window(
            inner[0] + margin,
            inner[1] + margin,
            inner[2] - 2 * margin,
            inner[3] - 2 * margin,
            "0 0 300 400",
        ):
            art(c)
    glare = polygon(
        (inner[0] + inner[2] * 0.55, inner[1]),
        (inner[0] + inner[2] * 0.86, inner[1]),
        (inner[0] + inner[2] * 0.2, inner[1] + inner[3]),
        (inner[0], inner[1] + inner[3]),
        (inner[0], inner[1] + inner[3] * 0.86),
    )
    c.path(glare, "#ffffff", opacity=0.1)


def notebook(
    c: Canvas,
    colour: str,
    *,
    width: float = 430,
    height: float = 590,
    ribbon: str = "",
    sewn: str = "",
    band: str = "",
) -> None:
    """A closed book from above, its upper left corner at the origin."""
    for step in (4, 3, 2, 1):
        c.rect(step * 7, step * 10, width, height, SHADOW, radius=14, opacity=0.07)
    c.rect(10, 12, width, height - 4, "#f3ead8", radius=12)
    c.path(
        "".join(f"M{num(width + k)} 24V{num(height - 4)}" for k in (2, 5, 8)),
        stroke="#d6c8ae",
        width=1.5,
    )
    if ribbon:
        c.path(f"M{num(width * 0.72)} {num(height - 4)}l4 74l-14 -12l-12 14l-2 -76z", ribbon)
    c.path(
        box(0, 0, width, height, 12),
        c.linear([(0, tint(colour, 0.22)), (0.5, colour), (1, shade(colour, 0.16))], x2=1, y2=1),
    )
    c.path(box(0, 0, width * 0.1, height, 12), shade(colour, 0.3), opacity=0.5)
    c.path(f"M{num(width * 0.1)} 0V{num(height)}", stroke=shade(colour, 0.4), width=3, opacity=0.6)
    if sewn:
        for k in range(4):
            c.path(
                f"M{num(width * 0.02)} {num(height * (0.14 + k * 0.24))}v{num(height * 0.09)}",
                stroke=sewn,
                width=9,
                cap="round",
            )
            c.path(
                f"M{num(width * 0.05)} {num(height * (0.14 + k * 0.24))}v{num(height * 0.09)}",
                stroke=sewn,
                width=6,
                cap="round",
            )
    if band:
        c.rect(width * 0.86, 0, 20, height, band)
    weave = "".join(
        f"M{num(width * 0.13)} {num(k)}H{num(width - 6)}" for k in range(10, int(height), 13)
    )
    c.path(weave, stroke=LIGHT, width=2, opacity=0.12)


def label(c: Canvas, x: float, y: float, width: float, height: float, ink: str) -> None:
    """A blank title label with two ruled lines."""
    c.rect(x, y, width, height, PAPER, radius=6)
    c.path(box(x + 10, y + 10, width - 20, height - 20), stroke=ink, width=3)
    c.path(
        (
            f"M{num(x + width * 0.24)} {num(y + height * 0.42)}h{num(width * 0.52)}"
            f"M{num(x + width * 0.32)} {num(y + height * 0.62)}h{num(width * 0.36)}"
        ),
        stroke=ink,
        width=4,
        cap="round",
    )


def pencil(c: Canvas, colour: str, *, length: float = 520, lying: bool = True) -> None:
    """A pencil from the origin to the right; only a lying one throws a shadow."""
    if lying:
        c.rect(8, 14, length, 20, SHADOW, radius=10, opacity=0.2)
    c.path(
        box(0, -15, length - 70, 30, 4),
        c.linear([(0, tint(colour, 0.4)), (0.45, colour), (1, shade(colour, 0.3))], x2=0, y2=1),
    )
    c.path(polygon((length - 70, -15), (length, 0), (length - 70, 15)), "#ecd2a8")
    c.path(polygon((length - 20, -4.5), (length, 0), (length - 20, 4.5)), CHARCOAL)
    c.rect(0, -15, 26, 30, BRASS)


def pen(c: Canvas, colour: str, *, length: float = 480) -> None:
    """A fountain pen lying from the origin to the right."""
    c.rect(8, 16, length, 24, SHADOW, radius=12, opacity=0.2)
    c.path(
        (
            f"M14 -22H{num(length - 110)}L{num(length - 74)} -14V14L{num(length - 110)}"
            " 22H14Q-8 0 14 -22z"
        ),
        c.linear([(0, tint(colour, 0.5)), (0.4, colour), (1, shade(colour, 0.35))], x2=0, y2=1),
    )
    c.path(polygon((length - 74, -13), (length, 0), (length - 74, 13)), BRASS)
    c.rect(length * 0.42, -23, 14, 46, BRASS)
    c.rect(60, -34, length * 0.3, 10, BRASS, radius=5)


def brush(
    c: Canvas,
    handle: str,
    *,
    length: float = 620,
    width: float = 34,
    hair: str = "#5a4030",
    flat: float = 0,
    lying: bool = True,
) -> None:
    """A paint brush from the origin to the right, hair last; only a lying one throws a shadow."""
    w = width / 2
    if lying:
        c.path(
            f"M0 14Q{num(length / 2)} {num(w + 30)} {num(length)} 20",
            stroke=SHADOW,
            width=width * 0.6,
            cap="round",
            opacity=0.16,
        )
    c.path(
        (
            f"M0 0C{num(length * 0.2)} {num(-w * 0.7)} {num(length * 0.45)}"
            f" {num(-w * 1.5)} {num(length * 0.66)} {num(-w * 0.8)}V{num(w * 0.8)}"
            f"C{num(length * 0.45)} {num(w * 1.5)} {num(length * 0.2)} {num(w * 0.7)} 0 0z"
        ),
        c.linear([(0, tint(handle, 0.5)), (0.5, handle), (1, shade(handle, 0.3))], x2=0, y2=1),
    )
    c.path(
        box(length * 0.65, -w * 0.86, length * 0.16, width * 0.86),
        c.linear([(0, tint(BRASS, 0.6)), (0.5, BRASS), (1, shade(BRASS, 0.35))], x2=0, y2=1),
    )
    if flat:
        tip = (
            f"M{num(length * 0.81)} {num(-w * 0.9)}L{num(length)} {num(-flat)}"
            f"V{num(flat)}L{num(length * 0.81)} {num(w * 0.9)}z"
        )
    else:
        tip = (
            f"M{num(length * 0.81)} {num(-w * 0.8)}C{num(length * 0.88)}"
            f" {num(-w * 1.3)} {num(length * 0.96)} {num(-w * 0.4)} {num(length)}"
            f" 0C{num(length * 0.96)} {num(w * 0.4)} {num(length * 0.88)}"
            f" {num(w * 1.3)} {num(length * 0.81)} {num(w * 0.8)}z"
        )
    c.path(tip, c.linear([(0, tint(hair, 0.25)), (1, shade(hair, 0.3))], x2=0, y2=1))


def card(c: Canvas, art: Artwork, *, width: float = 330, height: float = 440) -> None:
    """A printed card from above, its upper left corner at the origin."""
    for step in (3, 2, 1):
        c.rect(step * 6, step * 8, width, height, SHADOW, radius=4, opacity=0.08)
    c.rect(0, 0, width, height, PAPER, radius=4)
    with c.window(18, 18, width - 36, height - 36, "0 0 300 400"):
        art(c)


def envelope(
    c: Canvas, colour: str, lining: str, *, width: float = 460, height: float = 330
) -> None:
    """An envelope with its flap half open, upper left corner at the origin."""
    for step in (3, 2, 1):
        c.rect(step * 6, step * 8, width, height, SHADOW, radius=6, opacity=0.08)
    c.path(polygon((0, 4), (width / 2, -height * 0.5), (width, 4)), lining)
    c.rect(
        0,
        0,
        width,
        height,
        flat := c.linear([(0, tint(colour, 0.3)), (1, shade(colour, 0.08))], x2=1, y2=1),
        radius=6,
    )
    c.path(polygon((0, height), (width / 2, height * 0.46), (width, height)), flat)
    c.path(
        (
            f"M0 {num(height)}L{num(width / 2)} {num(height * 0.46)}L{num(width)}"
            f" {num(height)}M0 0L{num(width * 0.42)} {num(height * 0.54)}"
            f"M{num(width)} 0L{num(width * 0.58)} {num(height * 0.54)}"
        ),
        stroke=shade(colour, 0.24),
        width=3,
        opacity=0.7,
    )


def pattern(c: Canvas, kind: str, ink: str, *, step: float = 64) -> str:
    """Paint with a repeat of pebbles, leaves, waves or arches."""
    half = step / 2
    spots = ((half * 0.5, half * 0.6), (half * 1.5, half * 1.6))
    if kind == "pebbles":
        return c.tile(
            step, step, "".join(oval(x, y, step * 0.2, step * 0.14) for x, y in spots), ink
        )
    if kind == "leaves":
        (ax, ay), (bx, by) = spots
        d = leaf(ax - half * 0.3, ay + half * 0.3, -50, step * 0.5, step * 0.13)
        return c.tile(
            step,
            step,
            d + leaf(bx + half * 0.3, by + half * 0.3, -130, step * 0.5, step * 0.13),
            ink,
        )
    if kind == "arches":
        d = "".join(
            f"M{num(x - r)} {num(y + r * 0.4)}a{num(r)} {num(r)} 0 0 1 {num(2 * r)} 0"
            for x, y in spots
            for r in (half * 0.42, half * 0.2)
        )
        return c.tile(step, step, d, ink, line=step * 0.05)
    d = (
        f"M{num(-step * 0.25)} {num(half)}q{num(step / 4)} {num(-half)}"
        f" {num(half)} 0t{num(half)} 0t{num(half)} 0"
    )
    return c.tile(step, half * 1.4, d, ink, line=step * 0.09)


def parcel(
    c: Canvas, width: float, height: float, paper: str, kind: str, ink: str, ribbon: str
) -> None:
    """A wrapped box from the front, standing on the origin at its left corner."""
    d = box(0, -height, width, height, 6)
    c.ellipse(width * 0.6, 4, width * 0.75, 30, c.radial([(0, SHADOW, 0.4), (1, SHADOW, 0)]))
    c.path(d, paper)
    c.path(d, pattern(c, kind, ink))
    c.path(d, c.linear([(0, LIGHT, 0.3), (0.5, LIGHT, 0), (1, SHADOW, 0.26)]))
    c.rect(
        width * 0.44,
        -height,
        width * 0.12,
        height,
        c.linear([(0, tint(ribbon, 0.3)), (1, shade(ribbon, 0.2))]),
    )
    with c.at(width / 2, -height):
        c.path(
            (
                "M0 0C-30 -76 -118 -70 -96 -24C-84 4 -30 8 0 0zM0 0C30 -76 118"
                " -70 96 -24C84 4 30 8 0 0z"
            ),
            c.linear([(0, tint(ribbon, 0.3)), (1, shade(ribbon, 0.22))], y2=1),
        )
        c.ellipse(0, -6, 20, 17, shade(ribbon, 0.12))


def paper_roll(
    c: Canvas, paper: str, kind: str, ink: str, *, length: float = 640, radius: float = 52
) -> None:
    """A roll of patterned paper standing upright on the origin."""
    d = (
        f"M{num(-radius)} {num(-length)}V0A{num(radius)} {num(radius * 0.26)}"
        f" 0 0 0 {num(radius)} 0V{num(-length)}z"
    )
    c.path(d, paper)
    c.path(d, pattern(c, kind, ink))
    c.path(
        d, c.linear([(0, SHADOW, 0.16), (0.25, LIGHT, 0.4), (0.55, SHADOW, 0), (1, SHADOW, 0.34)])
    )
    c.path(oval(0, -length, radius, radius * 0.26), tint(paper, 0.5))
    c.path(oval(0, -length, radius * 0.6, radius * 0.14), shade(paper, 0.4))


def marbled(c: Canvas, width: float, height: float, tones: Sequence[str]) -> None:
    """A combed marbled sheet, its upper left corner at the origin."""
    for step in (4, 3, 2, 1):
        c.rect(step * 7, step * 10, width, height, SHADOW, opacity=0.07)
    with c.window(0, 0, width, height, "0 0 300 400"):
        c.rect(0, 0, 300, 400, tones[0])
        rng = random.Random(12)
        for i in range(17):
            tone = tones[1 + i % (len(tones) - 1)]
            d = f"M-20 {i * 25 - 6}q9 -{rng.randint(22, 34)} 18 0"
            d += "".join(f"t18 {rng.randint(-6, 6)}" for _ in range(18))
            c.path(d, stroke=tone, width=rng.uniform(4, 13), cap="round")
        c.path(
            "".join(
                oval(rng.uniform(10, 290), rng.uniform(10, 390), r, r * 0.8)
                for r in (3, 5, 4, 6, 3, 5, 4, 3, 6, 5, 4, 3)
            ),
            PAPER,
            opacity=0.8,
        )


def gouge(c: Canvas, handle: str, *, length: float = 430) -> None:
    """A lino cutter lying from the origin to the right."""
    c.path(f"M10 22H{num(length)}", stroke=SHADOW, width=26, cap="round", opacity=0.16)
    c.path(
        "M0 0C10 -52 70 -50 110 -32L200 -18V18L110 32C70 50 10 52 0 0z",
        c.linear([(0, tint(handle, 0.4)), (0.5, handle), (1, shade(handle, 0.32))], x2=0, y2=1),
    )
    c.rect(196, -19, 44, 38, BRASS)
    c.path(
        f"M240 -9H{num(length - 40)}L{num(length)} -16V12L{num(length - 40)} 9H240z",
        c.linear([(0, "#f2f4f4"), (1, "#8f9a9e")], x2=0, y2=1),
    )


def ink_roller(c: Canvas, handle: str, ink: str) -> None:
    """A brayer from above, handle down from the origin."""
    c.rect(-170, -100, 352, 130, SHADOW, radius=20, opacity=0.16)
    c.path("M-178 -60V40H0V110M178 -60V40H0", stroke="#8b9498", width=16, cap="round")
    c.path(
        box(-24, 100, 48, 260, 22),
        c.linear([(0, tint(handle, 0.4)), (0.5, handle), (1, shade(handle, 0.3))]),
    )
    c.path(
        box(-160, -120, 320, 120, 14),
        c.linear([(0, tint(ink, 0.3)), (0.35, ink), (1, shade(ink, 0.4))], x2=0, y2=1),
    )
    c.path("M-140 -86H120", stroke=LIGHT, width=9, cap="round", opacity=0.4)
