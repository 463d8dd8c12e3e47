"""What holds for letters of every kind: a kind without a cause in every_kind.py fails here."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation

from notify.enums import MailKind
from tests.notify.mail.every_kind import CAUSES, Words, letter_of
from tests.notify.mail.posting import html_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]
KB = 1024
# As long as they may be, and without a place to break them.
LONG = Words("W" * 255, "N" * 120, "H" * 120, "P" * 500, "S" * 2000)
# Without a letter: whatever letters are left in a mail are ours.
SIGNS = Words("§1", "§2", "§3", "§4", "§5")
# Addresses, codes, and the one short name of a zone.
NO_WORDS = re.compile(r"https?://\S+|cvt_[\w-]+|\S+@\S+|\bUTC\b|\bCES?T\b")


def test_each_kind_has_a_cause() -> None:
    assert set(CAUSES) == set(MailKind)


@pytest.mark.parametrize("kind", CAUSES)
def test_headers_and_size(kind: MailKind) -> None:
    """One recipient, two parts that fit, and a way to stop it; the same wherever it is read."""
    letter = letter_of(kind, LONG)
    assert len([letter["To"], *letter.get_all("Cc", []), *letter.get_all("Bcc", [])]) == 1
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (letter["References"] is None) == (kind == MailKind.LOST_LINKS)
    html, text = html_of(letter), text_of(letter)
    assert len(html.encode()) + len(text.encode()) <= 40 * KB
    assert '<html lang="en" dir="ltr">' in html
    loaded = re.findall(r'(?:src|background|srcset)="([^"]*)"', html)
    assert set(loaded) <= {"cid:ticket"}
    assert "url(" not in html


@pytest.mark.parametrize("kind", CAUSES)
def test_every_word_can_be_translated(
    kind: MailKind, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """A translation that puts each text between brackets leaves no letter outside of them, and the
    letter says which language it is in."""
    settings.SITE_NAME, settings.LANGUAGE_CODE = "§", "ar"
    settings.LANGUAGES = [("ar", "العربيّة")]
    said: Any = translation._trans  # type: ignore[attr-defined]
    translation.gettext("")  # the functions are there once one was called
    translation.ngettext("", "", 1)
    monkeypatch.setattr(said, "gettext", lambda text: f"⟦{text}⟧" if text else "")
    monkeypatch.setattr(said, "ngettext", lambda one, many, n: f"⟦{one if n == 1 else many}⟧")
    monkeypatch.setattr(said, "pgettext", lambda context, text: f"⟦{text}⟧")
    with translation.override("ar"):
        letter = letter_of(kind, SIGNS)
    shown = re.sub(r"(?s)<(style|title)\b.*?</\1>|<[^>]*>|&\w+;", " ", html_of(letter))
    for text in (letter["Subject"], text_of(letter), shown):
        left = NO_WORDS.sub("", text)
        while (inner := re.sub(r"⟦[^⟦⟧]*⟧", "", left)) != left:
            left = inner
        assert not re.findall(r"[^\W\d_]+", left)
    assert '<html lang="ar" dir="rtl">' in html_of(letter)
