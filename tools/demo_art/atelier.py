"""The atelier's products: prints, paper, ceramics and tools."""

from tools.demo_art import decor, furniture, paper, plants, prints, vessels
from tools.demo_art.album import Album
from tools.demo_art.canvas import Canvas
from tools.demo_art.colour import (
    ASH,
    BRICK,
    CHALK,
    CHARCOAL,
    DEEP_LEAF,
    HONEY,
    INK,
    LEAF,
    MOSS,
    OAK,
    OAT,
    PAPER,
    RAW_CLAY,
    SAGE,
    SKY,
    TERRACOTTA,
    WALNUT,
    shade,
    tint,
)
from tools.demo_art.scenes import flat_lay, gallery, room, shelf_board, tabletop
from tools.demo_art.shapes import box, curve, ground_shadow, leaf, oval, round_light, wall_shadow
from tools.demo_art.vessels import Finish

ALBUM = Album("atelier/products")

MIST = "#dfe3e4"
RUST = "#a9563a"


@ALBUM.add("linocut-foehn-day")
def _(c: Canvas) -> None:
    gallery(c, "#e6e4df", motif="window")
    paper.frame(c, 240, 220, 720, 960, ASH, prints.foehn)


@ALBUM.add("linocut-foehn-day-2")
def _(c: Canvas) -> None:
    room(c, "#e8d9c8", "#b8906c", horizon=1380, motif="plain")
    paper.frame(c, 330, 170, 540, 720, ASH, prints.foehn, bar=20)
    with c.at(600, 1070):
        furniture.sideboard(c, WALNUT, width=1040)
    with c.at(280, 1074, 0.72):
        with c.at(0, -300):
            plants.olive_branch(c, 90, height=380)
        vessels.vessel(
            c,
            [(60, 340), (54, 290), (140, 190), (136, 80), (90, 0)],
            Finish(glaze=CHALK, dots=CHARCOAL),
        )
    with c.at(920, 1072, 0.72):
        furniture.book_pile(c, [(320, 52, BRICK), (290, 44, PAPER), (270, 40, INK)])


@ALBUM.add("linocut-thistle")
def _(c: Canvas) -> None:
    gallery(c, "#4a6157", motif="plain")
    paper.frame(c, 240, 220, 720, 960, OAK, prints.thistle)


@ALBUM.add("riso-print-lake-bath")
def _(c: Canvas) -> None:
    gallery(c, "#f3ddd0", motif="window")
    paper.frame(c, 240, 220, 720, 960, CHALK, prints.lake_bath, mat=0.07, mount="#fbf3e6")


@ALBUM.add("riso-print-city-on-the-river")
def _(c: Canvas) -> None:
    gallery(c, "#cfdadd", motif="column", motif_colour="#dbe4e5")
    paper.frame(c, 240, 220, 720, 960, WALNUT, prints.river_town)


@ALBUM.add("riso-print-lemons")
def _(c: Canvas) -> None:
    gallery(c, "#f0e4c4", motif="window")
    paper.frame(c, 240, 220, 720, 960, OAK, prints.lemons, mat=0.07)


@ALBUM.add("screen-print-moon-over-the-ridge")
def _(c: Canvas) -> None:
    gallery(c, "#d8cfc4", motif="panel", motif_colour="#cabfb2")
    paper.frame(c, 230, 210, 740, 980, CHARCOAL, prints.moon_ridge, mat=0.05, bar=20)


@ALBUM.add("screen-print-mountain-lake")
def _(c: Canvas) -> None:
    gallery(c, "#dfe5dc", motif="sun", motif_colour="#eaeee5")
    paper.frame(c, 240, 220, 720, 960, ASH, prints.mountain_lake)


@ALBUM.add("linocut-whitefish")
def _(c: Canvas) -> None:
    gallery(c, "#3f566b", motif="plain")
    paper.frame(c, 240, 220, 720, 960, OAK, prints.whitefish)


@ALBUM.add("notebook-thread")
def _(c: Canvas) -> None:
    flat_lay(c, "#ebe6dd", accent="#dfd7ca")
    with c.at(520, 210, 1.22, turn=9):
        paper.notebook(c, INK, sewn=HONEY)
    with c.at(180, 420, 1.3, turn=-8):
        paper.notebook(c, BRICK, sewn=PAPER)


