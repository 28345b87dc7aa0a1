"""What of HTML is kept, and the text that is left when none of it is."""

from html import escape, unescape

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.rich_text import TAGS, plain, sanitise

PIECE = st.one_of(
    st.text(max_size=8).map(escape),
    st.sampled_from(["&", "&amp;", "&lt;p&gt;", "&nbsp;", "&#60;b&#62;", "&notin", "a &amp;lt; b"]),
    st.sampled_from(sorted(TAGS)).map("<{}>".format),
    st.sampled_from(sorted(TAGS)).map("</{}>".format),
    st.sampled_from(
        ['<a href="/x">', '<img src="/a>b" alt="<p>">', "<!-- <p> -->", "<p", ">", "<"]
    ),
    st.sampled_from(["<script>alert(1)</script>", "<style>p {}</style>", "<section>", "<P>"]),
)
HTML = st.lists(PIECE, max_size=12).map("".join).map(sanitise)


def parsed(html: str) -> str:
    """The text by a parser of HTML, with a blank before each tag."""
    found = nh3.clean(html.replace("<", " <"), tags=set(), attributes={})
    return " ".join(unescape(found).split())


@given(HTML)
def test_the_text_of_what_is_kept_is_what_a_parser_finds(html: str) -> None:
    assert plain(html) == parsed(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("  one\n two\t", "one two"),
        ("<p>one</p><p>two</p>", "one two"),
        ("<ul><li>one<li>two</ul>", "one two"),
        ("one<br>two", "one two"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("Tom & Jerry", "Tom & Jerry"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("a &amp;lt;b&amp;gt; c", "a &lt;b&gt; c"),
        ('<a href="/x?a=1&amp;b=2" title="<p>">here</a>', "here"),
        ("<p>one<!-- two --></p>", "one"),
        ("<script>alert(1)</script>one<style>p {}</style>", "one"),
        ("<P>one</P>", "one"),
        ("one < two", "one < two"),
        ("<p>one", "one"),
    ],
)
def test_the_text_alone(html: str, text: str) -> None:
    assert plain(html) == text
