"""What connections are made of, as Relay has it."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from rustok.core.paging import Page

T = TypeVar("T")


class PageInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Edge(msgspec.Struct, Generic[T], frozen=True):
    """An item with its cursor."""

    cursor: str
    node: T


class Connection(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page that is there already."""

    edges: Sequence[Edge[T]]
    nodes: Sequence[T]
    page_info: PageInfo


def connection(page: Page[T], after: str | None) -> Connection[T]:
    """The page as a connection; `after` is the cursor that it was asked for with."""
    return Connection(
        edges=edges(page.cursors, page.items), nodes=page.items, page_info=page_info(page, after)
    )


def edges(cursors: Sequence[str], nodes: Sequence[T]) -> list[Edge[T]]:
    """Each item with its cursor."""
    return [Edge(cursor, node) for cursor, node in zip(cursors, nodes, strict=True)]


def page_info(page: Page[T], after: str | None) -> PageInfo:
    """Where the page begins and ends."""
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=after is not None,
        start_cursor=page.cursors[0] if page.cursors else None,
        end_cursor=page.end,
    )