@ALBUM.add("notebook-thread-2")
def _(c: Canvas) -> None:
    flat_lay(c, "#d5dde0")
    for i, (colour, turn) in enumerate(((HONEY, 14), (MOSS, 6), (INK, -2), (BRICK, -10))):
        with c.at(420 - i * 44, 190 + i * 90, 1.14, turn=turn):
            paper.notebook(c, colour, sewn=tint(colour, 0.7))


@ALBUM.add("sketchbook-linen")
def _(c: Canvas) -> None:
    flat_lay(c, "#c9d2c8", accent="#bcc7bb")
    with c.at(230, 210, 1.45, turn=-5):
        paper.notebook(c, "#d8cbb3", band=BRICK)
    with c.at(330, 1270, 1.05, turn=-20):
        paper.brush(c, OAK)
    for x, y, colour in ((960, 1130, INK), (1030, 1240, BRICK), (920, 1290, HONEY)):
        c.path(oval(x, y, 46, 42), tint(colour, 0.14))
        c.path(oval(x - 6, y - 6, 24, 20), tint(colour, 0.36), opacity=0.6)


@ALBUM.add("card-set-alpine-flowers")
def _(c: Canvas) -> None:
    flat_lay(c, "#e3d9cb", accent="#d6cab9")
    with c.at(610, 880, 1.1, turn=7):
        paper.envelope(c, "#e9e2d3", SKY)
    with c.at(560, 170, 1.35, turn=8):
        paper.card(c, prints.edelweiss)
    with c.at(130, 260, 1.35, turn=-9):
        paper.card(c, prints.gentian)
    with c.at(320, 640, 1.35, turn=-2):
        paper.card(c, prints.arnica)


@ALBUM.add("writing-paper-kontor")
def _(c: Canvas) -> None:
    flat_lay(c, "#a9b5b8", accent="#9dabae")
    with c.at(190, 170, 1, turn=-4):
        wall_shadow(c, 0, 0, 640, 900)
        c.rect(0, 0, 640, 900, c.linear([(0, "#b9b6b0"), (1, "#9b9892")], x2=1, y2=1), radius=10)
        for step in range(3):
            c.rect(44 + step * 5, 46 + step * 6, 560, 800, shade(PAPER, 0.05), radius=3)
        c.rect(40, 40, 560, 800, PAPER, radius=3)
        c.path(
            "".join(f"M96 {y}H{544 - (y * 7) % 120}" for y in range(150, 560, 58)),
            stroke=tint(INK, 0.35),
            width=5,
            cap="round",
            opacity=0.7,
        )
        c.path("M380 690C400 640 430 720 450 680S500 660 520 690", stroke=INK, width=7, cap="round")
    with c.at(560, 1000, 1.05, turn=9):
        paper.envelope(c, CHALK, BRICK)
    with c.at(1010, 980, 1.2, turn=-112):
        paper.pen(c, BRICK)


@ALBUM.add("wrapping-paper-sheets")
def _(c: Canvas) -> None:
    tabletop(c, "#f0dcd0", "#e3cdb4", motif="arch", motif_colour="#f8ebe2")
    for x, y, length, tone, kind, ink in (
        (840, 1180, 860, "#f3ead8", "waves", INK),
        (980, 1200, 740, BRICK, "leaves", "#f3d9c6"),
        (720, 1200, 720, "#dfe6dc", "arches", MOSS),
    ):
        ground_shadow(c, x, y, 60, 16)
        with c.at(x, y, 1.05):
            paper.paper_roll(c, tone, kind, ink, length=length)
    with c.at(190, 1270):
        paper.parcel(c, 470, 360, "#f6efe2", "pebbles", SKY, BRICK)
    with c.at(290, 910):
        paper.parcel(c, 270, 210, HONEY, "leaves", "#f8e8c4", INK)
    with c.at(620, 1340):
        paper.parcel(c, 300, 240, INK, "arches", "#9fb4c6", HONEY)


