"""The demo shop's products for the room: light, furniture, cloth, walls and desk."""

from tools.demo_art import decor, furniture, lamps, paper, plants, prints, textiles, vessels
from tools.demo_art.album import Album
from tools.demo_art.canvas import Canvas
from tools.demo_art.colour import (
    ASH,
    BRICK,
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
    OAT,
    OCHRE,
    PEACH_WALL,
    ROSE_WALL,
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
from tools.demo_art.scenes import flat_lay, gallery, room, shelf_board, tabletop
from tools.demo_art.vessels import Finish

ALBUM = Album("demo/products")


@ALBUM.add("mora-table-lamp")
def _(c: Canvas) -> None:
    tabletop(c, "#6f5a52", "#7a4f38", motif="plain")
    with c.at(580, 1280, 1.4):
        lamps.mushroom_lamp(c, CLAY)


@ALBUM.add("mora-table-lamp-2")
def _(c: Canvas) -> None:
    tabletop(c, SAND_WALL, OAK, motif="niche", motif_colour="#f0dfc2")
    with c.at(600, 1330):
        furniture.book_pile(c, [(620, 84, INK), (560, 70, OAT), (590, 64, CLAY)])
    with c.at(590, 1106, 1.1):
        lamps.mushroom_lamp(c, MOSS)


@ALBUM.add("halo-globe-lamp")
def _(c: Canvas) -> None:
    tabletop(c, NIGHT_WALL, "#8a5f43", motif="arch", motif_colour="#475a70")
    with c.at(600, 1290, 1.5):
        lamps.globe_lamp(c, ASH)


@ALBUM.add("plisse-table-lamp")
def _(c: Canvas) -> None:
    tabletop(c, ROSE_WALL, WALNUT, motif="column", motif_colour="#edd2c4")
    with c.at(600, 1290, 1.3):
        lamps.pleated_lamp(c, MOSS, "#e9d6b4")


@ALBUM.add("dune-pendant")
def _(c: Canvas) -> None:
    tabletop(c, "#5c6a63", "#4e5a54", horizon=1500)
    with c.at(600, -4):
        lamps.pendant(c, OCHRE, drop=430, radius=450)
    with c.at(600, 1560, 1.3):
        furniture.ring_table(c, OAK)
    with c.at(640, 1130, 0.8):
        vessels.bowl(c, Finish(glaze=CHALK, inside=CHALK), radius=230, height=150, foot=90)


@ALBUM.add("lantern-paper-pendant")
def _(c: Canvas) -> None:
    gallery(c, "#b98d74", motif="plain")
    with c.at(600, -4):
        lamps.paper_lantern(c, drop=300, radius=420)


@ALBUM.add("crane-floor-lamp")
def _(c: Canvas) -> None:
    room(c, SAGE_WALL, "#b98f69", horizon=1190, motif="panel", motif_colour="#c3cdb8")
    with c.at(450, 1330, 0.92):
        furniture.armchair(c, CLAY)
    with c.at(960, 1320, 1.06):
        lamps.arc_lamp(c, CHARCOAL)


@ALBUM.add("pike-desk-lamp")
def _(c: Canvas) -> None:
    tabletop(c, PEACH_WALL, OAK, horizon=1130, motif="sun", motif_colour="#fbe9dc")
    with c.at(330, 1310):
        furniture.book_pile(c, [(380, 56, CLAY), (340, 46, OAT)])
    with c.at(760, 1270, 1.25):
        lamps.desk_lamp(c, MOSS)


@ALBUM.add("fen-dining-chair")
def _(c: Canvas) -> None:
    room(c, MUSTARD_WALL, "#c49b72", motif="arch", motif_colour="#efd8a6")
    with c.at(580, 1350, 1.42):
        furniture.chair(c, OAK, MOSS)


@ALBUM.add("fen-dining-chair-2")
def _(c: Canvas) -> None:
    room(c, SKY_WALL, "#d6bfa0", motif="window")
    with c.at(820, 1290, 1.1):
        furniture.ring_table(c, WALNUT)
    with c.at(850, 915, 0.62):
        plants_in_vase(c)
    with c.at(400, 1390, 1.05):
        furniture.chair(c, WALNUT, CLAY)


def plants_in_vase(c: Canvas) -> None:
    """A small white vase with dried grasses."""
    with c.at(0, -250):
        plants.grasses(c, height=330, spread=260)
    vessels.vessel(c, [(50, 270), (48, 220), (120, 140), (90, 0)], Finish(glaze=CHALK))


@ALBUM.add("perch-stool")
def _(c: Canvas) -> None:
    room(c, CLAY, "#e0cdb4", motif="hill", motif_colour="#cf8568")
    with c.at(600, 1370, 1.5):
        furniture.stool(c, SKY)


@ALBUM.add("loll-lounge-chair")
def _(c: Canvas) -> None:
    room(c, FOREST_WALL, "#b68a62", motif="arch", motif_colour="#4b6a60")
    with c.at(600, 1350, 1.38):
        furniture.armchair(c, OAT)


@ALBUM.add("plinth-side-table")
def _(c: Canvas) -> None:
    room(c, LINEN_WALL, "#a9836a", motif="panel", motif_colour="#dccdb8")
    with c.at(600, 1350, 1.6):
        furniture.drum_table(c, OCHRE)
    with c.at(520, 630, 0.62):
        furniture.book_pile(c, [(420, 62, INK), (380, 50, CHALK)])
    with c.at(720, 640, 0.72):
        vessels.mug(c, SAGE, height=240)


@ALBUM.add("ring-coffee-table")
def _(c: Canvas) -> None:
    room(c, ROSE_WALL, "#d9c3a6", horizon=1060, motif="sun", motif_colour="#f3dfd4")
    c.ellipse(600, 1310, 560, 120, "#efe6d8")
    with c.at(600, 1310, 1.2):
        furniture.ring_table(c, OAK)
    with c.at(540, 925, 0.9):
        vessels.bowl(c, Finish(glaze=INK, inside="#dfe3df"), radius=200, height=130, foot=80)
    with c.at(800, 910, 0.55):
        plants_in_vase(c)


@ALBUM.add("long-acre-bench")
def _(c: Canvas) -> None:
    room(c, SKY_WALL, "#c7a07a", motif="window")
    with c.at(600, 1330, 1.12):
        furniture.bench(c, OAK)
    with c.at(360, 900, 0.5):
        textiles.folded(c, CLAY, layers=3)
    with c.at(850, 912, 0.62):
        decor.basket(c, "#cfae78", "#6b4330", height=300)


@ALBUM.add("ledge-wall-shelf")
def _(c: Canvas) -> None:
    gallery(c, SAGE_WALL, motif="window")
    shelf_board(c, 110, 960, 980, OAK, thickness=54)
    paper.frame(c, 190, 560, 300, 400, WALNUT, prints.low_sun, bar=18)
    with c.at(560, 960):
        furniture.books(
            c, [(54, 320, CLAY), (40, 290, OAT), (62, 340, INK), (46, 300, OCHRE), (36, 270, SAGE)]
        )
    with c.at(945, 950, 0.82):
        with c.at(0, -300):
            plants.olive_branch(c, -70, height=330)
            plants.olive_branch(c, 90, height=300)
        vessels.vessel(
            c,
            [(50, 340), (46, 300), (130, 200), (124, 80), (80, 0)],
            Finish(glaze=CHALK, foot=TERRACOTTA, foot_height=60),
        )
    c.rect(110, 990, 980, 24, tint(OAK, 0.3))


@ALBUM.add("grove-peg-rail")
def _(c: Canvas) -> None:
    gallery(c, "#f0e6d8", motif="plain")
    c.rect(0, 1130, 1200, 370, c.linear([(0, "#cdd6c4"), (1, "#b9c4ae")], x2=0, y2=1))
    c.rect(0, 1118, 1200, 14, "#e9ede3")
    with c.at(110, 420, 1.09):
        furniture.peg_rail(c, SAGE, OAK)
    with c.at(420, 490, 0.92):
        decor.straw_hat(c, "#e0bd80", CHARCOAL)
    with c.at(768, 490, 1.1):
        decor.tote(c, OAT, CLAY)
    with c.at(208, 486):
        textiles.draped(c, INK, width=120, height=620)
    with c.at(998, 500):
        c.path("M0 0C-10 40 -16 300 -10 470", stroke=OAK, width=18, cap="round")
        c.path("M-70 470H50L80 640H-100z", c.linear([(0, "#e7c98f"), (1, "#b98f52")], x2=0, y2=1))
        c.path("M-54 500H36M-40 520V630M-10 520V634M20 520V630", stroke="#8d6a3a", width=5)


@ALBUM.add("rung-bookcase")
def _(c: Canvas) -> None:
    room(c, PEACH_WALL, "#c99f78", horizon=1240, motif="arch", motif_colour="#fbeadf")
    with c.at(600, 1370, 1.12):
        furniture.bookcase(c, ASH)
        with c.at(-60, -1006, 0.5):
            vessels.planter(c, CHALK, saucer=False, height=240)
            with c.at(0, -250, 1.1):
                plants.bushy(c, leaves=18)
        with c.at(60, -1004, 0.85):
            furniture.books(c, [(34, 150, CLAY), (28, 130, INK), (38, 160, OAT)])
        with c.at(-150, -778):
            furniture.books(c, [(34, 150, INK), (44, 170, OCHRE), (30, 140, SAGE), (40, 160, CLAY)])
        with c.at(100, -772, 0.42):
            vessels.vessel(c, [(50, 380), (46, 320), (150, 210), (120, 0)], Finish(glaze=SKY))
        with c.at(20, -542):
            furniture.books(c, [(36, 160, CLAY), (46, 176, OAT), (34, 150, MOSS), (44, 168, INK)])

        with c.at(-170, -300):
            furniture.books(
                c,
                [
                    (50, 190, MOSS),
                    (40, 170, OAT),
                    (56, 200, CLAY),
                    (44, 180, INK),
                    (38, 166, OCHRE),
                ],
            )

        with c.at(-60, -40, 0.8):
            furniture.book_pile(c, [(230, 40, OAT), (200, 34, INK)])


@ALBUM.add("fell-wool-throw")
def _(c: Canvas) -> None:
    tabletop(c, LINEN_WALL, "#d3ae86", motif="sun", motif_colour="#f6efe2")
    with c.at(600, 1250, 1.3):
        textiles.folded(c, CLAY, layers=5, thick=96)
    with c.at(590, 640, 1.2):
        textiles.draped(c, tint(CLAY, 0.06), width=470, height=250)


@ALBUM.add("fell-wool-throw-2")
def _(c: Canvas) -> None:
    room(c, SAND_WALL, "#b48b68", motif="arch", motif_colour="#f2e3c9")
    with c.at(600, 1350, 1.36):
        furniture.armchair(c, CHALK)
    with c.at(206, 800):
        textiles.draped(c, MOSS, width=190, height=380)


@ALBUM.add("tideline-blanket")
def _(c: Canvas) -> None:
    tabletop(c, SKY_WALL, "#efe3d1", motif="window")
    stripes = tuple((0.04 + i * 0.2, 0.1, SKY) for i in range(5))
    with c.at(600, 1270, 1.34):
        textiles.folded(c, CHALK, layers=5, thick=92, stripes=stripes)
    with c.at(450, 646):
        plants.sprig(c, length=320, turn=-6, colour=SAGE)


@ALBUM.add("furrow-linen-cushion")
def _(c: Canvas) -> None:
    room(c, "#d9c7b4", "#a57e60", horizon=1210, motif="window")
    c.path(
        "M-20 1230H1220V1500H-20z",
        c.linear([(0, tint(CHALK, 0.2)), (1, shade(CHALK, 0.2))], x2=0, y2=1),
    )
    with c.at(760, 1240, 1.2, turn=5):
        textiles.cushion(c, OAT, seam=True)
    with c.at(440, 1290, 1.25, turn=-4):
        textiles.cushion(c, OCHRE, seam=True)


@ALBUM.add("arcade-cushion")
def _(c: Canvas) -> None:
    tabletop(c, SAGE_WALL, WALNUT, motif="niche", motif_colour="#e3e9da")
    with c.at(600, 1260, 1.55, turn=-2):
        face = textiles.cushion(c, OAT)
        textiles.arch_pattern(c, face, (CLAY, "#f0e2c9", OCHRE))


@ALBUM.add("noon-wall-clock")
def _(c: Canvas) -> None:
    gallery(c, "#ead3c0", motif="window")
    with c.at(600, 640, 1.2):
        furniture.clock(c, SAGE, OCHRE)


@ALBUM.add("pond-mirror")
def _(c: Canvas) -> None:
    room(c, CLAY, "#d8c0a2", horizon=1380, motif="plain")
    with c.at(590, 540, 1.18):
        furniture.pond_mirror(c, OAK)
    with c.at(600, 1120, 1):
        furniture.sideboard(c, WALNUT, width=940)
    with c.at(860, 1120, 0.62):
        plants_in_vase(c)
    with c.at(320, 1120, 0.6):
        vessels.bowl(c, Finish(glaze=CHALK), radius=200, height=130, foot=80)


@ALBUM.add("tuck-seagrass-basket")
def _(c: Canvas) -> None:
    room(c, SKY_WALL, "#cba27a", motif="sun", motif_colour="#eef3f1")
    with c.at(600, 1330, 1.32):
        decor.basket(c, "#d0ac72", "#7a4a30", filled=CLAY, height=420)


@ALBUM.add("tuck-seagrass-basket-2")
def _(c: Canvas) -> None:
    room(c, MUSTARD_WALL, "#e6d3b4", motif="plain")
    for x, y, size in ((850, 1240, 0.62), (620, 1270, 0.82), (340, 1330, 1.0)):
        with c.at(x, y, size):
            decor.basket(c, "#d0ac72", "#7a4a30", height=380)


@ALBUM.add("still-valley-print")
def _(c: Canvas) -> None:
    gallery(c, "#dfe1d6", motif="window")
    paper.frame(c, 230, 240, 740, 980, OAK, prints.valley)


@ALBUM.add("still-valley-print-2")
def _(c: Canvas) -> None:
    room(c, "#cfd8cb", "#cfae88", horizon=1380, motif="plain")
    paper.frame(c, 350, 180, 520, 680, OAK, prints.valley, bar=20)
    with c.at(600, 1060):
        furniture.sideboard(c, OAK, width=1040)
    with c.at(260, 1066, 0.66):
        lamps.mushroom_lamp(c, CHALK)
    with c.at(980, 1062, 0.62):
        plants_in_vase(c)


@ALBUM.add("seed-study-print")
def _(c: Canvas) -> None:
    gallery(c, "#c9a98e", motif="window")
    paper.frame(c, 230, 230, 740, 980, CHARCOAL, prints.seed_study, bar=20)


@ALBUM.add("balance-print")
def _(c: Canvas) -> None:
    gallery(c, "#e8ddd0", motif="column", motif_colour="#f2e9de")
    paper.frame(c, 240, 210, 720, 960, ASH, prints.balance, mat=0.06)


@ALBUM.add("low-sun-print")
def _(c: Canvas) -> None:
    gallery(c, "#3f5560", motif="plain")
    paper.frame(c, 240, 230, 720, 960, OAK, prints.low_sun)


@ALBUM.add("reeds-print")
def _(c: Canvas) -> None:
    gallery(c, "#ece6da", motif="window")
    paper.frame(c, 240, 220, 720, 960, WALNUT, prints.reeds)


@ALBUM.add("daybook-notebook")
def _(c: Canvas) -> None:
    flat_lay(c, "#e9dfce", accent="#dfc9ac")
    with c.at(300, 250, 1.35, turn=-7):
        paper.notebook(c, CLAY, ribbon=OCHRE)
    with c.at(290, 1300, 1.15, turn=-16):
        paper.pencil(c, MOSS)


@ALBUM.add("daybook-notebook-2")
def _(c: Canvas) -> None:
    flat_lay(c, "#d3dccf", accent="#c5d0c0")
    for i, (colour, turn) in enumerate(((OCHRE, 11), (MOSS, 4), (INK, -4), (CLAY, -12))):
        with c.at(390 - i * 26, 210 + i * 92, 1.14, turn=turn):
            paper.notebook(c, colour, ribbon=shade(colour, 0.35))
    with c.at(300, 590, 1, turn=-12):
        paper.label(c, 90, 110, 250, 150, shade(CLAY, 0.3))


@ALBUM.add("keep-desk-tray")
def _(c: Canvas) -> None:
    flat_lay(c, "#b9c4b5")
    decor.desk_tray(c, 150, 250, 560, 860, ASH, "#6d7d70")
    decor.desk_tray(c, 760, 250, 310, 500, ASH, BRICK)
    decor.desk_tray(c, 760, 800, 310, 310, ASH, INK)
    with c.at(300, 980, 1.1, turn=-84):
        paper.pencil(c, INK)
    with c.at(430, 1010, 1.2, turn=-90):
        paper.pen(c, CHARCOAL)
    with c.at(560, 990, 1, turn=-95):
        paper.pencil(c, CLAY)
    with c.at(850, 380, 1.4):
        decor.clips(c)
    with c.at(860, 900, 1.3, turn=40):
        decor.key(c)
