"""A pytest plugin that puts our `execute` in the place of graphql-core's, wherever it is looked up.

It is loaded with `-p`, before any test module can import the original. Arguments that ours does
not know are a TypeError, so a test that passes them has to be among the excluded ones.
"""

import inspect
import sys
from collections import Counter
from typing import Any

import graphql
import graphql.execution.execute
from graphql.harness import default_harness

from rustok.gql import compiler

LIBRARY = sys.modules["graphql.execution.execute"]
HOLDERS = ("graphql", "graphql.execution", "graphql.execution.execute")
ORIGINALS = {name: getattr(LIBRARY, name) for name in ("execute", "execute_sync")}
PREDICATES = (LIBRARY.assume_not_awaitable, LIBRARY.assume_not_async_iterable)
"""What synchronous helpers pass to save the question; ours asks nevertheless."""
UNUSED = {
    "subscribe_field_resolver": None,
    "max_coercion_errors": ...,
    "enable_early_execution": False,
    "middleware": None,
    "executor_class": None,
    "is_awaitable": None,
    "is_async_iterable": None,
    "hide_suggestions": ...,
    "abort_signal": None,
    "hooks": None,
}
"""What graphql-core's own helpers pass on: defaults ask for nothing, and ours knows the rest."""


executed: Counter[str] = Counter()
"""How many operations ours has executed."""


def execute(*arguments: Any, **options: Any) -> Any:
    """Our execution, called with as many arguments as graphql-core's functions pass on."""
    positional = dict(zip(list(UNUSED), arguments[8:], strict=False))
    asked = {
        name: value
        for name, value in {**options, **positional}.items()
        if name not in UNUSED or (value != UNUSED[name] and value not in PREDICATES)
    }
    executed["operations"] += 1
    return compiler.execute(*arguments[:8], **asked)


def execute_sync(*arguments: Any, check_sync: bool = False, **options: Any) -> Any:
    """Our execution where nothing may be awaited."""
    result = execute(*arguments, **options)
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise RuntimeError("GraphQL execution failed to complete synchronously.")
    return result


def pytest_configure() -> None:
    for holder in map(sys.modules.__getitem__, HOLDERS):
        for name, ours in (("execute", execute), ("execute_sync", execute_sync)):
            if getattr(holder, name) is ORIGINALS[name]:
                setattr(holder, name, ours)
    harness = default_harness._replace(execute=execute)
    for function in (graphql.graphql, graphql.graphql_sync):
        defaults: tuple[Any, ...] = function.__defaults__ or ()
        function.__defaults__ = tuple(
            harness if default is default_harness else default for default in defaults
        )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(f"executed {executed['operations']} operations")
