"""Lets go of a parsed document's tokens, half of what it takes in memory."""

from typing import Final

from graphql import DocumentNode, Location, Node, Token, TokenKind

_NONE: Final = Token(TokenKind.SOF, 0, 0, 0, 0)


def forget_tokens(document: DocumentNode) -> None:
    """Replace the tokens, which form one chain, by none; offsets and so positions stay."""
    pending: list[Node] = [document]
    while pending:
        node = pending.pop()
        location = node.loc
        if isinstance(location, Location):
            location.start_token = location.end_token = _NONE
        for key in node.keys:
            value = getattr(node, key, None)
            if isinstance(value, Node):
                pending.append(value)
            elif isinstance(value, tuple | list):
                pending.extend(item for item in value if isinstance(item, Node))
