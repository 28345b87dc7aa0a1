"""A pytest plugin that puts our `execute` in the place of graphql-core's, wherever it is looked up.

It is loaded with `-p`, before any test module can import the original. Arguments that ours does
not know are a TypeError, so a test that passes them has to be among the excluded ones.
"""

import sys
from typing import Any

from rustok.gql import compiler

ORIGINAL = sys.modules["graphql.execution.execute"].execute
HOLDERS = ("graphql", "graphql.execution", "graphql.execution.execute", "graphql.graphql")
UNUSED = {
    "subscribe_field_resolver": None,
    "max_coercion_errors": 50,
    "enable_early_execution": False,
    "middleware": None,
    "executor_class": None,
    "is_awaitable": None,
    "is_async_iterable": None,
    "hide_suggestions": False,
    "abort_signal": None,
    "hooks": None,
}
"""What graphql-core's own helpers pass on; their defaults ask for nothing."""


def execute(*arguments: Any, **options: Any) -> Any:
    """Our execution, called with as many arguments as graphql-core's functions pass on."""
    positional = dict(zip(list(UNUSED), arguments[8:], strict=False))
    asked = {
        name: value
        for name, value in {**options, **positional}.items()
        if name not in UNUSED or value != UNUSED[name]
    }
    return compiler.execute(*arguments[:8], **asked)


def pytest_configure() -> None:
    for name in HOLDERS:
        module = sys.modules[name]
        if getattr(module, "execute", None) is ORIGINAL:
            module.execute = execute  # type: ignore[attr-defined]  # it is the one looked up
