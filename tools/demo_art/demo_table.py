"""The demo shop's products for table and kitchen."""

from itertools import pairwise

from tools.demo_art import decor, plants, textiles, vessels
from tools.demo_art.album import Album
from tools.demo_art.canvas import Canvas
from tools.demo_art.colour import (
    ASH,
    BLUSH,
    CHALK,
    CHARCOAL,
    CLAY,
    FOREST_WALL,
    HONEY,
    INK,
    LINEN_WALL,
    MOSS,
    MUSTARD_WALL,
    NIGHT_WALL,
    OAK,
    OAT,
    OCHRE,
    PEACH_WALL,
    RAW_CLAY,
    ROSE_WALL,
    RUST_WALL,
    SAGE,
    SAGE_WALL,
    SAND_WALL,
    SKY,
    SKY_WALL,
    TERRACOTTA,
    WALNUT,
    shade,
    tint,
)
from tools.demo_art.scenes import plinth, shelf_board, tabletop
from tools.demo_art.shapes import box, ground_shadow, oval, round_light
from tools.demo_art.vessels import Finish

ALBUM = Album("demo/products")


@ALBUM.add("tarn-stoneware-mug")
def _(c: Canvas) -> None:
    tabletop(c, SAGE_WALL, OAK, motif="sun", motif_colour="#e9eddf")
    with c.at(570, 1270, 2):
        vessels.mug(c, OAT, height=310)
    steam(c, 570, 610)


def steam(c: Canvas, x: float, y: float) -> None:
    """Two wisps above something hot."""
    with c.at(x, y):
        c.path(
            "M-50 0C-100 -80 10 -130 -40 -230M50 -10C0 -90 100 -150 40 -260",
            stroke=CHALK,
            width=16,
            cap="round",
            opacity=0.55,
        )


@ALBUM.add("tarn-stoneware-mug-2")
def _(c: Canvas) -> None:
    tabletop(c, PEACH_WALL, "#e9c9ab", motif="plain")
    shelf_board(c, 150, 690, 900, OAK, thickness=40)
    shelf_board(c, 150, 1200, 900, OAK, thickness=40)
    for x, y, colour in ((360, 690, OAT), (800, 690, SAGE), (360, 1200, INK), (800, 1200, CLAY)):
        with c.at(x, y - 16, 1.05):
            vessels.mug(c, colour)


@ALBUM.add("tarn-espresso-cups")
def _(c: Canvas) -> None:
    tabletop(c, RUST_WALL, WALNUT, motif="arch", motif_colour="#d3906f")
    with c.at(750, 1190, 1.9):
        vessels.cup(c, OAT)
    with c.at(430, 1290, 2.05):
        vessels.cup(c, CLAY)


@ALBUM.add("hollow-deep-bowl")
def _(c: Canvas) -> None:
    tabletop(c, LINEN_WALL, "#d9b48c", motif="window")
    with c.at(580, 1270, 1.5):
        vessels.bowl(
            c,
            Finish(glaze=INK, inside="#dfe3df", foot=RAW_CLAY, foot_height=36, dots="#8fa3b5"),
            radius=285,
            height=320,
            foot=100,
        )
    c.path("M190 812L1010 706M200 846L1030 742", stroke=shade(WALNUT, 0.4), width=20, cap="round")
    c.path("M190 806L1010 700M200 840L1030 736", stroke=WALNUT, width=17, cap="round")


@ALBUM.add("cove-breakfast-bowl")
def _(c: Canvas) -> None:
    tabletop(c, SKY_WALL, "#e7d9c4", motif="sun", motif_colour="#f6e7d6")
    with c.at(600, 1260, 1.55):
        vessels.bowl(
            c,
            Finish(
                glaze=RAW_CLAY, inside=BLUSH, dip=BLUSH, dip_height=96, dip_slant=54, dots="#9b6a4f"
            ),
            radius=300,
            height=230,
            foot=120,
        )


@ALBUM.add("ridge-plate")
def _(c: Canvas) -> None:
    tabletop(c, ROSE_WALL, "#c99b78", horizon=1040, motif="column", motif_colour="#efd5c8")
    with c.at(730, 1080, 1.25):
        vessels.upright_plate(c, SAGE, 330)
    with c.at(500, 1250, 1.12):
        vessels.plate_stack(c, (OAT, OAT, SAGE, OAT))


