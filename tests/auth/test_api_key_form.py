"""The text of an API key: what is one, whom it names, and what is none."""

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from rustok.auth.apikeys.form import LENGTH, Named, digest, hint, named, new_key
from rustok.auth.types import API_KEY_ID
from rustok.core.ids import ALPHABET

uuids = st.uuids()
letters = st.text(ALPHABET, min_size=LENGTH - 3, max_size=LENGTH - 3)


@given(tenant_id=uuids, key_id=uuids)
def test_a_key_names_its_tenant_and_itself(tenant_id: UUID, key_id: UUID) -> None:
    text = new_key(tenant_id, key_id)

    assert text.startswith("sk_")
    assert len(text) == LENGTH
    assert text.isalnum() is False
    assert text.replace("_", "").isalnum(), "a double click selects all of it"
    assert named(text) == Named(tenant_id, key_id)
    assert API_KEY_ID.text(key_id).removeprefix("key_") in text
    assert text.endswith(hint(text))


def test_no_secret_comes_twice() -> None:
    tenant_id, key_id = uuid4(), uuid4()
    assert len({digest(new_key(tenant_id, key_id)) for _ in range(100)}) == 100


@given(text=st.one_of(st.text(), st.text(ALPHABET).map("sk_".__add__)))
def test_what_has_another_length_is_none(text: str) -> None:
    assert named(text) is None or len(text) == LENGTH


@given(body=letters)
def test_only_ids_that_there_can_be_are_named(body: str) -> None:
    found = named(f"sk_{body}")
    assert (found is not None) == (body[0] <= "7" and body[26] <= "7")


@given(
    key_id=uuids,
    place=st.integers(0, LENGTH - 1),
    letter=st.characters(codec="utf-8").filter(lambda c: c not in ALPHABET),
)
def test_one_wrong_letter_makes_it_none(key_id: UUID, place: int, letter: str) -> None:
    text = new_key(key_id, key_id)
    spoiled = text[:place] + letter + text[place + 1 :]
    assert spoiled == text or named(spoiled) is None


@given(key_id=uuids, place=st.integers(0, LENGTH - 1), letter=st.sampled_from(ALPHABET))
def test_every_letter_counts(key_id: UUID, place: int, letter: str) -> None:
    text = new_key(key_id, key_id)
    changed = text[:place] + letter + text[place + 1 :]
    assert (digest(changed) == digest(text)) == (changed == text)
