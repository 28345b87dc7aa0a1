"""All albums together."""

from collections.abc import Iterator

from tools.demo_art import atelier, demo_decor, demo_room, demo_table, shops

ALBUMS = (demo_table.ALBUM, demo_decor.ALBUM, demo_room.ALBUM, atelier.ALBUM, *shops.ALBUMS)


def draw_all() -> Iterator[tuple[str, str]]:
    """Each picture's path below the art folder and its SVG."""
    for album in ALBUMS:
        yield from album.pages()
