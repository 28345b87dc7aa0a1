"""What belongs to the shops themselves: heroes, collections and marks."""

from tools.demo_art import decor, furniture, lamps, paper, plants, prints, textiles, vessels
from tools.demo_art.album import Album
from tools.demo_art.atelier import pebble_cup
from tools.demo_art.canvas import Canvas
from tools.demo_art.colour import (
    ASH,
    BLUSH,
    BRICK,
    CHALK,
    CHARCOAL,
    CLAY,
    FOREST_WALL,
    HONEY,
    INK,
    MOSS,
    OAK,
    OAT,
    OCHRE,
    PAPER,
    PEACH_WALL,
    RAW_CLAY,
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
from tools.demo_art.scenes import flat_lay, gallery, plinth, room, tabletop
from tools.demo_art.shapes import box, oval, polygon
from tools.demo_art.vessels import Finish

HEROES = Album("demo", 1600, 900)
ATELIER_HERO = Album("atelier", 1600, 900)
COLLECTIONS = Album("demo/collections", 1200, 900)
ATELIER_COLLECTIONS = Album("atelier/collections", 1200, 900)
MARKS = (
    Album("demo", 256, 256),
    Album("atelier", 256, 256),
    Album("demo", 64, 64),
    Album("atelier", 64, 64),
)


@HEROES.add("hero")
def _(c: Canvas) -> None:
    room(c, SAGE_WALL, "#c69c74", horizon=700, motif="window")
    paper.frame(c, 1140, 90, 220, 290, OAK, prints.valley, bar=12)
    paper.frame(c, 1390, 140, 170, 224, WALNUT, prints.balance, bar=11, mat=0.06)
    c.ellipse(980, 806, 540, 66, "#efe4d2", opacity=0.9)
    with c.at(960, 800, 0.8):
        furniture.armchair(c, OAT)
    with c.at(620, 800, 0.72, flip=-1):
        lamps.arc_lamp(c, CHARCOAL)
    with c.at(1286, 806, 0.72):
        furniture.drum_table(c, OCHRE, width=330, height=330)
        with c.at(-50, -334, 0.5):
            furniture.book_pile(c, [(360, 60, CLAY), (320, 48, CHALK)])
        with c.at(70, -330, 0.46):
            vessels.mug(c, MOSS, height=250)
    with c.at(1480, 800, 0.74):
        vessels.planter(c, TERRACOTTA, radius=140, height=230)
        with c.at(0, -244, 0.86):
            plants.snake_plant(c)


@ATELIER_HERO.add("hero")
def _(c: Canvas) -> None:
    tabletop(c, "#efe9df", OAK, horizon=690, motif="plain")
    c.rect(560, 60, 700, 560, "#ffffff")
    with c.window(584, 84, 652, 512, "0 80 300 236"):
        prints.foehn(c)
    c.path("M910 60V620M560 330H1260", stroke="#ffffff", width=22)
    c.rect(540, 616, 740, 26, "#fbf7ef")
    c.path("M0 96Q280 150 520 90", stroke=CHARCOAL, width=4)
    c.ellipse(520, 90, 9, 9, OAK)
    for x, y, turn, art in ((70, 118, 2, prints.lemons), (290, 124, -2, prints.thistle)):
        with c.at(x, y, turn=turn):
            paper.card(c, art, width=190, height=254)
            c.rect(86, -18, 16, 42, ASH, radius=4)
    with c.at(1430, 790, 0.78):
        with c.at(0, -520, 0.8):
            plants.grasses(c, height=330, spread=300, colour="#b9915a")
        vessels.vessel(
            c,
            [(80, 540), (74, 470), (130, 300), (134, 140), (96, 0)],
            Finish(glaze=HONEY, foot=RAW_CLAY, foot_height=40),
        )
    with c.at(1180, 790, 0.8):
        for x, lean, tone in ((-40, -14, WALNUT), (0, 0, OAK), (44, 15, ASH)):
            with c.at(x, -150, turn=lean - 90):
                paper.brush(c, tone, length=330, width=30, lying=False)
        vessels.vessel(
            c,
            [(104, 230), (102, 100), (92, 0)],
            Finish(glaze=CHALK, dip=INK, dip_height=120, inside=INK, dots=shade(INK, 0.3)),
        )
    with c.at(820, 800, 0.72):
        furniture.book_pile(c, [(470, 60, BRICK), (430, 52, INK), (400, 46, HONEY)])
        with c.at(-20, -160, 0.86):
            pebble_cup(c, MOSS)
    with c.at(350, 800, 0.62):
        vessels.teapot(c, INK, knob=RAW_CLAY, hoop="#b98f52")
    with c.at(600, 836, 0.8):
        pebble_cup(c, CHALK)


@COLLECTIONS.add("new-arrivals")
def _(c: Canvas) -> None:
    tabletop(c, PEACH_WALL, "#e6d2b8", horizon=720, motif="arch", motif_colour="#fae9dd")
    plinth(c, 600, 690, 330, 230, "#efe3d2")
    with c.at(265, 800, 0.72):
        lamps.pleated_lamp(c, MOSS, "#e9d6b4")
    with c.at(600, 694, 0.78):
        decor.ring_vase(c, OCHRE)
    with c.at(920, 810, 0.84):
        decor.pepper_mill(c, (OCHRE, CLAY, ASH))


@COLLECTIONS.add("last-of-the-season")
def _(c: Canvas) -> None:
    room(c, CLAY, "#e3d0b6", horizon=700, motif="sun", motif_colour="#d18a6c")
    with c.at(430, 820, 0.88):
        furniture.stool(c, SKY)
    with c.at(430, 360, 0.5):
        textiles.folded(
            c, CHALK, layers=3, stripes=tuple((0.04 + i * 0.2, 0.1, SKY) for i in range(5))
        )
    with c.at(850, 800, 0.86):
        with c.at(0, -390, 0.8):
            plants.tulips(c, ("#f2d7a0", "#f6efe2", "#e7b8a0"), height=330)
        vessels.glass(c, [(120, 440), (116, 220), (116, 0)], "#7fa58f", water=300, base=56)


@COLLECTIONS.add("slow-mornings")
def _(c: Canvas) -> None:
    tabletop(c, SAND_WALL, OAK, horizon=620, motif="window")
    with c.at(390, 760, 0.82):
        vessels.teapot(c, SAGE)
    with c.at(930, 730, 0.84):
        vessels.mug(c, OAT)
    with c.at(790, 840, 0.6):
        vessels.bowl(
            c,
            Finish(glaze=RAW_CLAY, inside=BLUSH, dip=BLUSH, dip_height=96, dip_slant=54),
            radius=300,
            height=230,
            foot=120,
        )
    with c.at(330, 850, 0.7):
        plants.sprig(c, turn=-10)


@COLLECTIONS.add("the-reading-corner")
def _(c: Canvas) -> None:
    room(c, FOREST_WALL, "#a97f5b", horizon=710, motif="plain")
    paper.frame(c, 90, 120, 210, 280, OAK, prints.low_sun, bar=12)
    with c.at(570, 820, 0.76):
        furniture.armchair(c, CLAY)
    with c.at(950, 816, 0.74):
        lamps.arc_lamp(c, CHALK)
    with c.at(200, 820, 0.84):
        furniture.book_pile(c, [(300, 54, INK), (270, 46, OAT), (280, 50, OCHRE), (240, 40, SAGE)])
        with c.at(0, -196, 0.5):
            vessels.mug(c, CHALK, height=240)


@COLLECTIONS.add("gifts-under-50")
def _(c: Canvas) -> None:
    tabletop(c, ROSE_WALL, "#e6cdb8", horizon=650, motif="sun", motif_colour="#f2dcd0")
    with c.at(180, 780):
        paper.parcel(c, 330, 250, "#f6efe2", "leaves", SAGE, CLAY)
    with c.at(250, 530):
        paper.parcel(c, 200, 150, OCHRE, "arches", "#f8e5bd", INK)
    with c.at(700, 780, 0.86):
        vessels.candle_cup(c, CHARCOAL)
    with c.at(960, 800, 0.8):
        with c.at(0, -240):
            plants.poppy(c, height=330)
        vessels.vessel(
            c,
            [(36, 270), (32, 240), (110, 200), (176, 120), (150, 24), (92, 0)],
            Finish(glaze=SKY, inside=INK),
        )


@COLLECTIONS.add("indoor-garden")
def _(c: Canvas) -> None:
    tabletop(c, SKY_WALL, "#d9bd98", horizon=680, motif="window")
    with c.at(220, 780, 0.78):
        vessels.planter(c, TERRACOTTA)
        with c.at(0, -346):
            plants.snake_plant(c, height=430)
    with c.at(520, 800, 0.62):
        vessels.planter(c, CHALK, height=250)
        with c.at(0, -262):
            plants.cactus(c, height=300)
    with c.at(706, 780, 0.52):
        vessels.planter(c, TERRACOTTA)
        with c.at(0, -340):
            plants.bushy(c, radius=150, leaves=30)
    with c.at(1010, 800, 0.5):
        decor.watering_can(c, OCHRE)


@ATELIER_COLLECTIONS.add("neu-im-atelier")
def _(c: Canvas) -> None:
    tabletop(c, "#e9e4da", "#d2b48e", horizon=720, motif="column", motif_colour="#f3efe7")
    with c.at(120, 130):
        paper.marbled(c, 330, 450, ("#efe4d2", INK, "#a9563a", SKY))
    paper.frame(c, 500, 110, 360, 480, OAK, prints.lemons, bar=16, mat=0.07)
    with c.at(1010, 800, 0.86):
        with c.at(0, -500, 0.8):
            plants.grasses(c, height=260, spread=240, colour="#b9915a")
        vessels.vessel(
            c,
            [(80, 520), (74, 450), (126, 300), (130, 140), (96, 0)],
            Finish(glaze=HONEY, foot=RAW_CLAY, foot_height=40),
        )


@ATELIER_COLLECTIONS.add("ausverkauf")
def _(c: Canvas) -> None:
    room(c, "#cfdadd", "#c9a47c", horizon=740, motif="plain")
    paper.frame(c, 150, 110, 480, 640, WALNUT, prints.river_town, bar=22)
    with c.at(730, 250, 0.92, turn=4):
        c.rect(0, 0, 370, 500, "#a9a6a0", radius=8)
        c.rect(26, 24, 318, 452, PAPER, radius=3)
        c.path(
            "".join(f"M64 {y}H{306 - (y * 7) % 90}" for y in range(96, 380, 44)),
            stroke=tint(INK, 0.35),
            width=4,
            cap="round",
            opacity=0.7,
        )
    with c.at(740, 600, 0.86, turn=-5):
        paper.envelope(c, CHALK, BRICK)


@ATELIER_COLLECTIONS.add("berge-und-seen")
def _(c: Canvas) -> None:
    gallery(c, "#e4e2dc", motif="window")
    paper.frame(c, 90, 130, 320, 430, ASH, prints.foehn, bar=16)
    paper.frame(c, 450, 90, 320, 430, CHARCOAL, prints.moon_ridge, bar=14, mat=0.05)
    paper.frame(c, 810, 130, 320, 430, OAK, prints.mountain_lake, bar=16)
    with c.at(600, 690):
        furniture.sideboard(c, OAK, width=1060)
    with c.at(250, 692, 0.62):
        furniture.book_pile(c, [(300, 50, BRICK), (260, 44, PAPER)])
    with c.at(930, 692, 0.5):
        pebble_cup(c, INK)


@ATELIER_COLLECTIONS.add("am-schreibtisch")
def _(c: Canvas) -> None:
    flat_lay(c, "#c9d2c8", accent="#bcc7bb")
    with c.at(560, 90, 0.92, turn=8):
        paper.notebook(c, INK, sewn=HONEY)
    with c.at(190, 140, 1, turn=-7):
        paper.notebook(c, BRICK, sewn=PAPER)
    with c.at(1010, 780, 0.86, turn=-98):
        paper.brush(c, OAK)
    with c.at(1090, 720, 0.86, turn=-88):
        paper.pencil(c, INK)


@ATELIER_COLLECTIONS.add("geschenke")
def _(c: Canvas) -> None:
    tabletop(c, "#f0dcd0", "#e0c8ac", horizon=650, motif="arch", motif_colour="#f8ebe2")
    with c.at(160, 790):
        paper.parcel(c, 370, 280, "#f6efe2", "pebbles", SKY, BRICK)
    with c.at(250, 510):
        paper.parcel(c, 210, 160, HONEY, "leaves", "#f8e8c4", INK)
    with c.at(560, 820):
        paper.parcel(c, 230, 190, INK, "arches", "#9fb4c6", HONEY)
    with c.at(950, 780, 1.5):
        pebble_cup(c, MOSS)


def loam_mark(c: Canvas) -> None:
    """A sun rising over a furrow of earth, on a field of 256."""
    c.path(box(0, 0, 256, 256, 60), "#22594a")
    c.path("M66 140a62 62 0 0 1 124 0z", "#f0b752")
    c.path("M36 156C84 136 172 136 220 156V168C172 148 84 148 36 168z", "#f7f1e4")
    c.path("M48 184C92 166 164 166 208 184V195C164 178 92 178 48 195z", "#d98a63")
    c.path("M66 210C104 196 152 196 190 210V219C152 206 104 206 66 219z", "#f7f1e4")


def slope_mark(c: Canvas) -> None:
    """A printed slope below a moon, on a field of 256."""
    c.path(box(0, 0, 256, 256, 18), "#c2371f")
    c.path(polygon((36, 214), (160, 68), (220, 138), (220, 214)), "#fbf6ec")
    c.path(polygon((36, 214), (112, 124), (150, 164), (130, 186), (154, 214)), "#1d2c4a")
    c.path(oval(78, 72, 26, 26), "#fbf6ec")


def _mark(album: Album, name: str, size: float, *, slope: bool) -> None:
    def scene(c: Canvas) -> None:
        with c.at(0, 0, size / 256):
            (slope_mark if slope else loam_mark)(c)

    album.add(name)(scene)


_mark(MARKS[0], "logo", 256, slope=False)
_mark(MARKS[1], "logo", 256, slope=True)
_mark(MARKS[2], "favicon", 64, slope=False)
_mark(MARKS[3], "favicon", 64, slope=True)

ALBUMS = (HEROES, ATELIER_HERO, COLLECTIONS, ATELIER_COLLECTIONS, *MARKS)
