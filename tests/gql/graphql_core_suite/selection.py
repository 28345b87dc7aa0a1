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

LEAST: Final = 380
"""So many tests there are in these files, at least."""

EXCLUDED: Final = {
    "execution/test_customize.py::describe_customize_execution::uses_a_custom_executor_class": (
        "An executor of another class is what the compiler is instead of."
    ),
    "execution/test_executor.py::describe_execute_handles_basic_execution_tasks"
    "::errors_when_using_original_execute_with_schemas_including_experimental_defer": (
        "No schema of ours has @defer; where another has it, graphql-core runs the operation."
    ),
    "execution/test_executor.py::describe_execute_handles_basic_execution_tasks"
    "::errors_when_using_original_execute_with_schemas_including_experimental_stream": (
        "No schema of ours has @stream; where another has it, graphql-core runs the operation."
    ),
    "execution/test_lists.py::describe_execute_accepts_async_iterables_as_list_value"
    "::can_customize_detection_of_async_iterables": (
        "What can be iterated over is found out by generated code, which takes no predicate."
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
