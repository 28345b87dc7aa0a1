"""Sealed values open with the same secret and purpose, and with nothing else."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.secrets import SecretKey

NONCE = b"0" * 12


@given(st.binary(max_size=200))
def test_a_sealed_value_is_opened(value: bytes) -> None:
    key = SecretKey("one")

    assert key.open("keys", key.seal("keys", value, NONCE)) == value


@pytest.mark.parametrize(("secret", "purpose"), [("two", "keys"), ("one", "answers")])
def test_another_secret_or_purpose_opens_nothing(secret: str, purpose: str) -> None:
    sealed = SecretKey("one").seal("keys", b"value", NONCE)

    with pytest.raises(InvalidTag):
        SecretKey(secret).open(purpose, sealed)


def test_a_nonce_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        SecretKey("one").seal("keys", b"value", b"short")
