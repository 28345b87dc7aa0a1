"""The circuit as a pure state machine: thousands of interleavings of calls, ends and time.

Safety (nothing forbidden ever happens) and liveness (what must happen does) are apart: the first
compares every step with what the whole history allows, the second asks of any reachable state
whether it gets out of it.
"""

from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from rustok.core.resilience import Circuit, Permit, Rules

RULES = Rules()
QUICK = Rules(failures=2)
"""Opens so easily that random calls spend most of their time in all three states."""
TICK = 1 / 1_024
SECONDS = st.one_of(
    st.integers(0, 60 * 1_024).map(lambda ticks: ticks * TICK),  # sums of these are exact
    st.sampled_from([0.0, TICK, 30 - TICK, 30.0, 30 + TICK]),
)
End = Literal["succeeded", "failed", "given_up"]


class Era:
    """What a reader of the rules knows of a period: who was let in, and how they ended in order."""

    def __init__(self, kind: Literal["closed", "broken"], since: float) -> None:
        self.kind = kind
        self.since = since
        self.inside: set[int] = set()
        self.ends: list[End] = []

    def trailing_failures(self) -> int:
        told = [end for end in self.ends if end != "given_up"]
        return next((n for n, end in enumerate(reversed(told)) if end != "failed"), len(told))

    def is_over(self) -> bool:
        if self.kind == "closed":
            return self.trailing_failures() >= QUICK.failures
        return "failed" in self.ends or self.ends.count("succeeded") >= QUICK.successes


class CircuitSafety(RuleBasedStateMachine):
    """Every answer of the circuit is the one that its rules give for the history so far."""

    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.circuit = Circuit(QUICK)
        self.now = 1_000.0
        self.eras = [Era("closed", self.now)]
        self.numbers: dict[int, tuple[Permit, Era]] = {}
        self.refused = 0

    @property
    def era(self) -> Era:
        return self.eras[-1]

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(target=calls)
    def call(self) -> int:
        number = len(self.numbers) + self.refused
        permit = self.circuit.permit(self.now)
        if self.era.kind == "closed":
            allowed = True
        else:
            rested = self.now - self.era.since >= QUICK.open_seconds
            # once somebody was let in, the era is being tried
            allowed = (rested or bool(self.era.inside or self.era.ends)) and (
                len(self.era.inside) < QUICK.probes
            )
        assert (permit is not None) == allowed
        if permit is None:
            self.refused += 1
            return -1
        self.era.inside.add(number)
        self.numbers[number] = (permit, self.era)
        return number

    @rule(number=consumes(calls), end=st.sampled_from(["succeeded", "failed", "given_up"]))
    def ends(self, number: int, end: End) -> None:
        if number == -1:
            return
        permit, era = self.numbers[number]
        if end == "failed":
            self.circuit.failed(permit, self.now)
        elif end == "succeeded":
            self.circuit.succeeded(permit)
        else:
            self.circuit.given_up(permit)
        if era is not self.era:
            return
        era.inside.remove(number)
        era.ends.append(end)
        if era.is_over():
            recovered = era.kind == "broken" and "failed" not in era.ends
            self.eras.append(Era("closed" if recovered else "broken", self.now))

    @invariant()
    def state_is_what_history_says(self) -> None:
        state = self.circuit.state(self.now)
        if self.era.kind == "closed":
            assert state == "closed"
            return
        tried = bool(self.era.inside or self.era.ends)
        rested = self.now - self.era.since >= QUICK.open_seconds
        assert state == ("half-open" if tried or rested else "open")
        assert len(self.era.inside) <= QUICK.probes

    @invariant()
    def counts_are_exact(self) -> None:
        broken = [era for era in self.eras if era.kind == "broken"]
        assert self.circuit.opened == len(broken)
        assert self.circuit.refused == self.refused

    @invariant()
    def wait_ends_when_a_call_may_be_tried(self) -> None:
        wait = self.circuit.wait(self.now)
        assert 0 <= wait <= QUICK.open_seconds
        assert (wait > 0) == (self.circuit.state(self.now) == "open")


TestCircuitSafety = CircuitSafety.TestCase
TestCircuitSafety.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)


Step = tuple[Literal["call", "succeeded", "failed", "given_up", "wait"], float]
STEPS = st.lists(
    st.tuples(st.sampled_from(["call", "succeeded", "failed", "given_up", "wait"]), SECONDS),
    max_size=80,
)


def _reach(steps: list[Step]) -> tuple[Circuit, float, list[Permit]]:
    """A circuit in the state that the steps lead to, the time, and the calls under way."""
    circuit, now = Circuit(QUICK), 0.0
    inside: list[Permit] = []
    for what, seconds in steps:
        if what == "wait":
            now += seconds
        elif what == "call":
            permit = circuit.permit(now)
            if permit is not None:
                inside.append(permit)
        elif inside:
            permit = inside.pop(int(seconds) % len(inside))
            if what == "failed":
                circuit.failed(permit, now)
            elif what == "succeeded":
                circuit.succeeded(permit)
            else:
                circuit.given_up(permit)
    return circuit, now, inside


@settings(max_examples=600, deadline=None)
@given(steps=STEPS)
def test_what_answers_again_is_used_again_after_its_rest_and_two_calls(steps: list[Step]) -> None:
    """Whatever was under way is cancelled at once: no state keeps its probes for ever."""
    circuit, now, inside = _reach(steps)
    for permit in inside:
        circuit.given_up(permit)
    now += circuit.wait(now)
    for _ in range(QUICK.successes):
        permit_now = circuit.permit(now)
        assert permit_now is not None
        circuit.succeeded(permit_now)
    assert circuit.state(now) == "closed"


@settings(max_examples=600, deadline=None)
@given(steps=STEPS)
def test_what_never_answers_is_left_alone_after_a_few_calls(steps: list[Step]) -> None:
    """From then on one call in every thirty seconds finds out that it still does not."""
    circuit, now, inside = _reach(steps)
    for permit in inside:
        circuit.given_up(permit)
    for _ in range(QUICK.failures):
        permit_now = circuit.permit(now)
        if permit_now is None:
            break
        circuit.failed(permit_now, now)
    assert circuit.state(now) == "open"
    for _ in range(20):
        now += circuit.wait(now)
        permit_now = circuit.permit(now)
        assert permit_now is not None
        circuit.failed(permit_now, now)
        assert circuit.wait(now) == QUICK.open_seconds
        assert circuit.permit(now + QUICK.open_seconds - TICK) is None


@given(seconds=st.floats(-1_000, 0))
def test_a_clock_that_runs_backwards_never_prolongs_the_rest(seconds: float) -> None:
    circuit = Circuit(RULES)
    for _ in range(RULES.failures):
        permit = circuit.permit(0.0)
        assert permit is not None
        circuit.failed(permit, 0.0)
    assert circuit.wait(seconds) == RULES.open_seconds
