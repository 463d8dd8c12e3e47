"""What all pages share: Markdown, moments, headers, and links that resolve."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import resolve

from accounts.enums import LinkRole
from events import addresses as links
from pages.template_tags import event_time, excerpt, markdown, moment, zone_words

WHEN = datetime(2031, 7, 4, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** _i_", "<p><strong>b</strong> <em>i</em></p>\n"),
        ("# One\n###### Six", "<h3>One</h3>\n<h6>Six</h6>\n"),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,hi)", "<p>[x](data:text/html,hi)</p>\n"),
        (
            "<https://example.org>",
            '<p><a href="https://example.org" rel="nofollow noopener noreferrer">'
            "https://example.org</a></p>\n",
        ),
    ],
)
def test_markdown_is_safe_html(text: str, html: str) -> None:
    assert markdown(text) == html


def test_markdown_loads_nothing_from_elsewhere() -> None:
    assert "<img" not in markdown("![cat](https://example.org/cat.png)")


@pytest.mark.parametrize("piece", [">", "[", "*", "- ", "`", "|", "![", "<", "\\", "&#0;"])
def test_markdown_survives_whatever_fills_a_description(piece: str) -> None:
    assert isinstance(markdown((piece * 20_000)[:20_000]), str)


def test_an_excerpt_is_plain() -> None:
    assert excerpt("# Hi\n\n**Tea** & [cake](https://example.org)\n\n<i>x</i>") == (
        "Hi Tea & cake <i>x</i>"
    )
    assert len(excerpt("word " * 200)) <= 200


def test_moments_read_in_the_zone_of_the_event() -> None:
    assert event_time(WHEN, None, "UTC") == (
        '<time datetime="2031-07-04T16:00:00Z" data-zone="UTC">Fri 4 July 2031, 16:00 UTC</time>'
    )
    later = datetime(2031, 7, 4, 18, 30, tzinfo=UTC)
    assert event_time(WHEN, later, "Etc/GMT+5") == (
        '<time datetime="2031-07-04T16:00:00Z" data-end="2031-07-04T18:30:00Z"'
        ' data-zone="Etc/GMT+5">Fri 4 July 2031, 11:00\N{EN DASH}13:30'
        " UTC\N{MINUS SIGN}05:00</time>"
    )
    assert "Fri 4 July 2031, 21:45 UTC+05:45" in moment(WHEN, "Asia/Kathmandu")


def test_a_zone_goes_by_its_place() -> None:
    assert zone_words("America/New_York") == "New York time"
    assert zone_words("Etc/GMT+5") == zone_words("UTC") == ""


def test_links_lead_to_pages() -> None:
    event_id, token = uuid4(), "cvo_" + "A" * 43
    assert resolve(links.page_url("", event_id)).url_name == "event"
    for role, name in (
        (LinkRole.OWNER, "owner-link"),
        (LinkRole.COHOST, "owner-link"),
        (LinkRole.DOOR, "door-link"),
        (LinkRole.VIEWER, "viewer-link"),
    ):
        assert resolve(links.link_url("", event_id, role, token)).url_name == name
    assert resolve(links.guest_url("", event_id, token)).url_name == "guest-link"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/new", "/channels", "/nothing"])
def test_every_page_carries_the_security_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    page = answer.content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//', page) == []