@ALBUM.add("alba-teapot")
def _(c: Canvas) -> None:
    tabletop(c, MUSTARD_WALL, OAK, motif="arch", motif_colour="#edd49c")
    with c.at(600, 1270, 1.45):
        vessels.teapot(c, SAGE)


@ALBUM.add("alba-teapot-2")
def _(c: Canvas) -> None:
    tabletop(c, FOREST_WALL, WALNUT, motif="window")
    with c.at(560, 1190, 1.15):
        vessels.teapot(c, OAT)
    for x, y in ((880, 1290), (330, 1340)):
        with c.at(x, y, 1.05):
            vessels.cup(c, OAT, height=150)


@ALBUM.add("sol-carafe")
def _(c: Canvas) -> None:
    tabletop(c, PEACH_WALL, "#efe4d4", motif="window")
    with c.at(600, 1290, 1.7):
        vessels.glass(
            c, [(70, 470), (66, 380), (150, 260), (166, 120), (140, 0)], "#d99a4e", water=240
        )
        with c.at(0, -430):
            vessels.glass(c, [(60, 0.5), (84, 60), (88, 130), (88, 150)][::-1], "#d99a4e", base=0)


@ALBUM.add("brook-tumblers")
def _(c: Canvas) -> None:
    tabletop(c, LINEN_WALL, "#dfd3be", motif="hill", motif_colour="#cdd8c4")
    tumbler = [(100.0, 230.0), (96.0, 120.0), (82.0, 0.0)]
    with c.at(370, 1180, 1.5):
        vessels.glass(c, tumbler, "#8fae8c", fluted=True)
    with c.at(820, 1240, 1.55):
        vessels.glass(c, tumbler, "#8fae8c", fluted=True)
        with c.at(0, -120):
            vessels.glass(c, tumbler, "#8fae8c", fluted=True)
    with c.at(530, 1350, 1.55):
        vessels.glass(c, tumbler, "#8fae8c", fluted=True, water=130)


@ALBUM.add("drift-pour-over-set")
def _(c: Canvas) -> None:
    tabletop(c, NIGHT_WALL, "#c39468", motif="sun", motif_colour="#50627a")
    with c.at(600, 1290, 1.6):
        vessels.glass(
            c, [(64, 330), (70, 290), (170, 150), (176, 60), (150, 0)], "#9fb0b4", water=0
        )
        clip = c.clip(vessels.outline([(64, 330), (70, 290), (170, 150), (176, 60), (150, 0)]))
        c.path("M-200 -118q200 60 400 0V60H-200z", "#4a2c1d", clip=clip, opacity=0.86)
        c.path(oval(0, -118, 178, 28), "#6d4428", clip=clip)
        c.path(box(-80, -330, 160, 76, 16), round_light(c, OAK))
        with c.at(0, -322):
            vessels.vessel(c, [(90, 26), (94, 0)], Finish(glaze=CHALK), shadow=False)
        with c.at(0, -340):
            vessels.handle(c, "M120 -150C230 -170 210 -40 90 -50", CHALK, 28)
            vessels.vessel(
                c,
                [(180, 210), (120, 100), (54, 0)],
                Finish(glaze=CHALK, inside="#7a5138", rings=True),
                shadow=False,
            )


@ALBUM.add("harvest-serving-platter")
def _(c: Canvas) -> None:
    tabletop(c, SAGE_WALL, "#b98e66", horizon=960, motif="arch", motif_colour="#e6ecdf")
    with c.at(600, 1170, 1.1):
        decor.platter(c, OAT)
    for x, y, size, colour in (
        (460, 1140, 1.35, "#b9a94c"),
        (740, 1150, 1.3, "#c98f4c"),
        (600, 1190, 1.5, "#a8a852"),
    ):
        with c.at(x, y, size):
            decor.pear(c, colour)


@ALBUM.add("millstream-jug")
def _(c: Canvas) -> None:
    tabletop(c, SKY_WALL, "#d8b48e", motif="arch", motif_colour="#eaf0f0")
    with c.at(560, 690):
        plants.tulips(c, ("#e9a98e", "#d4694a", "#f0c9a0", "#d4694a"), height=330)
    with c.at(560, 1290, 1.25):
        vessels.jug(c, OAT, band="#4c6f91")


