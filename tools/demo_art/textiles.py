"""Folded, stuffed, hung and laid cloth."""

import math
import random
from collections.abc import Sequence

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import LIGHT, SHADOW, shade, tint
from tools.demo_art.shapes import arch, box, ground_shadow, ring


def folded(
    c: Canvas,
    colour: str,
    *,
    width: float = 640,
    layers: int = 4,
    thick: float = 84,
    stripes: Sequence[tuple[float, float, str]] = (),
) -> None:
    """A folded blanket seen from its fold; stripes are (place, width, colour) across it."""
    ground_shadow(c, 0, 0, width * 0.52, 40)
    half = width / 2
    for i in range(layers):
        y = -thick * (i + 1)
        lean = (i % 2) * 12 - 6
        d = (
            f"M{num(-half + 40 + lean)} {num(y)}H{num(half - 8 + lean)}Q{num(half + 6 + lean)}"
            f" {num(y + thick / 2)} {num(half - 8 + lean)} {num(y + thick)}"
            f"H{num(-half + 40 + lean)}Q{num(-half - 22 + lean)} {num(y + thick * 0.94)}"
            f" {num(-half - 22 + lean)} {num(y + thick / 2)}T{num(-half + 40 + lean)}"
            f" {num(y)}z"
        )
        c.path(
            d,
            c.linear(
                [(0, tint(colour, 0.34)), (0.45, colour), (1, shade(colour, 0.34))], x2=0, y2=1
            ),
        )
        clip = c.clip(d)
        for place, wide, tone in stripes:
            c.path(
                box(-half + width * place, y, width * wide, thick),
                c.linear([(0, tint(tone, 0.3)), (0.45, tone), (1, shade(tone, 0.3))], x2=0, y2=1),
                clip=clip,
            )
        middle = f"M{num(-half)} {num(y + thick / 2)}H{num(half)}"
        c.path(
            middle,
            stroke=shade(colour, 0.4),
            width=thick - 12,
            clip=clip,
            opacity=0.22,
            dash="2 14",
        )


def fringe(c: Canvas, colour: str, *, width: float, length: float = 130, seed: int = 2) -> None:
    """Twisted cords hanging from the origin to the right."""
    rng = random.Random(seed)
    cords, lights = "", ""
    for i in range(int(width / 26)):
        x = i * 26 + 13
        end = length * (0.86 + rng.random() * 0.22)
        sway = rng.uniform(-9, 9)
        cords += f"M{num(x)} 0Q{num(x + sway)} {num(end / 2)} {num(x + sway)} {num(end)}"
        lights += (
            f"M{num(x - 3)} 4Q{num(x + sway - 3)} {num(end / 2)} {num(x + sway - 3)}"
            f" {num(end * 0.8)}"
        )
    c.path(cords, stroke=shade(colour, 0.18), width=13, cap="round")
    c.path(lights, stroke=tint(colour, 0.35), width=4, cap="round", opacity=0.7)


def draped(c: Canvas, colour: str, *, width: float = 380, height: float = 520) -> None:
    """A throw hanging down in folds from the origin (its middle top), with a fringe."""
    half = width / 2
    d = (
        f"M{num(-half)} 0Q0 -46 {num(half)} 0C{num(half + 24)} {num(height * 0.4)}"
        f" {num(half - 8)} {num(height * 0.7)} {num(half + 14)} {num(height)}"
        f"Q0 {num(height + 26)} {num(-half - 8)} {num(height)}C{num(-half + 10)}"
        f" {num(height * 0.6)} {num(-half - 20)} {num(height * 0.3)}"
        f" {num(-half)} 0z"
    )
    c.path(
        d,
        c.linear(
            [
                (0, shade(colour, 0.16)),
                (0.14, tint(colour, 0.26)),
                (0.34, shade(colour, 0.1)),
                (0.52, tint(colour, 0.2)),
                (0.74, shade(colour, 0.16)),
                (0.88, tint(colour, 0.12)),
                (1, shade(colour, 0.25)),
            ]
        ),
    )
    clip = c.clip(d)
    c.path(
        (
            f"M{num(-half - 20)} {num(height - 76)}Q0 {num(height - 52)}"
            f" {num(half + 30)} {num(height - 76)}"
        ),
        stroke=tint(colour, 0.6),
        width=10,
        clip=clip,
    )
    with c.at(-half - 6, height + 4):
        fringe(c, colour, width=width + 16, length=88)


