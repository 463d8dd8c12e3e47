"""Letters of every kind on a phone, by day and by night."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Playwright

from notify.enums import MailKind
from notify.models import Mail
from tests.notify.mail.every_kind import CAUSES, Words, letter_of
from tests.notify.mail.posting import html_of

pytestmark = [pytest.mark.browser, pytest.mark.once]
# Words as they come, and some as long as they may be, without a place to break them.
WORDS = [
    Words(
        "Midsummer garden party with the neighbours",
        "Ana",
        "Ada & friends",
        "Old mill, Mill Lane 3",
        "Bring a cup.\n\nAnd a chair: there are never enough.",
    ),
    Words("W" * 255, "N" * 120, "H" * 120, "P" * 500, "S" * 2000),
]


@pytest.fixture
def settled(player: Playwright, settings: Any) -> None:
    """An instance that sends mail. The browser comes before the database is prepared."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://events.example.org"
    settings.DEFAULT_FROM_EMAIL = "Convene <noreply@events.example.org>"


@pytest.fixture
def letters(settled: None, db: None) -> Mapping[str, str]:
    """The HTML of a letter of each kind, in each of these words, with its picture in it."""
    written = {}
    for kind in CAUSES:
        for number, words in enumerate(WORDS):
            written[f"{kind}-{number}"] = _whole(letter_of(kind, words))
            Mail.objects.all().delete()  # no limit counts them
    return written


def _whole(letter: Any) -> str:
    html = html_of(letter)
    for part in letter.walk():
        if named := part["Content-ID"]:
            content = base64.b64encode(part.get_payload(decode=True)).decode()
            source = f"data:{part.get_content_type()};base64,{content}"
            html = html.replace(f"cid:{named.strip('<>')}", source)
    return html


GROUNDS: Mapping[Literal["light", "dark"], str] = {
    "light": "rgb(251, 247, 239)",
    "dark": "rgb(22, 19, 15)",
}


def test_on_a_phone(letters: Mapping[str, str], chromium: Browser, shots: Path | None) -> None:
    """Nothing scrolls sideways, nothing is loaded from anywhere, the colours are the scheme's."""
    assert len(letters) == len(MailKind) * len(WORDS)
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name, html in letters.items():
        page.set_content(html)
        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths == [390, 390], name
        for scheme, ground in GROUNDS.items():
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground, name
            if shots:
                page.screenshot(path=shots / f"mail-{name}-{scheme}.png", full_page=True)
    context.close()
    assert [url for url in asked if not url.startswith("data:")] == []
