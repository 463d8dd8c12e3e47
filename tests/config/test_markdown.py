"""Markdown as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.markdown import as_text

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("# One\nTwo", "One\n\nTwo"),
        ("**b** _i_ ~~s~~ `c`", "b i s c"),
        ("a\nb\n\nc", "a\nb\n\nc"),
        ("[tea](https://tea.example/a?b=1&c)", "tea (https://tea.example/a?b=1&c)"),
        ("<https://tea.example>", "https://tea.example"),
        ("[https://tea.example/](https://tea.example)", "https://tea.example/"),
        ("[](https://tea.example)", "https://tea.example"),
        ("[us](mailto:a@b.example) <a@b.example>", "us (a@b.example) a@b.example"),
        ("[x](ftp://tea.example)", "x"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("- a\n- b\n  - c\n\nd", "- a\n- b\n  - c\n\nd"),
        ("3. a\n4. **b**", "3. a\n4. b"),
        ("- a\n\n- b", "- a\n\n- b"),
        ("> a\n\nb", "a\n\nb"),
        ("|a|b|\n|-|-|\n|c|**d**|\n\ne", "a | b\nc | d\n\ne"),
        ("```\nx  y\n\nz\n```\nb", "x  y\n\nz\n\nb"),
        ("a\n\n---\n\nb", "a\n\nb"),
        ("1 &lt; 2 \\*", "1 < 2 *"),
        ("<b>no</b>", "<b>no</b>"),
    ],
)
def test_nothing_of_the_markup_is_left(text: str, plain: str) -> None:
    assert as_text(text) == plain


@given(st.text(alphabet="a -*_>#1.[](){}<>|`~\\\n:/é", max_size=300))
def test_any_text_becomes_one(text: str) -> None:
    assert as_text(text) == as_text(text).strip()


@pytest.mark.parametrize("piece", ["- ", "> ", "- - - a\nb\n", "[a](https://é.example/é)", "|a|\n"])
def test_it_stays_small(piece: str) -> None:
    """Twenty thousand characters of the same."""
    assert len(as_text((piece * 20_000)[:20_000])) <= 40_000
