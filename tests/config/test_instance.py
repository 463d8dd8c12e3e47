"""Who runs the instance, and whom it is for: read at the start, refused when wrong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.instance import (
    Environment,
    legal_pages,
    read_address,
    read_open_events,
    read_page,
    read_site,
)


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads settings from an environment of its own."""
    reading, held = Environment(), {"OTHER": "other"}
    monkeypatch.setattr(Environment, "ENVIRON", held)
    return reading


@pytest.mark.parametrize(
    ("read", "said", "value"),
    [
        *(("str", "$OTHER", "$OTHER"), ("str", "", ""), ("int", " 5 ", 5), ("int", "", 7)),
        *(("bool", "Off", False), ("bool", "yes", True), ("bool", "", 7), ("list", "", 7)),
        ("list", "a.org, b.org ,", ["a.org", "b.org"]),
    ],
)
def test_settings_as_they_are_written(env: Any, read: str, said: str, value: object) -> None:
    """An empty text is one; an empty number, switch or list is none."""
    env.ENVIRON["SETTING"] = said
    assert getattr(env, read)("SETTING", default=7) == value
    assert env.int("MISSING", default=7) == 7


@pytest.mark.parametrize(
    ("read", "said"),
    [
        *(("int", "hush"), ("float", "hush"), ("bool", "hush"), ("bool", "on # hush")),
        *(("db_url", "postgres://u:hush/x@h/d"), ("email_url", "smtp+tls://u:hush#x@h")),
        ("cache_url", "hush"),
    ],
)
def test_settings_that_cannot_be_read(env: Any, read: str, said: str) -> None:
    """The setting is named; what it held, which may be a password, is not told."""
    env.ENVIRON["SETTING"] = said
    with pytest.raises(ImproperlyConfigured, match=r"^SETTING is not") as problem:
        getattr(env, read)("SETTING")
    assert "hush" not in str(problem.value)
    assert problem.value.__suppress_context__


def test_an_empty_address_is_none(env: Any) -> None:
    env.ENVIRON["SETTING"] = ""
    assert env.db_url("SETTING", default="sqlite:///here")["NAME"] == "here"


def test_where_links_lead() -> None:
    for said in ("", "https://events.example.org", "http://[::1]:8000", "http://localhost:80"):
        assert read_site(said) == said
    assert read_site("https://events.example.org/") == "https://events.example.org"


@pytest.mark.parametrize(
    "said",
    [
        *("events.example.org", "https://", "https://x.org/sub", "https://x.org?a", "ftp://x.org"),
        *("https://me@x.org", "https://x.org:port", "https://[", "https://x.org#a", "/"),
        "https://x y",
    ],
)
def test_where_none_lead(said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        read_site(said)


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
