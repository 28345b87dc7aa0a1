"""How the pages say who may use an operation."""

from rustok.testing.operations import Call


def words(call: Call) -> str:
    if call.public:
        return "anyone"
    return "signed in" if call.permission is None else f"`{call.permission}`"
