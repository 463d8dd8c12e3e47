"""What search engines read of an event, a channel and a series."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from channels.enums import Visibility
from events.domain.lifecycle import cancel_event
from tests.makers import (
    MadeEvent,
    make_channel,
    make_event,
    make_image,
    make_series,
    make_tier,
    occurrences,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PLACE = "Maybachufer 12"
URL = "https://meet.example.org/secret"


@pytest.fixture(autouse=True)
def _two_languages(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]


def event_with(**values: Any) -> MadeEvent:
    given = {
        "title": "Lantern walk",
        "start_time": datetime(2030, 11, 28, 15, 30, tzinfo=UTC),
        "end_time": datetime(2030, 11, 28, 18, 0, tzinfo=UTC),
        "timezone": "Europe/Berlin",
        "location": PLACE,
    }
    return make_event(**(given | values))


def head_of(client: Client, path: str) -> str:
    return client.get(path).content.decode().split("</head>")[0]


def data_of(head: str) -> Any:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)
    return json.loads(found)


def test_a_public_event_is_described(client: Client) -> None:
    event = event_with(host_name="Ada", description="Bring a **lantern**.")
    free = make_tier(event, name="Free", currency="EUR", capacity=5)
    make_tier(event, name="Friends", price_cents=500)
    head = head_of(client, f"/e/{event.id}")
    url = f"http://testserver/e/{event.id}"
    data = data_of(head)
    (image,) = data.pop("image")
    assert f'<meta property="og:image" content="{image}">' in head
    assert data == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Lantern walk",
        "url": url,
        "description": "Bring a lantern.",
        "startDate": "2030-11-28T16:30:00+01:00",
        "endDate": "2030-11-28T19:00:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": [{"@type": "Place", "name": PLACE, "address": PLACE}],
        "organizer": [{"@type": "Person", "name": "Ada"}],
        "isAccessibleForFree": False,
        "offers": [
            {
                "@type": "Offer",
                "name": free.name,
                "url": url,
                "price": 0,
                "priceCurrency": "EUR",
                "availability": "https://schema.org/InStock",
            }
        ],
    }


@pytest.mark.parametrize("description", ["", "Bring a **lantern**."])
def test_engines_read_a_description(client: Client, description: str) -> None:
    """The event's own, else when and where it is, as on the cards of chats."""
    head = head_of(client, f"/e/{event_with(description=description).id}")
    (told,) = re.findall(r'<meta name="description" content="([^"]+)"', head)
    (card,) = re.findall(r'<meta property="og:description" content="([^"]+)"', head)
    assert told == ("Bring a lantern." if description else card)
    assert PLACE in card


def test_a_cancelled_event_says_so_and_a_cover_comes_first(client: Client) -> None:
    event = event_with(cover_id=make_image().pk, format="hybrid", online_url=URL)
    cancel_event(event_id=event.id)
    data = data_of(head_of(client, f"/e/{event.id}"))
    assert data["eventStatus"] == "https://schema.org/EventCancelled"
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    cover, drawn = data["image"]
    assert ("/media/images/" in cover, "/share/" in drawn) == (True, True)


def test_what_a_stranger_may_not_know_is_not_there(client: Client) -> None:
    """Whoever asks: the head is what gets copied elsewhere."""
    event = event_with(format="hybrid", online_url=URL, hide_location=True, show_online_url=False)
    client.cookies["convene_owner"] = event.owner_token
    page = client.get(f"/e/{event.id}").content.decode()
    head, body = page.split("</head>")
    assert PLACE in body
    assert URL in body
    assert PLACE not in head
    assert "meet.example" not in head
    assert data_of(head)["location"] == [
        {"@type": "VirtualLocation", "url": f"http://testserver/e/{event.id}"}
    ]


def test_no_text_ends_the_script(client: Client) -> None:
    title = "</script><script>alert(1)</script><!--&"
    head = head_of(client, f"/e/{event_with(title=title).id}")
    assert data_of(head)["name"] == title
    assert "alert(1)<" not in head
    plain = head_of(client, f"/e/{event_with(title='Soup').id}")
    assert head.count("<script") == plain.count("<script")


def test_a_private_event_has_a_card_and_nothing_else(client: Client) -> None:
    event = event_with(is_private=True)
    answer = client.get(f"/e/{event.id}")
    head = answer.content.decode().split("</head>")[0]
    assert answer["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex, nofollow">' in head
    assert "og:image" in head
    for rest in ("canonical", "hreflang", "ld+json", "oembed"):
        assert rest not in head


def test_an_unlisted_event_is_no_business_of_engines(client: Client, settings: Any) -> None:
    settings.OPEN_EVENTS = "unlisted"
    head = head_of(client, f"/e/{event_with().id}")
    assert '<meta name="robots" content="noindex, nofollow">' in head
    assert "ld+json" not in head


@pytest.mark.parametrize("asked", ["", "?lang=de", "?lang=xx", "?q=soup"])
def test_every_page_has_one_address_a_language(client: Client, asked: str) -> None:
    event = event_with()
    channel = make_channel("Neighbours")
    series = occurrences(make_series("FREQ=DAILY;COUNT=2"))[0].row.series_id
    for path in (f"/e/{event.id}", f"/c/{channel.slug}", f"/s/{series}"):
        head = head_of(client, path + asked)
        url = f"http://testserver{path}"
        links = re.findall(
            r'<link rel="(canonical|alternate)"(?: hreflang="([\w-]+)")? href="([^"]+)">', head
        )
        assert links == [
            ("canonical", "", f"{url}?lang=de" if asked == "?lang=de" else url),
            ("alternate", "en", f"{url}?lang=en"),
            ("alternate", "de", f"{url}?lang=de"),
            ("alternate", "x-default", url),
        ]


def test_a_private_channel_has_no_address_for_engines(client: Client) -> None:
    channel = make_channel("Circle", visibility=Visibility.PRIVATE)
    assert "canonical" not in head_of(client, f"/c/{channel.slug}")