@ALBUM.add("marbled-paper-marmor")
def _(c: Canvas) -> None:
    flat_lay(c, "#e7e1d8")
    with c.at(420, 200, 1, turn=6):
        paper.marbled(c, 620, 860, ("#f0e3cd", MOSS, SAGE, HONEY))
    with c.at(190, 290, 1, turn=-4):
        paper.marbled(c, 720, 980, ("#efe4d2", INK, RUST, SKY, "#e0b98c", "#29435e"))


@ALBUM.add("wall-calendar-2027")
def _(c: Canvas) -> None:
    gallery(c, "#dfe6e3", motif="window")
    c.path("M600 120L270 300M600 120L930 300", stroke="#a58f6f", width=7)
    c.path(oval(600, 118, 14, 14), "#c99c4d")
    wall_shadow(c, 270, 300, 660, 960)
    c.rect(270, 300, 660, 960, PAPER)
    with c.window(310, 350, 580, 660, "0 0 300 341"):
        prints.month(c)
    days = "".join(f"M{330 + (i % 16) * 36} {1090 + i // 16 * 70}h.1" for i in range(31))
    c.path(days, stroke=INK, width=12, cap="round")
    c.path("M330 1160h.1M582 1160h.1", stroke=BRICK, width=20, cap="round")
    c.rect(
        250,
        284,
        700,
        32,
        c.linear([(0, tint(OAK, 0.4)), (0.5, OAK), (1, shade(OAK, 0.3))], x2=0, y2=1),
        radius=16,
    )


def pebble_cup(c: Canvas, glaze: str, *, height: float = 200) -> None:
    """A cup with a hollow for the thumb."""
    vessels.cup(c, glaze, inside=shade(glaze, 0.16), height=height, dent=True)


@ALBUM.add("cup-river-pebble")
def _(c: Canvas) -> None:
    tabletop(c, "#dadfd9", "#a98767", motif="sun", motif_colour="#ecefe9")
    with c.at(770, 1180, 2.05):
        pebble_cup(c, MOSS, height=220)
    with c.at(430, 1300, 2.2):
        pebble_cup(c, CHALK)


@ALBUM.add("cup-river-pebble-2")
def _(c: Canvas) -> None:
    gallery(c, "#e9cdbd", motif="plain")
    shelf_board(c, 140, 660, 920, ASH, thickness=42)
    shelf_board(c, 140, 1180, 920, ASH, thickness=42)
    for x, y, glaze in ((370, 660, CHALK), (830, 660, MOSS), (370, 1180, INK), (830, 1180, RUST)):
        with c.at(x, y - 14, 1.6):
            pebble_cup(c, glaze)


@ALBUM.add("bowl-hollow")
def _(c: Canvas) -> None:
    tabletop(c, "#f2dfc9", "#c69a6e", motif="window")
    for x, y, turn in ((460, 800, -16), (720, 806, 22), (590, 764, 4)):
        with c.at(x, y, 1.5, turn=turn):
            decor.lemon(c)
    with c.at(600, 1250, 1.5):
        bowl_front(c)


def bowl_front(c: Canvas) -> None:
    """The wall of a wide bowl, open towards what lies in it."""
    ground_shadow(c, 0, 0, 190, 40)
    d = (
        "M-320 -270C-300 -110 -190 -20 -110 0A110 19 0 0 0 110 0C190"
        " -20 300 -110 320 -270A320 54 0 0 1 -320 -270z"
    )
    c.path(d, round_light(c, MOSS))
    clip = c.clip(d)
    c.path(
        "".join(f"M-330 {y}q330 112 660 0" for y in range(-250, 10, 34)),
        stroke=shade(MOSS, 0.4),
        width=4,
        clip=clip,
        opacity=0.4,
    )
    c.path("M-318 -262A318 54 0 0 0 318 -262", stroke=tint(MOSS, 0.45), width=12)
    c.path(
        "M-270 -190C-240 -110 -190 -60 -150 -40",
        stroke="#fff8ec",
        width=22,
        cap="round",
        opacity=0.24,
    )


