"""The demo shop's plants, vases, candles and pots."""

from itertools import pairwise

from tools.demo_art import decor, plants, vessels
from tools.demo_art.album import Album
from tools.demo_art.canvas import Canvas
from tools.demo_art.colour import (
    BLUSH,
    CHALK,
    CHARCOAL,
    CLAY,
    FOREST_WALL,
    INK,
    LINEN_WALL,
    MOSS,
    MUSTARD_WALL,
    NIGHT_WALL,
    OAK,
    OCHRE,
    PEACH_WALL,
    RAW_CLAY,
    ROSE_WALL,
    SAGE,
    SAGE_WALL,
    SAND_WALL,
    SKY,
    SKY_WALL,
    TERRACOTTA,
    shade,
    tint,
)
from tools.demo_art.scenes import plinth, tabletop
from tools.demo_art.shapes import ground_shadow, oval, round_light
from tools.demo_art.vessels import Finish

ALBUM = Album("demo/products")


@ALBUM.add("bask-planter")
def _(c: Canvas) -> None:
    tabletop(c, SAGE_WALL, "#e4cdb0", motif="window")
    with c.at(600, 890, 1.15):
        plants.rubber_plant(c)
    with c.at(600, 1310, 1.2):
        vessels.planter(c, TERRACOTTA)


@ALBUM.add("bask-planter-2")
def _(c: Canvas) -> None:
    tabletop(c, ROSE_WALL, "#b98a68", motif="arch", motif_colour="#f0d9cc")
    with c.at(440, 880, 1.2):
        plants.snake_plant(c, height=560)
    with c.at(440, 1240, 1.12):
        vessels.planter(c, TERRACOTTA)
    with c.at(830, 1075):
        plants.cactus(c, height=300)
    with c.at(830, 1330, 0.86):
        vessels.planter(c, CHALK, height=280)


@ALBUM.add("sway-hanging-planter")
def _(c: Canvas) -> None:
    tabletop(c, PEACH_WALL, "#d9b592", horizon=1420, motif="sun", motif_colour="#fae8da")
    c.path("M600 -10V190M600 190L300 660M600 190L900 660M600 190V640", stroke="#b89a72", width=9)
    c.path(oval(600, 190, 30, 30), stroke="#c99c4d", width=12)
    with c.at(600, 640, 1.15):
        plants.bushy(c, radius=200, leaves=42)
    with c.at(600, 860, 1.1):
        vessels.vessel(
            c,
            [(285, 210), (262, 110), (170, 20), (80, 0)],
            Finish(glaze=SAGE, inside="#4a3a30", dots="#66764e"),
            shadow=False,
        )
    with c.at(600, 640, 1.15):
        plants.trailing(c, spread=250, length=620, strands=8)
    c.path("M300 660h.1M900 660h.1", stroke="#b89a72", width=30, cap="round")


@ALBUM.add("dew-watering-can")
def _(c: Canvas) -> None:
    tabletop(c, SKY_WALL, "#dcc7a6", motif="niche", motif_colour="#e9efec")
    with c.at(720, 1260, 1.22):
        decor.watering_can(c, OCHRE)
    with c.at(270, 1320, 0.62):
        vessels.planter(c, TERRACOTTA)
        with c.at(0, -340, 1.2):
            plants.bushy(c)


@ALBUM.add("stilt-plant-stand")
def _(c: Canvas) -> None:
    tabletop(c, "#dbe1d3", "#c79f78", horizon=1180, motif="arch", motif_colour="#f1f0e4")
    with c.at(600, 800, 0.94):
        plants.monstera(c)
    ground_shadow(c, 600, 1360, 230, 50)
    for x, lean in ((440, -30), (760, 30), (560, -6)):
        c.path(
            f"M{x} 1040L{x + lean} 1370",
            stroke=shade(OAK, 0.2 if x == 560 else 0),
            width=30,
            cap="round",
        )
    with c.at(600, 1140, 1.1):
        vessels.vessel(
            c,
            [(220, 330), (226, 220), (190, 60), (130, 0)],
            Finish(glaze=CHALK, inside="#4a3a30"),
            shadow=False,
        )


@ALBUM.add("ember-scented-candle")
def _(c: Canvas) -> None:
    tabletop(c, NIGHT_WALL, "#6b4a39", motif="plain")
    with c.at(600, 1280, 1.7):
        vessels.candle_cup(c, CHARCOAL)
    with c.at(820, 1380):
        plants.sprig(c, length=240, turn=-12, colour=MOSS)


@ALBUM.add("taper-candles")
def _(c: Canvas) -> None:
    tabletop(c, BLUSH, "#e8d2c2", motif="column", motif_colour="#efcdbd")
    for i, (colour, tall) in enumerate(
        ((CLAY, 640), (OCHRE, 760), (SAGE, 700), (CLAY, 830), (OCHRE, 660), (INK, 740))
    ):
        x = 250 + i * 140
        ground_shadow(c, x, 1256 + (i % 2) * 50, 60, 16)
        with c.at(x, 1256 + (i % 2) * 50, 1.12):
            vessels.taper(c, colour, height=tall, width=50)
            with c.at(0, 12):
                vessels.vessel(
                    c,
                    [(30, 44), (34, 30), (62, 6), (64, 0)],
                    Finish(glaze="#c99c4d", inside="#c99c4d"),
                    shadow=False,
                )
            c.path("M-25 -20V-60H25V-20Q0 -12 -25 -20z", round_light(c, colour))


