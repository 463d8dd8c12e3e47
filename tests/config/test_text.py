"""Text from outside, and everything else that must not break on it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Invalid
from config.text import clean_text, holds_link, is_slug, text_problem, unlinked

ANY = st.text(alphabet=st.characters(), max_size=60)  # surrogates and controls among them
CONTROLS = [chr(code) for code in [*range(32), *range(0x7F, 0xA0)]]


def said(value: str, *, limit: int = 20, **how: bool) -> str:
    with pytest.raises(Invalid) as refused:
        clean_text(value, field="name", limit=limit, **how)
    assert list(refused.value.keys) == ["name"]
    return refused.value.keys["name"][0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  plain  ", "plain"),
        ("", ""),
        ("   ", ""),
        ("Cafe\u0301", "Café"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("\u00a0x\u3000", "x"),
        ("א\u200fב", "א\u200fב"),
    ],
)
def test_what_is_stored(value: str, expected: str) -> None:
    """Trimmed and NFC; joiners and direction marks stay."""
    assert clean_text(value, field="name", limit=20) == expected


def test_lines() -> None:
    """Only a text of several lines holds line ends and tabs, of one kind."""
    assert clean_text("a\r\nb\rc\td", field="name", limit=20, multiline=True) == "a\nb\nc\td"
    assert said("a\nb") == said("a\tb") == "control_characters"


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_no_control_character_is_stored(control: str) -> None:
    """C0, DEL and C1, in ASCII texts and others; line end and tab where lines are allowed."""
    for text in (f"a{control}b", f"é{control}b"):
        assert said(text) == "control_characters"
        if control not in "\n\r\t":
            assert said(text, multiline=True) == "control_characters"


@pytest.mark.parametrize("code", [0xD800, 0xDBFF, 0xDC00, 0xDFFF], ids=hex)
def test_lone_surrogates_are_refused(code: int) -> None:
    """They cannot be written as UTF-8."""
    assert said(f"a{chr(code)}b") == "unstorable"


def test_limits_are_in_characters_after_normalising() -> None:
    """20 characters fit however they were typed, 21 do not."""
    assert clean_text("e\u0301" * 20, field="name", limit=20) == "é" * 20
    assert clean_text(" " * 99 + "😀" * 20, field="name", limit=20) == "😀" * 20
    assert said("x" * 21) == "too_long"


def test_required_texts() -> None:
    """Blank is missing."""
    assert said(" \t ", required=True) == "blank"


@given(value=ANY, multiline=st.booleans())
def test_any_text_is_stored_well_or_refused(value: str, multiline: bool) -> None:
    """What comes out is NFC, trimmed, within the limit, storable, and stays as it is."""
    try:
        cleaned = clean_text(value, field="name", limit=30, multiline=multiline)
    except Invalid:
        return
    assert cleaned == cleaned.strip() == unicodedata.normalize("NFC", cleaned)
    assert len(cleaned) <= 30
    cleaned.encode()  # UTF-8 can write it
    assert text_problem(cleaned, multiline=multiline) is None
    assert clean_text(cleaned, field="name", limit=30, multiline=multiline) == cleaned


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a-B_9", True), ("", False), ("a b", False), ("é", False), ("a\n", False)],
)
def test_slugs(value: str, expected: bool) -> None:
    """ASCII letters, digits, hyphens and underscores."""
    assert is_slug(value) is expected


@pytest.mark.parametrize(
    "value",
    [
        *("http://evil.example", "HTTPS://X", "ftp://x", "//evil.com", "www.evil.example"),
        *("evil.example/x", "a.b.evil.example/x?y", "Ana (evil.example:8080/x)", "evil.example?x"),
        *("evil.com", "EVIL.COM", "Free money at evil.com!", "see evil.net.", "t.co/x", "bit.ly/2"),
        "пример.рф/я",
    ],
)
def test_links(value: str) -> None:
    """What a mail program would make a link of, in any case and alphabet."""
    assert holds_link(value)


@pytest.mark.parametrize(
    "value",
    [
        *("Dr. A. Smith", "J.P. Morgan", "Anne-Marie St.John", "anne-marie st.john", "Lin.Li"),
        *("A.Smith/B.Jones", "Dr.Smith/Jones", "Ana / Bo", "M.A./B.Sc.", "Lee, J. (Dr.med.)"),
        *("Ana & Co. KG", "ana@example.com", "Tim.", "1.5/2", "3:30", ""),
    ],
)
def test_what_is_no_link(value: str) -> None:
    """Names with initials and titles, couples, e-mail addresses."""
    assert not holds_link(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Win at https://evil.example/x", "Win at https:// evil. example/ x"),
        ("www.evil.com", "www. evil. com"),
        ("At 18:30, see https://evil.example", "At 18:30, see https:// evil. example"),
        ("Node.js for J.P. Morgan", "Node.js for J.P. Morgan"),
    ],
)
def test_links_broken_up(value: str, expected: str) -> None:
    """Nothing is left to click on; what holds no link stays as it is."""
    assert unlinked(value) == expected
    assert not holds_link(unlinked(value))