@ALBUM.add("plate-kreide")
def _(c: Canvas) -> None:
    tabletop(c, "#b98d74", "#e2d6c6", horizon=960, motif="arch", motif_colour="#c79e86")
    with c.at(600, 1240, 1.32):
        vessels.plate_stack(c, (CHALK, CHALK, CHALK, CHALK, CHALK), rim="#6d5444")
    with c.at(450, 950, 1.1):
        plants.sprig(c, length=300, turn=-4, colour=DEEP_LEAF)


@ALBUM.add("teapot-rest")
def _(c: Canvas) -> None:
    tabletop(c, "#ecdcb9", "#b78b62", motif="arch", motif_colour="#f5ebd2")
    with c.at(620, 1270, 1.5):
        vessels.teapot(c, INK, knob=RAW_CLAY, hoop="#b98f52")


@ALBUM.add("vase-reed")
def _(c: Canvas) -> None:
    tabletop(c, "#cbd6d3", "#d9bd98", motif="window")
    with c.at(600, 640, 1.15):
        plants.grasses(c, height=400, spread=380, colour="#b9915a", count=11)
    profile = [(90.0, 640.0), (84.0, 560.0), (130.0, 380.0), (140.0, 180.0), (104.0, 0.0)]
    with c.at(600, 1310, 1.08):
        vessels.vessel(c, profile, Finish(glaze=HONEY, foot=RAW_CLAY, foot_height=40))
        clip = c.clip(vessels.outline(profile))
        lines = "".join(
            curve([(r * share, -h - 6) for r, h in profile[1:]])
            for share in (-0.9, -0.72, -0.5, -0.26, 0, 0.26, 0.5, 0.72, 0.9)
        )
        c.path(lines, stroke=shade(HONEY, 0.45), width=4, clip=clip, opacity=0.55)


@ALBUM.add("pot-windowsill")
def _(c: Canvas) -> None:
    gallery(c, "#f1e7da")
    c.rect(150, 120, 900, 1010, "#ffffff")
    with c.window(190, 160, 820, 930, "0 60 300 340"):
        prints.foehn(c)
    c.path("M150 610H1050M600 120V1130", stroke="#ffffff", width=34)
    c.path(box(150, 120, 900, 1010), stroke="#e3dccf", width=6)
    shelf_board(c, 70, 1180, 1060, "#e9dcc7", thickness=64)
    with c.at(480, 950, 1.2):
        plants.bushy(c, radius=210, leaves=40)
    with c.at(480, 1176, 1.02):
        vessels.planter(c, TERRACOTTA, radius=170, height=240, rim=CHALK)
    with c.at(800, 1010, 1.05):
        plants.bushy(c, radius=160, colour=SAGE, seed=4, leaves=26)
    with c.at(800, 1176, 0.76):
        vessels.planter(c, TERRACOTTA, radius=170, height=240, rim=CHALK)


@ALBUM.add("linocut-set-beginning")
def _(c: Canvas) -> None:
    flat_lay(c, "#e9dfd0", accent="#dccfbb")
    with c.at(330, 420, 1.2, turn=-10):
        paper.ink_roller(c, OAK, BRICK)
    with c.at(620, 210, 1, turn=6):
        for step in (3, 2, 1):
            c.rect(step * 7, step * 9, 430, 590, "#33262e", radius=6, opacity=0.08)
        c.rect(0, 0, 430, 590, "#9a8a73", radius=6)
        c.rect(0, 0, 420, 580, "#b5a58c", radius=6)
        c.path("M210 540C214 380 206 240 214 90", stroke="#efe6d6", width=9, cap="round")
        veins = "".join(
            leaf(211, y, a, 150, 32)
            for y, a in (
                (460, -30),
                (460, -150),
                (340, -34),
                (340, -146),
                (220, -42),
                (220, -138),
                (120, -90),
            )
        )
        c.path(veins, "#efe6d6")
    for x, y, turn, tone in ((170, 1080, -8, ASH), (220, 1200, -4, OAK), (300, 1320, 1, WALNUT)):
        with c.at(x, y, 1.15, turn=turn):
            paper.gouge(c, tone)
    with c.at(840, 960, 1, turn=14):
        c.rect(10, 14, 140, 330, "#33262e", radius=16, opacity=0.14)
        c.path("M0 0H150L138 300H12z", c.linear([(0, "#e7e9e8"), (0.4, "#ffffff"), (1, "#aab2b4")]))
        c.rect(6, 60, 138, 150, BRICK)
        c.rect(44, 298, 62, 50, CHARCOAL, radius=8)
        c.rect(-4, -16, 158, 26, "#b9c0c2", radius=6)


