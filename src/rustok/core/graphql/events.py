"""What a subscription's source listens to."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

from rustok.core.events.event import Event
from rustok.core.feed import Feed, Topic
from rustok.core.graphql.context import graph
from rustok.gql import Info


def changes(info: Info, topic: Topic) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
    """The tenant's events of a topic: `async with changes(info, TOPIC) as events:`.

    However many listen, the log is read once. Raises as `Feed.listen`.
    """
    found = graph(info)
    return found.get(Feed).listen(found.ctx, topic)
