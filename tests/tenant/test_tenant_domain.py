"""Slugs, hosts and headers are read strictly: what is not one is refused with a code."""

import string
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.errors import ValidationFailed
from rustok.core.tenants import TenantInvalid
from rustok.tenant.domain import (
    RESERVED,
    check_domain,
    check_locale,
    check_new_slug,
    parse_host,
    parse_identifier,
    parse_slug,
)

EDGE = st.sampled_from(string.ascii_lowercase + string.digits)
MIDDLE = st.text(string.ascii_lowercase + string.digits + "-", max_size=61)
SLUGS = st.builds(lambda a, b, c: a + b + c, EDGE, MIDDLE, EDGE).filter(lambda s: s not in RESERVED)


@given(SLUGS)
def test_a_slug_is_itself(slug: str) -> None:
    assert parse_slug(slug) == slug
    assert parse_slug(f"  {slug.upper()} ") == slug


@given(st.text(max_size=80))
def test_any_text_is_a_slug_or_refused(text: str) -> None:
    try:
        slug = parse_slug(text)
    except TenantInvalid as error:
        assert (error.status, error.code) == (400, "TENANT_INVALID")  # noqa: PT017  # one of two outcomes
    else:
        assert slug == text.strip().lower()
        assert 1 <= len(slug) <= 63
        assert set(slug) <= set(string.ascii_lowercase + string.digits + "-")


@pytest.mark.parametrize(
    "text", ["", " ", "-a", "a-", "a_b", "a.b", "ä", "a" * 64, "a b", "a\n", "../x", "a\x00"]
)
def test_what_is_no_slug(text: str) -> None:
    if text == "a\n":
        assert parse_slug(text) == "a"
        return
    with pytest.raises(TenantInvalid):
        parse_slug(text)


def test_forty_one_names_are_reserved() -> None:
    assert len(RESERVED) == 41
    for name in RESERVED:
        with pytest.raises(TenantInvalid):
            parse_slug(name)
        with pytest.raises(ValidationFailed):
            check_new_slug(name)


@given(st.uuids())
def test_a_header_may_name_an_id(value: UUID) -> None:
    assert parse_identifier(str(value)) == value
    assert parse_identifier(f" {str(value).upper()} ") == value


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Shop.Example", "shop.example"),
        ("shop.example:8000", "shop.example"),
        ("shop.example.", "shop.example"),
        ("localhost", "localhost"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
    ],
)
def test_hosts(text: str, host: str) -> None:
    assert parse_host(text) == host


@pytest.mark.parametrize(
    "text", ["", ".", "a..b", "-a.example", "a" * 64 + ".example", "a." * 127 + "ab", "a b", "a/b"]
)
def test_what_is_no_host(text: str) -> None:
    with pytest.raises(TenantInvalid):
        parse_host(text)


@pytest.mark.parametrize("text", ["Shop.Example", "shop.localhost", "a.b.c.example", "4.example"])
def test_domains_of_a_tenant(text: str) -> None:
    assert check_domain(text) == text.lower()


@pytest.mark.parametrize(
    "text", ["foo", "localhost", "foo.", "192.0.2.1", "a b.example", "::1", ""]
)
def test_what_is_no_domain_of_a_tenant(text: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        check_domain(text, "domains", 1)
    (error,) = caught.value.errors
    assert (error.code, error.path) == ("INVALID_DOMAIN", ("domains", 1))


@given(st.text(max_size=300))
def test_any_text_is_a_host_or_refused(text: str) -> None:
    try:
        host = parse_host(text)
    except TenantInvalid:
        return
    assert len(host) <= 253
    assert all(1 <= len(label) <= 63 for label in host.split("."))


@pytest.mark.parametrize("tag", ["en", "de-CH", "zh-Hant-TW", "es-419", "gsw"])
def test_locales(tag: str) -> None:
    assert check_locale(tag) == tag


@pytest.mark.parametrize("tag", ["", "EN", "en_US", "english", "xx-YY", "de-CH-1996-x", "../de"])
def test_what_is_no_locale(tag: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        check_locale(tag, "locale")

    assert caught.value.errors[0].code == "UNKNOWN_LOCALE"
