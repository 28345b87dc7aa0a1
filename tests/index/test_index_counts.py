"""How long counts are kept."""

from rustok.index.counts import CountCache, Counts


def counts(weight: int) -> Counts:
    return Counts("1:1", {}, 1, None, None, weight)


def test_counts_of_few_documents_are_never_old() -> None:
    cache = CountCache(lambda: 0.0)
    cache.keep("key", counts(50_000))
    assert cache.get("key") is not None
    assert not cache.is_young("key")


def test_counts_of_many_documents_may_be_a_little_old() -> None:
    now = 0.0
    cache = CountCache(lambda: now)
    cache.keep("key", counts(140_000))
    now = 1.3
    assert cache.is_young("key")
    now = 1.5
    assert not cache.is_young("key")


def test_counts_of_a_million_documents_are_half_a_minute_old_at_the_most() -> None:
    now = 0.0
    cache = CountCache(lambda: now)
    cache.keep("key", counts(14_000_000))
    now = 29.0
    assert cache.is_young("key")
    now = 30.0
    assert not cache.is_young("key")


def test_nothing_is_young_that_is_not_there() -> None:
    assert not CountCache(lambda: 0.0).is_young("key")
