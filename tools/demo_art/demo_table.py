"""The demo shop's products for table and kitchen."""

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
    WALNUT,
    shade,
    tint,
)
from tools.demo_art.scenes import shelf_board, tabletop
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
