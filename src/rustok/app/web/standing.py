"""What operations are told of modules that do not work as they should."""

from collections.abc import Iterator
from contextlib import aclosing

import msgspec

from rustok import gql
from rustok.core.context import Context
from rustok.core.errors import RustokError
from rustok.core.modules.states import ModuleStates


class ModuleGate:
    """Refuses operations that need what a module of this process cannot do now.

    To the schema a failed module is one that is switched off; only its code tells them apart.
    """

    def __init__(self, states: ModuleStates, schema: gql.Schema) -> None:
        self._states = states
        self._schema = schema

    @property
    def off(self) -> frozenset[str]:
        """The modules whose fields nobody may ask for."""
        return self._states.unusable

    @property
    def closed(self) -> bool:
        """Whether anything is refused at all."""
        return bool(self._states.read_only)

    def told(self, result: gql.Result, ctx: Context) -> gql.Result:
        """The refusal with the true reason of each field that belongs to a failed module."""
        if not self._states.unusable or result.executed:
            return result
        problems = tuple(self._true(problem, ctx) for problem in result.errors)
        return msgspec.structs.replace(result, errors=problems)

    async def told_all(self, answers: gql.Answers, ctx: Context) -> gql.Answers:
        """The answers of a subscription, the refusal that may end it with its true reason."""
        async with aclosing(answers):
            async for answer in answers:
                yield self.told(answer, ctx)

    def refusal(self, granted: gql.Granted) -> gql.Result | None:
        """Why an operation may not write what it would; None where it may."""
        if not self._states.read_only:
            return None
        problems = tuple(self._refused_writes(granted))
        return gql.Result.refused(problems) if problems else None

    def _true(self, problem: gql.Problem, ctx: Context) -> gql.Problem:
        module = str(problem.extensions.get("module", ""))
        if problem.code != gql.MODULE_DISABLED or module not in self._states.unusable:
            return problem
        refusal = self._states.refusal(module)
        if refusal is None or module not in ctx.tenant.modules:
            return problem
        told = _problem(refusal, module)
        return msgspec.structs.replace(told, locations=problem.locations)

    def _refused_writes(self, granted: gql.Granted) -> Iterator[gql.Problem]:
        for field in gql.mutated(granted):
            name = field.name.value
            owner = self._schema.owners.get(f"Mutation.{name}", "")
            if owner in self._states.read_only:
                refusal = self._states.refusal(owner, writes=True)
                if refusal is not None:
                    yield _problem(refusal, owner)


def _problem(error: RustokError, module: str) -> gql.Problem:
    extensions: dict[str, object] = {"module": module}
    if error.retry_after is not None:
        extensions["retryAfter"] = error.retry_after
    return gql.Problem(code=error.code, message=error.detail, extensions=extensions)