def cushion(
    c: Canvas, colour: str, *, width: float = 520, height: float = 500, seam: bool = False
) -> str:
    """A plump cushion standing on the origin; returns a clip of its face for patterns."""
    w, h = width / 2, height
    ground_shadow(c, 0, -6, w * 0.92, 44)
    d = ring(
        [
            (-w, -h),
            (-w * 0.5, -h + 26),
            (0, -h + 32),
            (w * 0.5, -h + 26),
            (w, -h),
            (w - 24, -h * 0.72),
            (w - 30, -h / 2),
            (w - 24, -h * 0.26),
            (w, 0),
            (w * 0.5, -18),
            (0, -12),
            (-w * 0.5, -18),
            (-w, 0),
            (-w + 24, -h * 0.26),
            (-w + 30, -h / 2),
            (-w + 24, -h * 0.72),
        ]
    )
    c.path(
        d,
        c.radial(
            [(0, tint(colour, 0.36)), (0.5, colour), (1, shade(colour, 0.34))],
            cx=0.36,
            cy=0.3,
            radius=0.85,
        ),
    )
    if seam:
        c.path(
            (
                f"M{num(w * 0.14)} {num(-h + 34)}C{num(w * 0.2)} {num(-h * 0.6)}"
                f" {num(w * 0.1)} {num(-h * 0.3)} {num(w * 0.14)} -16"
            ),
            stroke=shade(colour, 0.4),
            width=8,
            cap="round",
            opacity=0.7,
        )
        c.path(
            (
                f"M{num(w * 0.17)} {num(-h + 34)}C{num(w * 0.23)} {num(-h * 0.6)}"
                f" {num(w * 0.13)} {num(-h * 0.3)} {num(w * 0.17)} -16"
            ),
            stroke=tint(colour, 0.5),
            width=5,
            cap="round",
            opacity=0.6,
        )
    creases = (
        f"M{num(-w + 12)} {num(-h + 12)}Q{num(-w * 0.7)} {num(-h * 0.82)}"
        f" {num(-w * 0.62)} {num(-h * 0.7)}M{num(w - 12)} {num(-h + 12)}"
        f"Q{num(w * 0.72)} {num(-h * 0.84)} {num(w * 0.66)} {num(-h * 0.74)}"
        f"M{num(-w + 14)} -10Q{num(-w * 0.74)} {num(-h * 0.18)} {num(-w * 0.66)}"
        f" {num(-h * 0.28)}M{num(w - 14)} -10Q{num(w * 0.76)} {num(-h * 0.16)}"
        f" {num(w * 0.7)} {num(-h * 0.26)}"
    )
    c.path(creases, stroke=shade(colour, 0.5), width=5, cap="round", opacity=0.35)
    return c.clip(d)


def arch_pattern(
    c: Canvas, clip: str, colours: Sequence[str], *, width: float = 540, height: float = 496
) -> None:
    """Rows of embroidered arches over a cushion standing on the origin."""
    size = width / 4
    with c.faint(0.94, clip=clip):
        for row in range(4):
            for col in range(4):
                x, y = -width / 2 + col * size, -height + (row + 1) * (height / 4)
                for k, share in enumerate((0.86, 0.54, 0.22)):
                    tone = colours[(row + col + k) % len(colours)]
                    c.path(
                        arch(
                            x + size * (1 - share) / 2,
                            y - 12,
                            size * share,
                            height / 4 * share * 0.92,
                        ),
                        tone,
                    )
        c.rect(
            -width / 2,
            -height - 20,
            width,
            height + 40,
            c.radial([(0.4, SHADOW, 0), (1, SHADOW, 0.34)], cx=0.36, cy=0.3, radius=0.85),
        )


def towel_roll(c: Canvas, colour: str, *, radius: float = 92) -> None:
    """The spiral end of a rolled towel around the origin."""
    c.ellipse(
        0,
        0,
        radius,
        radius,
        c.linear([(0, tint(colour, 0.4)), (1, shade(colour, 0.22))], x2=0.7, y2=1),
    )
    d = "M0 0"
    for i in range(1, 60):
        angle, r = i * 0.42, radius * 0.94 * i / 60
        d += f"L{num(math.cos(angle) * r)} {num(math.sin(angle) * r)}"
    c.path(d, stroke=shade(colour, 0.36), width=7, cap="round", opacity=0.55)


def waffle(c: Canvas, colour: str, *, width: float = 620, thick: float = 110) -> None:
    """One folded waffle towel lying on the origin."""
    half = width / 2
    d = (
        f"M{num(-half + 30)} {num(-thick)}H{num(half - 10)}q14 {num(thick / 2)}"
        f" 0 {num(thick)}H{num(-half + 30)}q-52 -6 -52 {num(-thick / 2)}t52"
        f" {num(-thick / 2)}z"
    )
    c.path(
        d, c.linear([(0, tint(colour, 0.42)), (0.5, colour), (1, shade(colour, 0.3))], x2=0, y2=1)
    )
    clip = c.clip(d)
    rows = "".join(
        f"M{num(-half - 30)} {num(-thick + k * 20)}h{num(width + 60)}"
        for k in range(1, int(thick / 20) + 1)
    )
    c.path(rows, stroke=shade(colour, 0.34), width=3, clip=clip, opacity=0.32)
    middle = f"M{num(-half - 30)} {num(-thick / 2)}H{num(half + 10)}"
    c.path(middle, stroke=shade(colour, 0.34), width=thick, clip=clip, opacity=0.32, dash="3 19")
    c.path(
        f"M{num(-half + 20)} {num(-thick / 2)}H{num(half - 8)}",
        stroke=shade(colour, 0.42),
        width=5,
        opacity=0.4,
    )