@ALBUM.add("orbit-serving-tray")
def _(c: Canvas) -> None:
    tabletop(c, CLAY, "#e9dcc8", horizon=930, motif="hill", motif_colour="#d18a6c")
    with c.at(600, 1210, 1.12):
        decor.tray(c, OAK)
    with c.at(440, 1170, 1.15):
        vessels.mug(c, CHALK, height=260)
    with c.at(800, 1140, 0.72):
        vessels.jug(c, SAGE, band=CHALK)


@ALBUM.add("hearth-bread-board")
def _(c: Canvas) -> None:
    tabletop(c, "#dfe3d8", "#cfc3b0", motif="window")
    with c.at(690, 1180, 1.25):
        decor.board(c, OAK)
    with c.at(430, 1290, 1.15):
        decor.loaf(c)


@ALBUM.add("totem-pepper-mill")
def _(c: Canvas) -> None:
    tabletop(c, FOREST_WALL, SAND_WALL, motif="arch", motif_colour="#55746a")
    with c.at(600, 1300, 1.38):
        decor.pepper_mill(c, (OCHRE, CLAY, ASH))
    c.path(
        "M380 1378h.1M430 1402h.1M470 1372h.1M800 1390h.1M850 1420h.1",
        stroke=CHARCOAL,
        width=20,
        cap="round",
    )


@ALBUM.add("supper-napkins")
def _(c: Canvas) -> None:
    tabletop(c, SAND_WALL, "#f1e7d8", horizon=1040, motif="sun", motif_colour="#f2e2c8")
    ground_shadow(c, 600, 1260, 420, 60)
    for i, colour in enumerate((SKY, MOSS, CLAY, OAT)):
        for half in range(2):
            with c.at(600 + (i % 2) * 14, 1270 - (i * 2 + half) * 66, 1.32):
                textiles.napkin(c, colour)
    with c.at(430, 1270 - 8 * 66 + 4):
        plants.sprig(c, length=300, turn=-8)


@ALBUM.add("pool-waffle-towel")
def _(c: Canvas) -> None:
    tabletop(c, SKY_WALL, "#efe6da", motif="arch", motif_colour="#eef4f3")
    ground_shadow(c, 600, 1270, 430, 60)
    for i, colour in enumerate((SAGE, CHALK, BLUSH, SAGE)):
        with c.at(600 + (i % 2) * 10, 1280 - i * 136, 1.22):
            textiles.waffle(c, colour)
    for x, y, colour in ((480, 624, CHALK), (704, 624, BLUSH), (592, 450, SKY)):
        with c.at(x, y, 1.18):
            textiles.towel_roll(c, tint(colour, 0.1))


@ALBUM.add("baker-tea-towels")
def _(c: Canvas) -> None:
    tabletop(c, "#e7ddcd", OAK, horizon=1330, motif="window")
    c.rect(110, 300, 980, 24, shade(HONEY, 0.2), radius=12)
    c.rect(110, 300, 980, 8, tint(HONEY, 0.5), radius=4)
    for x, stripes, checked in (
        (290, ((0.7, 150, CLAY), (0.94, 12, CLAY)), False),
        (600, ((0.62, 16, CLAY), (0.66, 16, CLAY), (0.7, 16, CLAY), (0.9, 30, CLAY)), False),
        (
            910,
            ((0.1, 26, CLAY), (0.3, 26, CLAY), (0.5, 26, CLAY), (0.7, 26, CLAY), (0.9, 26, CLAY)),
            True,
        ),
    ):
        with c.at(x, 306, 1.12):
            textiles.hanging_towel(
                c, "#f4ecdd", stripes, height=740 if checked else 700, checked=checked
            )


@ALBUM.add("strata-wool-rug")
def _(c: Canvas) -> None:
    c.rect(0, 0, 1200, 1500, "#d9b892")
    planks = "".join(f"M{x} 0V1500" for x in range(0, 1200, 150)) + "".join(
        f"M{x} {y}h150"
        for x, y in (
            (0, 400),
            (150, 980),
            (300, 220),
            (900, 300),
            (1050, 900),
            (0, 1200),
            (750, 90),
        )
    )
    c.path(planks, stroke="#b98f66", width=4, opacity=0.6)
    with c.at(210, 190):
        textiles.rug(
            c, 780, 1120, ("#eaddc6", "#d8a67e", "#b9694b", "#7d8a68", "#3f5a52", "#d9a14a")
        )
    c.rect(
        0,
        0,
        1200,
        1500,
        c.linear([(0, "#fff8ec", 0.4), (0.5, "#fff8ec", 0), (1, "#33262e", 0.22)], x2=1, y2=1),
    )


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
