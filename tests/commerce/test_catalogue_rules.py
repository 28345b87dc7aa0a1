"""Rules without a database: states, handles, rich text, addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.commerce.catalog import domain
from rustok.commerce.catalog.drafting.images import is_address
from rustok.commerce.catalog.handles import is_handle, numbered, slugify
from rustok.commerce.errors import InvalidStatus
from rustok.core.rich_text import plain, sanitise


@given(st.text(max_size=400), st.sampled_from(["", "en", "de", "de-CH", "ru"]))
def test_a_slug_is_a_handle_or_nothing(text: str, locale: str) -> None:
    slug = slugify(text, locale)

    assert slug == "" or is_handle(slug)
    assert slugify(slug, locale) == slug


@pytest.mark.parametrize(
    ("title", "locale", "slug"),
    [
        ("Crème Brûlée", "fr", "creme-brulee"),
        ("Föhntag & Straße", "de", "foehntag-und-strasse"),
        ("Föhntag", "en", "fohntag"),
        ("Søren's Łódź", "en", "sorens-lodz"),
        ("Щука и ёж", "ru", "shchuka-i-yozh"),
        ("  50% off!  ", "en", "50-off"),
        ("陶器", "ja", ""),
    ],
)
def test_titles_become_slugs(title: str, locale: str, slug: str) -> None:
    assert slugify(title, locale) == slug


@given(st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,80}){0,4}", fullmatch=True))
def test_numbered_handles_are_different_handles(base: str) -> None:
    candidates = numbered(base[: domain.MAX_HANDLE].rstrip("-"))
    found = [next(candidates) for _ in range(120)]

    assert len(set(found)) == len(found)
    assert all(map(is_handle, found))


@given(
    st.sampled_from(domain.STATUSES),
    st.lists(st.sampled_from(sorted(domain.STEPS)), max_size=12),
)
def test_a_status_is_always_one_of_three_and_never_takes_a_step_to_itself(
    status: str, steps: list[domain.Step]
) -> None:
    for step in steps:
        try:
            after = domain.stepped(status, step)
        except InvalidStatus:
            assert domain.STEPS[step][1] == status or status not in domain.STEPS[step][0]
        else:
            assert after in domain.STATUSES
            assert after != status
            status = after


@given(st.text(max_size=300))
def test_rich_text_is_stable_once_it_is_clean(html: str) -> None:
    clean = sanitise(html)

    assert sanitise(clean) == clean


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<svg><script>alert(1)</script></svg>",
        '<p style="background:url(javascript:alert(1))">x</p>',
        "<iframe src=https://example.org></iframe>",
        "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    ],
)
def test_what_could_run_is_taken_out(html: str) -> None:
    clean = sanitise(html).lower()

    for word in ("<script", "onerror", "javascript:", "data:text", "style=", "<iframe", "<svg"):
        assert word not in clean


def test_the_plain_text_keeps_words_apart() -> None:
    assert plain("<p>One</p><ul><li>two &amp; three</li></ul>\n four") == "One two & three four"


@pytest.mark.parametrize(
    "url", ["/a.png", "https://example.org/a b".replace(" ", "%20"), "http://x"]
)
def test_addresses_of_images(url: str) -> None:
    assert is_address(url)


@pytest.mark.parametrize(
    "url",
    [
        *("", "a.png", "//example.org/a", "javascript:alert(1)", "data:image/png;base64,AA"),
        *("https://", "https:///x", "ftp://x/a", "/a b", "/a\n", "/a\0", "https://x/<b>", "/\\x"),
    ],
)
def test_what_is_no_address_of_an_image(url: str) -> None:
    assert not is_address(url)
