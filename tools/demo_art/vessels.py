"""Things turned on a wheel or blown from glass; every origin is the middle of the base."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.demo_art.canvas import Canvas, num
from tools.demo_art.colour import CHALK, LIGHT, OAK, RAW_CLAY, shade, tint
from tools.demo_art.shapes import Point, curve, ground_shadow, oval, round_light, speckle

TILT = 0.17


@dataclass(frozen=True, kw_only=True)
class Finish:
    """How a vessel is glazed; heights count upwards from the base."""

    glaze: str
    inside: str = ""
    foot: str = ""
    foot_height: float = 0
    dip: str = ""
    dip_height: float = 0
    dip_slant: float = 0
    band: str = ""
    band_at: float = 0
    band_width: float = 0
    dots: str = ""
    rings: bool = False


def vessel(c: Canvas, profile: Sequence[Point], finish: Finish, *, shadow: bool = True) -> None:
    """A body of revolution from `profile`: (radius, height) pairs from the mouth to the base."""
    top_r, top = profile[0][0], -profile[0][1]
    base_r = profile[-1][0]
    widest = max(r for r, _ in profile)
    if shadow:
        ground_shadow(c, 0, base_r * TILT * 0.5, (base_r + widest) / 2)
    d = outline(profile)
    clip = c.clip(d)
    c.path(d, round_light(c, finish.glaze))
    if finish.foot:
        _layer(c, clip, finish.foot, widest, -finish.foot_height, base_r)
    if finish.dip:
        _layer(
            c,
            clip,
            finish.dip,
            widest,
            top - widest,
            widest,
            bottom=-finish.dip_height,
            slant=finish.dip_slant,
        )
    if finish.band:
        _band(c, clip, finish, widest)
    if finish.rings:
        _throwing_rings(c, clip, finish.glaze, widest, -top)
    if finish.dots:
        speckle(c, clip, widest, -top, finish.dots)
    _gleam(c, clip, profile)
    inside = finish.inside or shade(finish.dip or finish.glaze, 0.12)
    c.path(oval(0, top, top_r, top_r * TILT), tint(finish.dip or finish.glaze, 0.35))
    thickness = max(5, top_r * 0.06)
    c.path(
        oval(0, top + 1, top_r - thickness, (top_r - thickness) * TILT),
        c.linear(
            [(0, shade(inside, 0.42)), (0.6, shade(inside, 0.12)), (1, tint(inside, 0.1))],
            x2=0.3,
            y2=1,
        ),
    )


def outline(profile: Sequence[Point]) -> str:
    """The silhouette of a body of revolution."""
    right = [(r, -h) for r, h in profile]
    left = [(-r, -h) for r, h in reversed(profile)]
    (top_r, _), (base_r, _) = profile[0], profile[-1]
    return (
        curve(right)
        + f"A{num(base_r)} {num(base_r * TILT)} 0 0 1 {num(-base_r)} {num(left[0][1])}"
        + curve(left, start="L")
        + f"A{num(top_r)} {num(top_r * TILT)} 0 0 1 {num(top_r)} {num(right[0][1])}Z"
    )


def _layer(
    c: Canvas,
    clip: str,
    colour: str,
    widest: float,
    top: float,
    radius: float,
    *,
    bottom: float | None = None,
    slant: float = 0,
) -> None:
    w, sag = widest + 4, radius * TILT * 1.9
    if bottom is None:
        d = f"M{num(-w)} {num(top)}Q0 {num(top + sag)} {num(w)} {num(top)}V{num(widest)}H{num(-w)}z"
    else:
        d = (
            f"M{num(-w)} {num(top)}H{num(w)}V{num(bottom - slant)}"
            f"Q0 {num(bottom + sag)} {num(-w)} {num(bottom + slant)}z"
        )
    c.path(d, round_light(c, colour), clip=clip)


def _band(c: Canvas, clip: str, finish: Finish, widest: float) -> None:
    y, sag = -finish.band_at, widest * TILT * 1.9
    c.path(
        f"M{num(-widest)} {num(y)}Q0 {num(y + sag)} {num(widest)} {num(y)}",
        stroke=finish.band,
        width=finish.band_width,
        clip=clip,
    )


def _throwing_rings(c: Canvas, clip: str, colour: str, widest: float, height: float) -> None:
    d = "".join(
        f"M{num(-widest)} {num(-height * i / 9)}q{num(widest)} {num(widest * TILT * 1.9)}"
        f" {num(2 * widest)} 0"
        for i in range(1, 9)
    )
    c.path(d, stroke=shade(colour, 0.3), width=3, clip=clip, opacity=0.4)


def _gleam(c: Canvas, clip: str, profile: Sequence[Point]) -> None:
    line = [(-r * 0.62, -h) for r, h in profile]
    c.path(
        curve(line),
        stroke=LIGHT,
        width=profile[0][0] * 0.13 + 6,
        cap="round",
        clip=clip,
        opacity=0.16,
    )


def handle(c: Canvas, d: str, colour: str, width: float) -> None:
    """A pulled handle along `d`, thick and with a light edge."""
    c.path(d, stroke=shade(colour, 0.24), width=width, cap="round")
    c.path(d, stroke=colour, width=width * 0.62, cap="round")
    c.path(d, stroke=tint(colour, 0.35), width=width * 0.2, cap="round", opacity=0.8)


def mug(c: Canvas, colour: str, *, height: float = 300) -> None:
    """A straight mug with a handle and a raw foot, 300 wide."""
    handle(
        c,
        (
            f"M130 {num(-height * 0.8)}C262 {num(-height * 0.86)} 268 {num(-height * 0.2)}"
            f" 128 {num(-height * 0.24)}"
        ),
        colour,
        40,
    )
    vessel(
        c,
        [(150, height), (150, height * 0.6), (148, height * 0.2), (132, 18), (116, 0)],
        Finish(
            glaze=colour,
            inside=CHALK,
            foot=RAW_CLAY,
            foot_height=height * 0.2,
            dots=shade(colour, 0.45),
        ),
    )


def cup(
    c: Canvas, colour: str, *, inside: str = CHALK, height: float = 190, dent: bool = False
) -> None:
    """A cup without a handle, 200 wide."""
    vessel(
        c,
        [(100, height), (98, height * 0.55), (88, height * 0.18), (64, 0)],
        Finish(
            glaze=colour,
            inside=inside,
            foot=RAW_CLAY,
            foot_height=height * 0.22,
            dots=shade(colour, 0.5),
        ),
    )
    if dent:
        soft = c.radial([(0, shade(colour, 0.5), 0.34), (1, shade(colour, 0.3), 0)])
        c.ellipse(22, -height * 0.55, 36, 46, soft)


def bowl(
    c: Canvas, finish: Finish, *, radius: float = 280, height: float = 260, foot: float = 90
) -> None:
    """A rounded bowl on a small foot."""
    vessel(
        c,
        [
            (radius, height),
            (radius * 0.95, height * 0.68),
            (radius * 0.72, height * 0.32),
            (foot * 1.15, height * 0.1),
            (foot, 0),
        ],
        finish,
    )


def jug(c: Canvas, colour: str, *, band: str) -> None:
    """A pitcher with a pulled lip, 560 high."""
    handle(c, "M96 -470C300 -520 290 -170 150 -180", colour, 44)
    vessel(
        c,
        [(110, 540), (102, 470), (118, 390), (165, 250), (168, 130), (120, 0)],
        Finish(
            glaze=colour,
            inside=shade(colour, 0.1),
            band=band,
            band_at=270,
            band_width=34,
            foot=RAW_CLAY,
            foot_height=46,
        ),
    )
    c.path(
        (
            "M-112 -538C-150 -566 -172 -560 -166 -548C-150 -520 -112 -512"
            " -98 -470C-86 -506 -80 -530 -112 -538z"
        ),
        tint(colour, 0.24),
    )


def teapot(c: Canvas, colour: str, *, knob: str = OAK, hoop: str = "") -> None:
    """A round pot with spout and lid; `hoop` replaces the side handle by one over the top."""
    if hoop:
        handle(c, "M-190 -250C-210 -640 210 -640 190 -250", hoop, 26)
    else:
        handle(c, "M200 -300C400 -350 400 -90 210 -110", colour, 44)
    spout = "M-190 -90C-300 -110 -300 -250 -372 -318L-318 -348C-250 -300 -260 -250 -170 -240z"
    c.path(spout, c.linear([(0, tint(colour, 0.22)), (1, shade(colour, 0.22))], y2=1))
    c.ellipse(-345, -333, 32, 11, shade(colour, 0.45))
    vessel(
        c,
        [(110, 350), (170, 318), (236, 220), (232, 110), (180, 26), (130, 0)],
        Finish(glaze=colour, foot=RAW_CLAY, foot_height=34, dots=shade(colour, 0.45)),
    )
    with c.at(0, -352):
        vessel(c, [(20, 46), (84, 26), (118, 0)], Finish(glaze=tint(colour, 0.06)), shadow=False)
    with c.at(0, -398):
        vessel(c, [(22, 44), (32, 28), (14, 0)], Finish(glaze=knob, inside=knob), shadow=False)


def plate_stack(c: Canvas, colours: Sequence[str], *, radius: float = 330, rim: str = "") -> None:
    """Plates lying on one another, seen from a little above."""
    ground_shadow(c, 0, 20, radius * 0.9)
    k = TILT * 1.25
    for level, colour in enumerate(colours):
        y = -22 - level * 46
        c.path(oval(0, y + 26, radius * 0.62, radius * 0.62 * k), shade(colour, 0.5))
        c.path(
            f"M{num(-radius)} {num(y)}C{num(-radius)} {num(y + 60)} {num(-radius * 0.5)}"
            f" {num(y + radius * k + 24)} 0 {num(y + radius * k + 24)}"
            f"S{num(radius)} {num(y + 60)} {num(radius)} {num(y)}z",
            round_light(c, colour),
        )
        c.path(oval(0, y, radius, radius * k), rim or tint(colour, 0.4))
        c.path(
            oval(0, y + 2, radius * 0.965, radius * 0.965 * k),
            c.linear([(0, shade(colour, 0.2)), (1, tint(colour, 0.3))], x2=0.2, y2=1),
        )
        c.path(
            oval(0, y + 7, radius * 0.68, radius * 0.66 * k),
            c.linear([(0, tint(colour, 0.05)), (1, tint(colour, 0.45))], x2=0.2, y2=1),
        )


def upright_plate(c: Canvas, colour: str, radius: float) -> None:
    """A plate leaning against the wall, facing us."""
    ground_shadow(c, 0, 0, radius * 0.7, 30)
    c.path(oval(26, -radius + 8, radius, radius), shade(colour, 0.6), opacity=0.25)
    c.path(
        oval(0, -radius, radius, radius),
        c.linear([(0, tint(colour, 0.4)), (1, shade(colour, 0.16))], y2=1),
    )
    c.path(
        oval(0, -radius, radius * 0.72, radius * 0.72),
        c.linear([(0, shade(colour, 0.14)), (1, tint(colour, 0.28))], y2=1),
    )
    c.path(
        oval(0, -radius, radius * 0.69, radius * 0.69),
        c.linear([(0, tint(colour, 0.1)), (1, tint(colour, 0.02))], y2=1),
    )


def glass(
    c: Canvas,
    profile: Sequence[Point],
    colour: str,
    *,
    water: float = 0,
    fluted: bool = False,
    base: float = 18,
) -> None:
    """A clear vessel tinted in `colour`, filled up to `water`, with a thick base."""
    top_r, top = profile[0][0], -profile[0][1]
    base_r = profile[-1][0]
    widest = max(r for r, _ in profile)
    ground_shadow(c, 0, base_r * TILT * 0.5, base_r, strength=0.6)
    caustic = c.radial([(0, tint(colour, 0.65), 0.9), (1, colour, 0)])
    c.ellipse(base_r * 1.2, base_r * 0.22, base_r * 0.9, base_r * 0.16, caustic)
    d = outline(profile)
    clip = c.clip(d)
    c.path(
        d,
        c.linear(
            [
                (0, shade(colour, 0.2), 0.75),
                (0.2, tint(colour, 0.5), 0.45),
                (0.6, colour, 0.4),
                (1, shade(colour, 0.25), 0.8),
            ]
        ),
    )
    c.path(
        (
            f"M{num(-widest)} {num(-base)}q{num(widest)} {num(base_r * TILT * 2)}"
            f" {num(2 * widest)} 0v400h{num(-2 * widest)}z"
        ),
        shade(colour, 0.25),
        clip=clip,
        opacity=0.45,
    )
    if water:
        half = next((r for r, h in profile if h <= water), widest)
        c.path(
            f"M{num(-widest)} {num(-water)}h{num(2 * widest)}V200h{num(-2 * widest)}z",
            tint(colour, 0.3),
            clip=clip,
            opacity=0.4,
        )
        c.path(oval(0, -water, half, half * TILT), tint(colour, 0.7), clip=clip, opacity=0.7)
    if fluted:
        lines = "".join(
            curve([(r * i / 5, -h) for r, h in profile])
            for i in (-4.6, -3.6, -2.4, -1, 0.6, 2.2, 3.5, 4.5)
        )
        c.path(lines, stroke=LIGHT, width=5, clip=clip, opacity=0.5)
    c.path(
        curve([(-r * 0.74, -h) for r, h in profile]),
        stroke=LIGHT,
        width=widest * 0.1,
        cap="round",
        clip=clip,
        opacity=0.7,
    )
    c.path(
        curve([(r * 0.8, -h) for r, h in profile]),
        stroke=LIGHT,
        width=5,
        cap="round",
        clip=clip,
        opacity=0.6,
    )
    c.path(
        oval(0, top, top_r, top_r * TILT),
        tint(colour, 0.4),
        stroke=tint(colour, 0.75),
        width=5,
        opacity=0.75,
    )


def planter(
    c: Canvas,
    colour: str,
    *,
    radius: float = 190,
    height: float = 330,
    saucer: bool = True,
    rim: str = "",
) -> None:
    """A conical pot with soil, on its saucer."""
    if saucer:
        vessel(c, [(radius * 0.98, 44), (radius * 0.86, 0)], Finish(glaze=shade(colour, 0.08)))
    with c.at(0, -18 if saucer else 0):
        vessel(
            c,
            [(radius, height), (radius * 0.94, height * 0.6), (radius * 0.74, 0)],
            Finish(glaze=colour, inside="#4a3a30", dip=rim, dip_height=height * 0.8),
            shadow=not saucer,
        )


def candle_cup(c: Canvas, colour: str) -> None:
    """A lit candle in a ceramic cup, 320 high."""
    vessel(
        c,
        [(150, 300), (152, 160), (140, 20), (126, 0)],
        Finish(glaze=colour, inside=CHALK, dots=tint(colour, 0.4)),
    )
    c.path(oval(0, -288, 136, 136 * TILT), c.radial([(0, "#fff3cf"), (1, "#ead3a4")]))
    flame(c, 0, -292)


def flame(c: Canvas, x: float, y: float, size: float = 1) -> None:
    """A wick with its flame and halo."""
    with c.at(x, y, size):
        c.ellipse(
            0,
            -70,
            260,
            260,
            c.radial([(0, "#ffe9b0", 0.75), (0.4, "#ffdf9c", 0.28), (1, "#ffdf9c", 0)]),
        )
        c.path("M0 0V-26", stroke="#4a3a30", width=6, cap="round")
        c.path(
            "M0 -14C-34 -40 -22 -82 0 -128C22 -82 34 -40 0 -14z",
            c.linear([(0, "#fff6d8"), (0.6, "#ffd36b"), (1, "#f08a3c")], x2=0, y2=1),
        )


def taper(
    c: Canvas, colour: str, *, height: float = 520, width: float = 40, lit: bool = False
) -> None:
    """A slim candle."""
    w = width / 2
    c.path(
        (
            f"M{num(-w)} 0V{num(-height + 16)}Q{num(-w * 0.8)} {num(-height)}"
            f" 0 {num(-height)}T{num(w)} {num(-height + 16)}V0Q0 {num(w * 0.5)}"
            f" {num(-w)} 0z"
        ),
        round_light(c, colour),
    )
    if lit:
        flame(c, 0, -height, 0.8)
    else:
        c.path(f"M0 {num(-height)}v-24", stroke="#4a3a30", width=4, cap="round")
