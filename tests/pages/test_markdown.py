"""Descriptions as HTML: safe, small and soon made, whatever is in them."""

from __future__ import annotations

import re
import tracemalloc
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pages.template_tags import excerpt, register

pytestmark = pytest.mark.once

markdown = register.filters["markdown"]

MOST_BYTES = 200_000
LONGEST = 20_000
# What an attacker types over and over.
PIECES = [
    *(">", "> ", "[", "]", "![", "*", "*a**", "a*_", "- ", "- > a\n", "1. a\n", "`", "``a`", "|"),
    *(
        "<",
        "<!--",
        "\\",
        '"',
        "&#0;",
        "&amp;",
        "~~a",
        "[a](",
        "[](b)",
        "![](b)",
        "a\n\n",
        "\N{HONEYBEE}",
    ),
    *(
        "<a@b.c>",
        "<http://a.b>",
        "<http://\N{HONEYBEE}>",
        "|a|b|\n|-|-|\n",
        "|\n",
        "-\n",
        "# ",
        "\0",
    ),
    *("[a]: b\n", "[a]", "=\n", "  ", "\t", "<script>", "[x](javascript:a)", "a", " "),
]
TAGS = {
    *("a", "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
EMPTY = {"br", "hr"}


class _Read(HTMLParser):
    """Fails at the first thing that is not allowed or not in its place."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        told = dict(attrs)
        allowed = {"a": {"href", "title", "rel"}, "ol": {"start"}, "ul": {"class"}}
        assert told.keys() <= allowed.get(tag, set())
        assert told.get("class", "programme") == "programme"
        assert urlsplit(told.get("href") or "").scheme in ("", "http", "https", "mailto")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        pytest.fail("a comment")

    def handle_decl(self, decl: str) -> None:
        pytest.fail("a declaration")


def checked(text: str) -> str:
    """The HTML of a text, once it was found safe, whole and small."""
    html = markdown(text)
    assert len(html.encode()) <= MOST_BYTES
    _Read(html)
    return html


def filled(piece: str, length: int = LONGEST) -> str:
    """A text of nothing else."""
    return (piece * (length // len(piece) + 1))[:length]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** _i_", "<p><strong>b</strong> <em>i</em></p>\n"),
        ("# One\n###### Six", "<h3>One</h3>\n<h6>Six</h6>\n"),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"),
        (
            "- **9:30** a\n- **10:00 PM** b",
            '<ul class="programme">\n<li><strong>9:30</strong> a</li>\n'
            "<li><strong>10:00 PM</strong> b</li>\n</ul>\n",
        ),
        (
            "- **9:30** a\n- b",
            "<ul>\n<li><strong>9:30</strong> a</li>\n<li>b</li>\n</ul>\n",
        ),
        (
            "- **9:30** a\n  1. b",
            "<ul>\n<li><strong>9:30</strong> a\n<ol>\n<li>b</li>\n</ol>\n</li>\n</ul>\n",
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,hi)", "<p>[x](data:text/html,hi)</p>\n"),
        (
            "<https://example.org>",
            '<p><a href="https://example.org" rel="nofollow noopener noreferrer">'
            "https://example.org</a></p>\n",
        ),
        (
            "|a|b|\n|-|-|\n|c|",
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n"
            "<tbody>\n<tr>\n<td>c</td>\n<td></td>\n</tr>\n</tbody>\n</table>\n",
        ),
    ],
)
def test_markdown_is_safe_html(text: str, html: str) -> None:
    assert markdown(text) == html


def test_it_loads_nothing_from_elsewhere() -> None:
    assert "<img" not in markdown("![cat](https://example.org/cat.png)")


@pytest.mark.slow
@pytest.mark.parametrize("piece", PIECES)
def test_it_survives_whatever_fills_a_description(piece: str) -> None:
    """Twenty thousand characters of the same."""
    checked(filled(piece))


def test_a_reference_is_text_like_any_other() -> None:
    """One address, named two thousand times, would fill 25 MB."""
    assert checked("[a]: /b\n\n[a] [c][a]") == "<p>[a]: /b</p>\n<p>[a] [c][a]</p>\n"
    checked("[a]: http://x/" + "b" * 9_900 + "\n\n" + "[a] " * 2_500)


@pytest.mark.parametrize("columns", [1, 8, 100, 500, 3_000])
def test_tables_have_few_cells(columns: int) -> None:
    """Rows that two characters stand for are not filled up without end."""
    head = "|" + "a|" * columns + "\n|" + "-|" * columns + "\n"
    html = checked((head + filled("|\n"))[:LONGEST])
    assert len(re.findall("<t[hd]>", html)) <= 2_000
    html = checked(filled(head + "\n"))
    assert len(re.findall("<t[hd]>", html)) <= 2_000


def test_of_a_large_table_the_text_stays() -> None:
    rows = filled("|a|b|c|\n", 8 * 900)
    html = checked(f"**Menu**\n\n|x|y|z|\n|-|-|-|\n{rows}\n\n**Bring** one.")
    assert "<table>" not in html
    assert html.startswith(
        "<p><strong>Menu</strong></p>\n<p>|x|y|z|<br>\n|-|-|-|<br>\n|a|b|c|<br>\n"
    )
    assert html.endswith("<p><strong>Bring</strong> one.</p>\n")


def test_what_would_be_too_large_is_shown_as_written() -> None:
    """Nothing of a description is lost, not even of one that is all quotation marks."""
    text = filled("[](b)" * 9 + "\n")
    assert checked(text) == text.replace("\n", "<br>")
    assert checked(filled('"', 100_000)) == "&quot;" * 33_333


@hypothesis_settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(PIECES) | st.text(max_size=8), st.integers(1, 99))),
    st.text(max_size=50),
)
def test_any_text_is_safe_and_small(parts: list[tuple[str, int]], end: str) -> None:
    text = "".join(piece * times for piece, times in parts) + end
    checked(text)


def test_what_is_kept_is_bounded_in_bytes() -> None:
    """Many texts of the largest kind, one after the other, leave a few megabytes behind; one
    that was just made is not made again."""
    tracemalloc.start()
    try:
        for number in range(150):
            text = f"{number}: " + '"' * 33_400
            assert markdown(text) is markdown(text)
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 4_000_000 < left < 10_000_000


def test_an_excerpt_is_plain() -> None:
    assert excerpt("# Hi\n\n**Tea** & [cake](https://example.org)\n\n<i>x</i>") == (
        "Hi Tea & cake <i>x</i>"
    )
    assert len(excerpt("word " * 200)) <= 200