@ALBUM.add("stack-candle-holder")
def _(c: Canvas) -> None:
    tabletop(c, FOREST_WALL, OAK, motif="sun", motif_colour="#4d6b62")
    with c.at(600, 950, 1.4):
        vessels.taper(c, CHALK, height=330, width=44, lit=True)
    with c.at(600, 1300, 1.5):
        decor.candle_stack(c)
        c.path("M-16 -300V-340H16V-300z", round_light(c, CHALK))


@ALBUM.add("quarry-pen-pot")
def _(c: Canvas) -> None:
    tabletop(c, MUSTARD_WALL, "#e9dcc8", motif="panel", motif_colour="#edcf94")
    for x, lean, tall, colour in (
        (-70, -14, 430, CLAY),
        (-10, -3, 480, INK),
        (50, 7, 400, SAGE),
        (96, 16, 450, OAK),
    ):
        with c.at(600 + x, 880, turn=lean):
            c.rect(-14, -tall + 60, 28, tall, round_light(c, colour))
            c.path(f"M-14 {-tall + 60}L0 {-tall + 10}L14 {-tall + 60}z", "#ecd2a8")
            c.path(f"M-5 {-tall + 30}L0 {-tall + 10}L5 {-tall + 30}z", CHARCOAL)
    ground_shadow(c, 600, 1290, 220, 44)
    facets = (-1.0, -0.82, -0.45, 0.05, 0.52, 0.86, 1.0)
    tones = (0.12, -0.3, 0.0, 0.1, 0.2, 0.32)
    for (a, b), tone in zip(pairwise(facets), tones, strict=True):
        d = (
            f"M{600 + a * 230:.0f} 830L{600 + a * 200:.0f} {1270 + 38 * (1 - a * a):.0f}"
            f"L{600 + b * 200:.0f} {1270 + 38 * (1 - b * b):.0f}L{600 + b * 230:.0f} 830z"
        )
        c.path(d, shade(CHALK, tone) if tone > 0 else tint(CHALK, -tone))
    c.path(oval(600, 830, 230, 38), tint(CHALK, 0.5))
    for x, lean, colour in ((-70, -14, CLAY), (-10, -3, INK), (50, 7, SAGE), (96, 16, OAK)):
        with c.at(600 + x, 850, turn=lean):
            c.rect(-14, -60, 28, 54, round_light(c, colour))
    c.path("M370 830A230 38 0 0 0 830 830A230 46 0 0 1 370 830z", shade(CHALK, 0.06))


@ALBUM.add("rise-stoneware-vase")
def _(c: Canvas) -> None:
    tabletop(c, PEACH_WALL, "#ead9c3", motif="arch", motif_colour="#faeadd")
    for x, bend in ((590, -230), (600, 20), (612, 240)):
        with c.at(x, 700):
            plants.olive_branch(c, bend, height=540 - abs(bend) * 0.5)
    with c.at(600, 1290, 1.22):
        rise_vase(c, CHALK)


def rise_vase(c: Canvas, colour: str) -> None:
    """The shop's signature vase, 500 high."""
    vessels.vessel(
        c,
        [(62, 500), (56, 450), (90, 400), (205, 310), (214, 210), (160, 70), (118, 0)],
        Finish(
            glaze=RAW_CLAY,
            dip=colour,
            dip_height=100,
            inside=shade(colour, 0.2),
            dots=shade(colour, 0.4),
        ),
    )


@ALBUM.add("rise-stoneware-vase-2")
def _(c: Canvas) -> None:
    tabletop(c, "#cdb79f", "#8d6c54", motif="window")
    for x, y, size, colour in (
        (300, 1190, 0.96, CHARCOAL),
        (860, 1220, 1.06, CLAY),
        (580, 1330, 1.2, CHALK),
    ):
        with c.at(x, y, size):
            rise_vase(c, colour)


@ALBUM.add("pebble-bud-vase")
def _(c: Canvas) -> None:
    tabletop(c, SAND_WALL, "#cfa47e", motif="sun", motif_colour="#f4e6cc")
    with c.at(590, 900, 1.35):
        plants.poppy(c, height=400, lean=46)
    with c.at(590, 1290, 1.6):
        vessels.vessel(
            c,
            [(36, 270), (32, 240), (110, 200), (176, 120), (150, 24), (92, 0)],
            Finish(glaze=SKY, dots="#5b7f90", inside=INK),
        )


@ALBUM.add("loop-ring-vase")
def _(c: Canvas) -> None:
    tabletop(c, LINEN_WALL, "#ded0ba", motif="panel", motif_colour="#d8c4ab")
    plinth(c, 600, 1180, 760, 340, "#e9dfcf")
    with c.at(600, 560, 1.15):
        plants.grasses(c, height=380, spread=330, colour="#cfae78")
    with c.at(600, 1190, 1.2):
        decor.ring_vase(c, OCHRE)


@ALBUM.add("column-glass-vase")
def _(c: Canvas) -> None:
    tabletop(c, ROSE_WALL, "#f0e2d4", motif="window")
    with c.at(600, 780, 1.2):
        plants.tulips(c, ("#f2d7a0", "#e7a08b", "#f6efe2", "#d9694d", "#e7a08b"), height=370)
    with c.at(600, 1300, 1.35):
        vessels.glass(c, [(130, 470), (126, 240), (126, 0)], "#7fa58f", water=330, base=60)
