"""Geometry as SVG path data, and the light that falls on it."""

import math
import random
from collections.abc import Sequence

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import SHADOW, shade, tint

Point = tuple[float, float]


def curve(points: Sequence[Point], *, start: str = "M") -> str:
    """A smooth line through the points (Catmull-Rom as cubic Bézier)."""
    d = f"{start}{_at(points[0])}"
    for i in range(len(points) - 1):
        before, a, b = points[max(i - 1, 0)], points[i], points[i + 1]
        after = points[min(i + 2, len(points) - 1)]
        first = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
        second = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
        d += f"C{_at(first)} {_at(second)} {_at(b)}"
    return d


def ring(points: Sequence[Point]) -> str:
    """A smooth closed line through the points."""
    loop = [points[-1], *points, points[0], points[1]]
    d = f"M{_at(points[0])}"
    for i in range(1, len(points) + 1):
        before, a, b, after = loop[i - 1], loop[i], loop[i + 1], loop[(i + 2) % len(loop)]
        if i == len(points):
            after = points[1]
        first = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
        second = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
        d += f"C{_at(first)} {_at(second)} {_at(b)}"
    return d + "Z"


def polygon(*points: Point) -> str:
    """A closed line with corners."""
    return "M" + "L".join(_at(point) for point in points) + "Z"


def box(x: float, y: float, width: float, height: float, radius: float = 0) -> str:
    """A rectangle with round corners."""
    if not radius:
        return f"M{num(x)} {num(y)}h{num(width)}v{num(height)}h{num(-width)}z"
    r, w, h = num(radius), num(width - 2 * radius), num(height - 2 * radius)
    return (
        f"M{num(x + radius)} {num(y)}h{w}a{r} {r} 0 0 1 {r} {r}v{h}a{r} {r} 0 0 1-{r} {r}"
        f"h{num(2 * radius - width)}a{r} {r} 0 0 1-{r}-{r}v{num(2 * radius - height)}"
        f"a{r} {r} 0 0 1 {r}-{r}z"
    )


def oval(cx: float, cy: float, rx: float, ry: float) -> str:
    """An ellipse as path data."""
    a = f"a{num(rx)} {num(ry)} 0 0 1"
    return f"M{num(cx - rx)} {num(cy)}{a} {num(2 * rx)} 0{a} {num(-2 * rx)} 0z"


def arch(x: float, y: float, width: float, height: float) -> str:
    """A doorway standing on `y` with a round top."""
    r = width / 2
    return (
        f"M{num(x)} {num(y)}v{num(r - height)}a{num(r)} {num(r)} 0 0"
        f" 1 {num(width)} 0v{num(height - r)}z"
    )


def leaf(x: float, y: float, angle: float, length: float, width: float) -> str:
    """A pointed leaf from its stalk at `x, y` towards `angle` (degrees, 0 right, -90 up)."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    digits = 0 if length >= 60 else 1

    def place(along: float, across: float) -> str:
        px, py = x + along * c - across * s, y + along * s + across * c
        return f"{num(round(px, digits))} {num(round(py, digits))}"

    return (
        f"M{place(0, 0)}Q{place(length * 0.42, -width * 1.4)} {place(length, 0)}"
        f"Q{place(length * 0.42, width * 1.4)} {place(0, 0)}"
    )


def on_curve(points: Sequence[Point], t: float) -> tuple[float, float, float]:
    """Point and heading in degrees at `t` (0 to 1) along straight pieces between the points."""
    place = t * (len(points) - 1)
    i = min(int(place), len(points) - 2)
    (ax, ay), (bx, by) = points[i], points[i + 1]
    share = place - i
    heading = math.degrees(math.atan2(by - ay, bx - ax))
    return ax + (bx - ax) * share, ay + (by - ay) * share, heading


def speckle(c: Canvas, clip: str, width: float, height: float, colour: str) -> None:
    """Fine dots of glaze on the clip, which stands `height` above the origin."""
    rng = random.Random(int(width))
    dots = "".join(f"M{rng.randint(4, 206)} {rng.randint(4, 186)}h0" for _ in range(13))
    paint = c.tile(210, 190, dots, colour, line=4.5)
    c.path(box(-width, -height, 2 * width, height + 40), paint, clip=clip, opacity=0.5)


def round_light(c: Canvas, colour: str, *, strength: float = 1) -> str:
    """Paint for a body of revolution lit from the left."""
    return c.linear(
        [
            (0, shade(colour, 0.1 * strength)),
            (0.24, tint(colour, 0.3 * strength)),
            (0.52, colour),
            (0.88, shade(colour, 0.3 * strength)),
            (1, shade(colour, 0.2 * strength)),
        ]
    )


def flat_light(c: Canvas, colour: str, *, strength: float = 1) -> str:
    """Paint for a flat face, brighter at its upper left."""
    return c.linear(
        [(0, tint(colour, 0.2 * strength)), (1, shade(colour, 0.14 * strength))], x2=0.8, y2=1
    )


def ground_shadow(
    c: Canvas, x: float, y: float, rx: float, ry: float = 0, *, strength: float = 1
) -> None:
    """The dark contact below an object and the longer shadow it casts to the right."""
    ry = ry or rx * 0.2
    soft = c.radial([(0, SHADOW, 0.42), (0.45, SHADOW, 0.22), (1, SHADOW, 0)])
    c.ellipse(x + rx * 0.62, y + ry * 0.25, rx * 1.75, ry * 1.5, soft, opacity=0.55 * strength)
    c.ellipse(x + rx * 0.06, y + ry * 0.1, rx * 1.14, ry * 1.12, soft, opacity=strength)


def wall_shadow(
    c: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    radius: float = 4,
    depth: float = 1,
) -> None:
    """The stepped shadow of something flat that hangs on the wall."""
    for step in (5, 4, 3, 2, 1):
        off, grow = step * 9 * depth, step * 5 * depth
        c.rect(
            x + off - grow / 2,
            y + off * 1.3 - grow / 2,
            width + grow,
            height + grow,
            SHADOW,
            radius=radius + grow,
            opacity=0.05,
        )


def _at(point: Point) -> str:
    """Whole units, except for tiny shapes."""
    x, y = point
    if max(abs(x), abs(y)) < 40:
        return f"{num(x)} {num(y)}"
    return f"{x:.0f} {y:.0f}"
