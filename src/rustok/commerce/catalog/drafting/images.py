"""Images of a product, or the one of a collection."""

import re
from collections.abc import Sequence

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.drafting.scope import Scope
from rustok.commerce.catalog.drafting.texts import names
from rustok.commerce.catalog.problems import Path, Problems
from rustok.commerce.catalog.product import Image
from rustok.commerce.catalog.types.ids import IMAGE_ID
from rustok.commerce.catalog.types.inputs import ImageInput

_ADDRESS = re.compile(r"""(?:https?://[^\s/\\<>"'?#]|/(?![/\\]))[^\s\\<>"'\x00-\x1f\x7f]*""")


def images(
    scope: Scope, present: Sequence[Image], given: Sequence[ImageInput], problems: Problems
) -> tuple[Image, ...]:
    """The images in the order given, those that were there before with their ids."""
    if not problems.count(len(given), "images", most=domain.MAX_IMAGES):
        return ()
    left = list(present)
    found = []
    for number, item in enumerate(given):
        path = ("images", number)
        old = _taken(left, item, problems, path)
        found.append(image(scope, old, item, problems, path, position=number))
    return tuple(found)


def image(
    scope: Scope,
    old: Image | None,
    given: ImageInput,
    problems: Problems,
    path: Path,
    *,
    position: int = 0,
) -> Image:
    """One image."""
    problems.text(given.url, *path, "url", most=domain.MAX_URL, required=True)
    if not is_address(given.url):
        problems.add("INVALID_URL", "http://, https:// or a path from /.", *path, "url")
    problems.number(given.width, *path, "width", least=1, most=domain.MAX_PIXELS)
    problems.number(given.height, *path, "height", least=1, most=domain.MAX_PIXELS)
    problems.text(given.alt, *path, "alt", most=domain.MAX_ALT)
    return Image(
        id=old.id if old else scope.ids.new(),
        position=position,
        url=given.url,
        width=given.width,
        height=given.height,
        alts=names(
            scope.tenant, given.alt, given.translations, problems, path, most=domain.MAX_ALT
        ),
    )


def is_address(url: str) -> bool:
    """Whether it is an http or https address, or a path from the root of this site."""
    return _ADDRESS.fullmatch(url) is not None


def _taken(left: list[Image], given: ImageInput, problems: Problems, path: Path) -> Image | None:
    for index, old in enumerate(left):
        if IMAGE_ID.text(old.id) == given.id if given.id is not None else old.url == given.url:
            return left.pop(index)
    if given.id is not None:
        problems.add("IMAGE_NOT_FOUND", "The product has no such image.", *path, "id")
    return None
