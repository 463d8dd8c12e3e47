"""What all pages share: moments, headers, and links that resolve."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import resolve

from accounts.enums import LinkRole
from events import addresses as links
from pages.template_tags import event_time, moment, zone_words

pytestmark = pytest.mark.once

WHEN = datetime(2031, 7, 4, 16, tzinfo=UTC)


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
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//(?!testserver/)', page) == []
