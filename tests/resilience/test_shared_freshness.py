"""What processes believe of a shared store: simulated, with everything that can go wrong.

The database, the messages between processes and the store are models here, so that thousands of
interleavings can be tried: messages that are late, changes during a load, a clock that was lost or
went back, processes that start in the middle. tests/redis has the real server.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from rustok.core.cache.freshness import Freshness

SCOPES = ("tenant:a", "tenant:b")
PROCESSES = 3
scope = st.sampled_from(SCOPES)
process = st.integers(0, PROCESSES - 1)


class Store:
    """The values, each with its stamp, and the clock."""

    def __init__(self) -> None:
        self.clock: int | None = None
        self.values: dict[str, tuple[int, int]] = {}

    def copy(self) -> "Store":
        made = Store()
        made.clock, made.values = self.clock, dict(self.values)
        return made


class Listener:
    """A process: what it knows of changes, and what it has begun."""

    def __init__(self, heard: int) -> None:
        self.freshness = Freshness(most=3)
        self.heard = heard
        """How many of all messages it has heard; those before it listened it cannot miss."""
        self.moving: tuple[int, int] | None = None
        self.loads: dict[str, tuple[int, int]] = {}
        self.known = dict.fromkeys(SCOPES, 0)
        """The least version of each scope that it may believe in."""


class Sharing(RuleBasedStateMachine):
    """No process ever believes a value from before a change that it has heard of."""

    @initialize()
    def begin(self) -> None:
        self.versions = dict.fromkeys(SCOPES, 1)
        self.messages: list[str] = []
        self.store = Store()
        self.backup = self.store.copy()
        self.reachable = True
        self.generation = 0
        self.processes = [self._start() for _ in range(PROCESSES)]
        self.believed = 0

    def _start(self) -> Listener:
        made = Listener(len(self.messages))
        made.known = dict(self.versions)
        return made

    @rule(name=scope)
    def a_change_is_committed(self, name: str) -> None:
        self.versions[name] += 1
        self.messages.append(name)

    @rule(number=process, many=st.integers(1, 3))
    def a_process_hears(self, number: int, many: int) -> None:
        one = self.processes[number]
        for name in self.messages[one.heard : one.heard + many]:
            one.freshness.changed(name)
            one.known[name] += 1
            one.heard += 1

    @rule(number=process)
    def a_process_loses_its_line_and_listens_again(self, number: int) -> None:
        one = self.processes[number]
        one.freshness.changed(None)
        one.heard = len(self.messages)
        one.known = dict(self.versions)

    @rule(number=process)
    def a_process_starts_again(self, number: int) -> None:
        self.processes[number] = self._start()

    @precondition(lambda self: self.reachable)
    @rule(number=process)
    def a_process_moves_the_clock(self, number: int) -> None:
        one = self.processes[number]
        if not one.freshness.is_due or one.moving is not None:
            return
        clock = (self.store.clock or 0) + 1
        clock = self.store.clock = max(clock, one.freshness.seen + 1)
        one.moving = (clock, one.freshness.serial)

    @rule(number=process)
    def the_clocks_answer_arrives(self, number: int) -> None:
        one = self.processes[number]
        if one.moving is not None:
            one.freshness.moved(*one.moving)
            one.moving = None

    @precondition(lambda self: self.reachable)
    @rule(number=process, name=scope)
    def a_process_looks(self, number: int, name: str) -> None:
        one = self.processes[number]
        one.freshness.read(self.store.clock, one.freshness.seen)
        found = self.store.values.get(name)
        if found is not None and one.freshness.believes(found[0], [name]):
            self.believed += 1
            assert found[1] >= one.known[name], "older than what was heard of"
            return
        if self.store.clock is not None:
            # the database is read after the clock was
            one.loads[name] = (self.store.clock, self.versions[name])

    @precondition(lambda self: self.reachable)
    @rule(number=process, name=scope)
    def a_process_keeps_what_it_loaded(self, number: int, name: str) -> None:
        one = self.processes[number]
        loaded = one.loads.pop(name, None)
        if loaded is not None and one.freshness.believes(loaded[0], [name]):
            self.store.values[name] = loaded

    @rule()
    def the_store_is_copied(self) -> None:
        self.backup = self.store.copy()

    @rule(empty=st.booleans())
    def the_store_goes_back(self, empty: bool) -> None:
        """To the copy, or to nothing; everyone's connection breaks with it."""
        self.store = Store() if empty else self.backup.copy()
        for one in self.processes:
            one.loads.clear()
            one.moving = None

    @rule()
    def the_store_cannot_be_reached_or_can_again(self) -> None:
        self.reachable = not self.reachable


TestSharing = Sharing.TestCase
TestSharing.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)


def test_sharing_comes_back_after_every_change() -> None:
    """Liveness: once the clock was moved, what is made from then on is believed."""
    one, other = Freshness(), Freshness()
    clock = 0
    for _ in range(50):
        for each in (one, other):
            each.changed("tenant:a")
            clock += 1
            each.moved(clock, each.serial)
        assert one.believes(clock, ["tenant:a"])
        assert other.believes(clock, ["tenant:a"])
        assert not other.believes(clock - 1, ["tenant:a"])


def test_only_what_changed_is_doubted() -> None:
    known = Freshness()
    known.moved(5, known.serial)
    known.changed("tenant:a")
    assert not known.believes(9, ["tenant:a", "tenant:b"])
    assert known.believes(5, ["tenant:b"])


def test_what_changed_while_the_clock_was_moved_is_still_doubted() -> None:
    known = Freshness()
    known.moved(1, known.serial)
    known.changed("tenant:a")
    serial = known.serial
    known.changed("tenant:a")
    known.moved(2, serial)
    assert known.is_due
    assert not known.believes(2, ["tenant:a"])


def test_memory_of_changes_is_bounded_and_forgetting_doubts_more() -> None:
    known = Freshness(most=10)
    known.moved(1, known.serial)
    for number in range(100):
        known.changed(f"tenant:{number}")
        known.moved(number + 2, known.serial)
    assert len(known._since) == 10
    assert not known.believes(50, ["tenant:unheard"])
    assert known.believes(101, ["tenant:0"])


def test_more_changes_than_can_be_named_are_a_change_of_anything() -> None:
    known = Freshness(most=10)
    known.moved(1, known.serial)
    for number in range(11):
        known.changed(f"tenant:{number}")
    assert not known.believes(1_000, ["tenant:unheard"])
    known.moved(2, known.serial)
    assert known.believes(2, ["tenant:unheard"])


def test_a_clock_that_went_back_is_moved_past_all_that_was_seen() -> None:
    known = Freshness()
    known.moved(10, known.serial)
    known.read(3, 10)
    assert known.is_due
    assert not known.believes(10, ["tenant:a"])
    known.moved(11, known.serial)
    assert known.believes(11, ["tenant:a"])


def test_readings_that_overtake_each_other_are_no_clock_that_went_back() -> None:
    known = Freshness()
    known.moved(10, known.serial)
    known.read(12, 10)
    known.read(11, 10)
    assert not known.is_due
    assert known.seen == 12
