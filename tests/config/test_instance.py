"""Who runs the instance, and whom it is for: read at the start, refused when wrong."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.instance import legal_pages, read_address, read_open_events, read_page


@pytest.mark.parametrize("said", ["on", "unlisted", "off"])
def test_who_may_make_events(said: str) -> None:
    assert read_open_events(said) == said


@pytest.mark.parametrize("said", ["", "ON", "yes", "true"])
def test_anything_else_is_refused(said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OPEN_EVENTS"):
        read_open_events(said)


@pytest.mark.parametrize(
    "said", ["", "https://example.org/imprint", "http://[::1]/x", "/imprint", "/c/about?x=1"]
)
def test_pages(said: str) -> None:
    """An address of this site or another."""
    assert read_page("IMPRINT_URL", said) == said


@pytest.mark.parametrize(
    "said",
    [
        *("imprint", "//example.org", "/\\example.org", "javascript:alert(1)", "ftp://x.org/"),
        *("https://", "https:///x", "https://[", "https://a b", "/a b", "data:,x", "/x\n"),
    ],
)
def test_no_pages(said: str) -> None:
    """What leads nowhere, or runs."""
    with pytest.raises(ImproperlyConfigured, match="IMPRINT_URL"):
        read_page("IMPRINT_URL", said)


def test_an_address_to_tell() -> None:
    assert read_address("ADMIN_EMAIL", "") == ""
    assert read_address("ADMIN_EMAIL", "a@example.org") == "a@example.org"
    with pytest.raises(ImproperlyConfigured, match="ADMIN_EMAIL"):
        read_address("ADMIN_EMAIL", "nobody")


def test_paths_lead_to_the_site_in_mails() -> None:
    settings = SimpleNamespace(IMPRINT_URL="/imprint", PRIVACY_URL="https://x.org/p")
    assert legal_pages(settings, "https://e.org") == {
        "imprint_url": "https://e.org/imprint",
        "privacy_url": "https://x.org/p",
    }
