"""The rooms the products stand in."""

from typing import Literal

from tools.demo_art.canvas import Canvas
from tools.demo_art.colour import LIGHT, SHADOW, mix, shade, tint
from tools.demo_art.shapes import arch, box, flat_light, oval, polygon, round_light

Motif = Literal["plain", "arch", "sun", "window", "panel", "hill", "column", "niche"]


def tabletop(
    c: Canvas,
    wall: str,
    surface: str,
    *,
    horizon: float = 1090,
    motif: Motif = "plain",
    motif_colour: str = "",
) -> None:
    """A wall above a table edge, with one large quiet shape or a fall of light on it."""
    _wall(c, wall)
    _motif(c, motif, motif_colour or tint(wall, 0.45), horizon)
    depth = c.height - horizon
    c.rect(
        0,
        horizon,
        c.width,
        depth,
        c.linear([(0, shade(surface, 0.1)), (0.1, surface), (1, tint(surface, 0.26))], x2=0, y2=1),
    )
    c.rect(0, horizon - 26, c.width, 26, c.linear([(0, SHADOW, 0), (1, SHADOW, 0.13)], x2=0, y2=1))
    c.rect(0, horizon, c.width, 5, tint(surface, 0.55), opacity=0.7)


def room(
    c: Canvas,
    wall: str,
    floor: str,
    *,
    horizon: float = 1150,
    motif: Motif = "plain",
    motif_colour: str = "",
) -> None:
    """A wall with a skirting board above a wide floor."""
    tabletop(c, wall, floor, horizon=horizon, motif=motif, motif_colour=motif_colour)
    c.rect(
        0,
        horizon - 46,
        c.width,
        46,
        c.linear([(0, tint(wall, 0.5)), (1, tint(wall, 0.28))], x2=0, y2=1),
    )
    c.rect(0, horizon - 48, c.width, 3, shade(wall, 0.16))


def gallery(c: Canvas, wall: str, *, motif: Motif = "plain", motif_colour: str = "") -> None:
    """A bare wall for things that hang."""
    _wall(c, wall)
    _motif(c, motif, motif_colour or tint(wall, 0.45), c.height)


def flat_lay(c: Canvas, ground: str, *, accent: str = "") -> None:
    """A surface seen from above, with light falling across it."""
    _wall(c, ground)
    if accent:
        c.path(
            polygon(
                (0, c.height * 0.62), (c.width, c.height * 0.34), (c.width, c.height), (0, c.height)
            ),
            accent,
        )
    _panes(c, c.width * 0.05, c.height * 0.04, c.width / 1200)


def plinth(c: Canvas, x: float, y: float, width: float, height: float, colour: str) -> None:
    """A round pedestal whose top is centred on `x, y`."""
    r, k = width / 2, 0.16
    c.path(
        f"M{x - r:g} {y:g}v{height:g}a{r:g} {r * k:g} 0 0 0 {width:g} 0v{-height:g}z",
        round_light(c, colour, strength=0.8),
    )
    c.path(oval(x, y, r, r * k), flat_light(c, tint(colour, 0.3)))


def _wall(c: Canvas, colour: str) -> None:
    c.rect(0, 0, c.width, c.height, colour)
    c.rect(
        0,
        0,
        c.width,
        c.height,
        c.radial(
            [(0, tint(colour, 0.7), 0.75), (1, tint(colour, 0.7), 0)], cx=0.22, cy=0.16, radius=0.85
        ),
    )
    c.rect(
        0,
        0,
        c.width,
        c.height,
        c.radial([(0.5, SHADOW, 0), (1, SHADOW, 0.16)], cx=0.35, cy=0.35, radius=0.95),
    )


def _motif(c: Canvas, motif: Motif, colour: str, horizon: float) -> None:
    w = c.width
    paint = c.linear([(0, tint(colour, 0.25)), (1, shade(colour, 0.05))], x2=0.7, y2=1)
    if motif == "arch":
        c.path(arch(w * 0.2, horizon, w * 0.6, horizon * 0.84), paint)
    elif motif == "niche":
        recess = c.linear(
            [(0, mix(colour, "#8f6c50", 0.34)), (0.3, mix(colour, "#8f6c50", 0.14)), (1, colour)]
        )
        c.path(arch(w * 0.15, horizon, w * 0.7, horizon * 0.88), recess)
        c.path(arch(w * 0.2, horizon, w * 0.65, horizon * 0.835), paint)
    elif motif == "sun":
        c.path(oval(w * 0.5, horizon * 0.5, w * 0.34, w * 0.34), paint)
    elif motif == "panel":
        c.rect(w * 0.56, 0, w * 0.44, horizon, paint)
    elif motif == "column":
        c.rect(w * 0.12, 0, w * 0.32, horizon, paint)
        c.rect(w * 0.64, 0, w * 0.06, horizon, paint, opacity=0.6)
    elif motif == "hill":
        c.path(
            (
                f"M0 {horizon * 0.7:.0f}C{w * 0.3:.0f} {horizon * 0.42:.0f} {w * 0.55:.0f}"
                f" {horizon * 0.9:.0f} {w} {horizon * 0.52:.0f}V{horizon:.0f}H0z"
            ),
            paint,
        )
    elif motif == "window":
        _panes(c, w * 0.1, horizon * 0.06, w / 1200)


def _panes(c: Canvas, x: float, y: float, s: float) -> None:
    light = c.linear([(0, LIGHT, 0.75), (1, LIGHT, 0.12)], x2=0.6, y2=1)
    panes = "".join(
        polygon(
            (x + (col * 250 + row * 75) * s, y + row * 330 * s),
            (x + (col * 250 + row * 75 + 230) * s, y + (row * 330 + 40) * s),
            (x + (col * 250 + row * 75 + 300) * s, y + (row * 330 + 345) * s),
            (x + (col * 250 + row * 75 + 70) * s, y + (row * 330 + 305) * s),
        )
        for row in range(2)
        for col in range(3)
    )
    c.path(panes, light, opacity=0.75)


def shelf_board(
    c: Canvas, x: float, y: float, width: float, colour: str, *, thickness: float = 30
) -> None:
    """A plank seen from the front with the shadow it throws on the wall."""
    c.rect(
        x + 14, y + thickness, width, 70, c.linear([(0, SHADOW, 0.26), (1, SHADOW, 0)], x2=0, y2=1)
    )
    c.path(
        box(x, y, width, thickness, 4),
        c.linear([(0, tint(colour, 0.35)), (0.3, colour), (1, shade(colour, 0.25))], x2=0, y2=1),
    )
