"""Which of graphql-core's own tests are run against the compiler, and why the others are not."""

from typing import Final

RUN: Final = (
    "execution/test_abstract.py",
    "execution/test_customize.py",
    "execution/test_directives.py",
    "execution/test_error_propagation.py",
    "execution/test_executor.py",
    "execution/test_lists.py",
    "execution/test_mutations.py",
    "execution/test_nonnull.py",
    "execution/test_oneof.py",
    "execution/test_parallel.py",
    "execution/test_resolve.py",
    "execution/test_schema.py",
    "execution/test_sync.py",
    "execution/test_too_deeply_nested_selections.py",
    "execution/test_union_interface.py",
    "execution/test_variables.py",
    "test_graphql.py",
    "test_star_wars_introspection.py",
    "test_star_wars_query.py",
    "test_user_registry.py",
)

LEAST: Final = 375
"""So many tests there are in these files, at least."""

OPERATIONS: Final = 400
"""So many operations they execute, at least."""

_EXECUTOR: Final = "execution/test_executor.py::describe_execute_handles_basic_execution_tasks::"
_SYNC: Final = "execution/test_sync.py::describe_execute_synchronously_when_possible::"
_BLIND: Final = "Without `check_sync`, graphql-core takes nothing for awaitable; ours always looks."
_DEFER: Final = (
    "@defer asks for incremental delivery, which graphql-core has in functions of its own."
)

EXCLUDED: Final = {
    "execution/test_customize.py::describe_customize_execution::uses_a_custom_executor_class": (
        "An executor of another class is what the compiler is instead of."
    ),
    f"{_EXECUTOR}errors_when_using_original_execute_with_schemas_including_experimental_defer": (
        "No schema of ours has @defer; where another has it, graphql-core runs the operation."
    ),
    f"{_EXECUTOR}errors_when_using_original_execute_with_schemas_including_experimental_stream": (
        "No schema of ours has @stream; where another has it, graphql-core runs the operation."
    ),
    "execution/test_lists.py::describe_execute_accepts_async_iterables_as_list_value"
    "::can_customize_detection_of_async_iterables": (
        "What can be iterated over is found out by generated code, which takes no predicate."
    ),
    **{
        f"{_SYNC}describe_execute_sync::{name}": _BLIND
        for name in (
            "throws_if_encountering_async_operation_without_check_sync",
            "iterates_sync_and_async_iterables_synchronously_without_check_sync",
            "reports_async_iterables_as_errors_without_check_sync",
        )
    },
    f"{_SYNC}describe_graphql_sync::throws_if_encountering_async_operation_without_check_sync": (
        _BLIND
    ),
    **{
        f"{_SYNC}describe_execute_sync::throws_if_encountering_async_iterable_execution_{name}": (
            _DEFER
        )
        for name in ("with_check_sync", "without_check_sync")
    },
    "execution/test_too_deeply_nested_selections.py"
    "::describe_too_deeply_nested_selections_at_the_root"
    "::reports_a_too_deep_chain_inside_a_field_as_a_field_error": (
        "Fields are collected when the plan is made, so all of a selection that is too deep fails."
    ),
}
"""Tests of those files that ask for something else than ours offers."""

NOT_RUN: Final = {
    "execution/incremental/": "Incremental delivery is not settled; graphql-core runs it.",
    "execution/test_aborted_graphql_execution_error.py": "Nothing is executed.",
    "execution/test_cancellation.py": (
        "Each test passes an abort signal; an operation of ours is cancelled with its task."
    ),
    "execution/test_collect_fields.py": "A function inside graphql-core, which we call too.",
    "execution/test_execution_result.py": "Nothing is executed.",
    "execution/test_executor_throwing_on_incremental.py": "A class inside graphql-core.",
    "execution/test_hooks.py": "Each test passes hooks, for which plans have no place.",
    "execution/test_map_async_iterable.py": "A function inside graphql-core.",
    "execution/test_middleware.py": (
        "Middleware wraps every resolver; ours are called directly, and plain fields not at all."
    ),
    "execution/test_subscribe.py": (
        "`subscribe` is graphql-core's; what it calls for each event is not its `execute`."
    ),
}