def hanging_towel(
    c: Canvas,
    colour: str,
    stripes: Sequence[tuple[float, float, str]],
    *,
    width: float = 250,
    height: float = 640,
    checked: bool = False,
) -> None:
    """A tea towel hanging down from the origin; stripes are (place, thickness, colour)."""
    half = width / 2
    c.path(box(-half + 18, 20, width, height - 6), SHADOW, opacity=0.13)
    d = (
        f"M{num(-half)} 0H{num(half)}C{num(half + 8)} {num(height * 0.5)}"
        f" {num(half - 6)} {num(height * 0.8)} {num(half)} {num(height)}"
        f"Q0 {num(height + 12)} {num(-half)} {num(height)}C{num(-half + 8)}"
        f" {num(height * 0.7)} {num(-half - 8)} {num(height * 0.3)} {num(-half)} 0z"
    )
    c.path(d, colour)
    clip = c.clip(d)
    for place, thick, tone in stripes:
        c.path(box(-half - 10, height * place, width + 20, thick), tone, clip=clip)
        if checked:
            c.path(
                box(-half + width * (place * 0.9 + 0.04), 0, thick, height + 10),
                tone,
                clip=clip,
                opacity=0.65,
            )
    c.path(
        d,
        c.linear(
            [
                (0, SHADOW, 0.16),
                (0.16, LIGHT, 0.3),
                (0.34, SHADOW, 0.12),
                (0.55, LIGHT, 0.2),
                (0.78, SHADOW, 0.13),
                (0.9, LIGHT, 0.16),
                (1, SHADOW, 0.18),
            ]
        ),
    )


def napkin(c: Canvas, colour: str, *, width: float = 560, thick: float = 52) -> None:
    """One folded napkin in a stack, lying on the origin."""
    half = width / 2
    d = box(-half, -thick, width, thick, 20)
    c.path(
        d, c.linear([(0, tint(colour, 0.36)), (0.5, colour), (1, shade(colour, 0.3))], x2=0, y2=1)
    )
    c.path(
        (
            f"M{num(-half + 14)} {num(-thick * 0.62)}H{num(half - 10)}M{num(-half + 14)}"
            f" {num(-thick * 0.32)}H{num(half - 10)}"
        ),
        stroke=shade(colour, 0.4),
        width=3,
        opacity=0.45,
    )


def rug(c: Canvas, width: float, height: float, colours: Sequence[str]) -> None:
    """A rug with layered hills, its upper left corner at the origin, seen from above."""
    d = box(0, 0, width, height, 26)
    c.path(box(14, 20, width, height, 26), SHADOW, opacity=0.2)
    c.path(d, colours[0])
    clip = c.clip(d)
    waves = (
        (
            f"M0 {num(height * 0.3)}C{num(width * 0.3)} {num(height * 0.14)}"
            f" {num(width * 0.5)} {num(height * 0.44)} {num(width)} {num(height * 0.22)}"
            f"V{num(height)}H0z"
        ),
        (
            f"M0 {num(height * 0.44)}C{num(width * 0.36)} {num(height * 0.6)}"
            f" {num(width * 0.6)} {num(height * 0.32)} {num(width)} {num(height * 0.5)}"
            f"V{num(height)}H0z"
        ),
        (
            f"M0 {num(height * 0.7)}C{num(width * 0.2)} {num(height * 0.52)}"
            f" {num(width * 0.62)} {num(height * 0.78)} {num(width)} {num(height * 0.62)}"
            f"V{num(height)}H0z"
        ),
        (
            f"M0 {num(height * 0.84)}C{num(width * 0.4)} {num(height * 0.98)}"
            f" {num(width * 0.7)} {num(height * 0.74)} {num(width)} {num(height * 0.86)}"
            f"V{num(height)}H0z"
        ),
    )
    for wave, tone in zip(waves, colours[1:], strict=False):
        c.path(wave, tone, stroke=shade(tone, 0.25), width=8, clip=clip)
    c.path(
        (
            f"M{num(width * 0.6)} {num(height * 0.22)}a{num(width * 0.13)}"
            f" {num(width * 0.13)} 0 1 1 1 0z"
        ),
        colours[-1],
        stroke=shade(colours[-1], 0.2),
        width=8,
        clip=clip,
    )
    rng = random.Random(4)
    tufts = "".join(
        f"M{rng.random() * width:.0f} {rng.random() * height:.0f}h{rng.uniform(8, 20):.0f}"
        for _ in range(130)
    )
    c.path(tufts, stroke=SHADOW, width=3, cap="round", clip=clip, opacity=0.1)
    c.path(d, stroke=tint(colours[0], 0.3), width=10)