@ALBUM.add("brush-set-three")
def _(c: Canvas) -> None:
    flat_lay(c, "#dfe4e3")
    c.path(
        curve([(150, 300), (420, 230), (700, 320), (1040, 240)]),
        stroke=BRICK,
        width=120,
        cap="round",
        opacity=0.92,
    )
    c.path(
        curve([(180, 276), (430, 206), (690, 292), (980, 226)]),
        stroke=tint(BRICK, 0.3),
        width=12,
        cap="round",
        opacity=0.6,
    )
    c.path(
        curve([(140, 330), (440, 270), (720, 352)]),
        stroke=shade(BRICK, 0.2),
        width=8,
        cap="round",
        opacity=0.5,
    )
    with c.at(160, 520, 1, turn=-2):
        for step in (3, 2, 1):
            c.rect(step * 8, step * 11, 880, 760, "#33262e", radius=12, opacity=0.07)
        c.path(box(0, 0, 880, 760, 12), c.linear([(0, "#e4d8c2"), (1, "#c9b998")], x2=1, y2=1))
        c.path("M0 470H880", stroke="#a8956f", width=4, dash="16 12")
        c.path(box(0, 470, 880, 290, 8), "#d6c8ac")
    for x, tone, hair, width, flat in (
        (360, ASH, "#5a4030", 26, 0),
        (580, OAK, "#3c3230", 46, 0),
        (820, WALNUT, "#6d5038", 54, 30),
    ):
        with c.at(x, 1240, 1.3, turn=-90):
            paper.brush(c, tone, width=width, hair=hair, flat=flat)
    with c.at(160, 520, 1, turn=-2):
        c.path(box(0, 470, 880, 290, 8), c.linear([(0, "#d9ccb1"), (1, "#c2b08c")], x2=0, y2=1))
        c.path("M300 474V756M560 474V756", stroke="#a8956f", width=4, dash="16 12")


@ALBUM.add("picture-frame-leiste")
def _(c: Canvas) -> None:
    room(c, "#dde2dd", "#c8a783", horizon=1240, motif="window")
    paper.frame(c, 470, 220, 620, 1040, CHARCOAL, None, bar=30, mount="#f3efe8")
    paper.frame(c, 110, 430, 600, 850, WALNUT, None, bar=34, mount="#f6f1e8")
    paper.frame(c, 420, 790, 430, 560, ASH, prints.paint_strokes, bar=30, mat=0.12)


@ALBUM.add("pencil-pot-tower")
def _(c: Canvas) -> None:
    tabletop(c, "#e5c9b8", "#d9c2a2", motif="arch", motif_colour="#f0ddd0")
    for x, lean, tall, tone in (
        (-80, -13, 620, BRICK),
        (-20, -4, 700, INK),
        (40, 5, 640, HONEY),
        (96, 14, 600, LEAF),
    ):
        with c.at(600 + x, 960, turn=lean - 90):
            paper.pencil(c, tone, length=tall, lying=False)
    ground_shadow(c, 600, 1300, 190, 40)
    profile = [(196.0, 470.0), (194.0, 240.0), (186.0, 0.0)]
    with c.at(600, 1300):
        d = "M-196 -470V0A186 32 0 0 0 186 0L196 -470A196 33 0 0 1 -196 -470z"
        clip = c.clip(d)
        c.path(d, round_light(c, "#e9dfce"))
        c.path(
            "M-210 -200Q-60 -110 40 -190T210 -170V60H-210z", round_light(c, "#6b4a3a"), clip=clip
        )
        c.path("M-196 -470A196 33 0 0 0 196 -470", stroke=tint(CHALK, 0.3), width=12)
        c.path(
            curve([(-r * 0.62, -h + 20) for r, h in profile]),
            stroke="#fff8ec",
            width=30,
            cap="round",
            clip=clip,
            opacity=0.2,
        )
    c.path("M404 830A196 33 0 0 0 796 830", stroke=OAT, width=4)
