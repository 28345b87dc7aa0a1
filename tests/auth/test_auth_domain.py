"""Rules of emails, passwords and lifetimes, over many inputs."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rustok.auth.domain import email_key, is_email, normal_password, session_end
from rustok.auth.sessions import token_digest
from rustok.auth.settings import AuthSettings
from rustok.auth.well_known import WELL_KNOWN

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone


@given(st.text(max_size=14))  # no letter becomes more than eighteen
def test_folding_an_email_twice_changes_nothing_more(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)


@given(st.emails())
def test_every_spelling_in_capitals_is_the_same_account(email: str) -> None:
    assert email_key(email.upper()) == email_key(email.lower())


@given(st.emails(domains=st.just("example.org")))
def test_ordinary_addresses_are_emails(email: str) -> None:
    assert is_email(email)


@given(st.text(), st.sampled_from(list('\x00\n\r\t "(),:;<>[\\]')), st.text())
def test_characters_that_end_a_header_are_in_no_email(before: str, bad: str, after: str) -> None:
    assert not is_email(f"{before}{bad}{after}@example.org")


@given(st.text())
def test_a_normal_password_is_normal(text: str) -> None:
    assert normal_password(normal_password(text)) == normal_password(text)


@given(st.text())
def test_no_text_breaks_the_check_of_a_refresh_token(text: str) -> None:
    digest = token_digest(text)
    assert digest is None or len(digest) == 32


@given(moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_session_ends_after_idling_and_in_any_case(begun: datetime, age: timedelta) -> None:
    settings = AuthSettings()

    end = session_end(begun, begun + age, settings)

    assert end <= begun + timedelta(days=settings.session_days)
    assert end <= begun + age + timedelta(days=settings.session_idle_days)


def test_well_known_passwords_are_folded_and_long_enough_to_matter() -> None:
    assert all(word == word.casefold() and len(word) >= 10 for word in WELL_KNOWN)
