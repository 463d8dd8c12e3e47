"""The menus that lead into somebody's own calendar."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from pages.calendar_links import CalendarLink
from tests.makers import MadeEvent, make_channel, make_event, make_rsvp

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NAMES = [
    *("Download (.ics)", "Apple and other calendars", "Google Calendar"),
    *("Outlook.com", "Outlook 365"),
]


def menu(client: Client, path: str) -> dict[str, CalendarLink]:
    """The entries as the page shows them, in a menu that needs no script."""
    response = client.get(path)
    links: list[CalendarLink] = response.context["calendars"]
    page = response.content.decode()
    for link in links:
        written = link.href.replace("&", "&amp;")
        away = ' target="_blank" rel="nofollow noopener noreferrer"' if link.away else ""
        named = rf'<a href="{re.escape(written)}"{away}>\s*<svg.*?</svg>\s*{re.escape(link.name)}'
        assert re.search(named, page)
    return {link.name: link for link in links}


def query(link: CalendarLink) -> dict[str, str]:
    """What a link to another calendar tells it."""
    return {name: said for name, (said,) in parse_qs(urlsplit(link.href).query).items()}


def gathering(**values: Any) -> MadeEvent:
    plain: dict[str, Any] = {
        "title": "Tea & cake #1 + more; 100 %",
        "description": "Bring **cups**",
        "start_time": "2034-07-15T16:00:00Z",
        "end_time": "2034-07-15T18:00:00Z",
        "timezone": "Europe/Berlin",
        "location": "Zwiebelgasse 7",
        "online_url": "https://meet.example.org/zwiebel?a=1&b=2",
    }
    return make_event(**plain | values)


def test_an_event_in_every_calendar(client: Client) -> None:
    """Times in UTC, every text encoded; a space is %20, since Outlook shows a plus."""
    event = gathering()
    page = f"http://testserver/e/{event.id}"
    links = menu(client, f"/e/{event.id}")
    assert list(links) == NAMES
    assert links["Download (.ics)"].href == f"/e/{event.id}/event.ics"
    assert links["Apple and other calendars"].href == f"webcal://testserver/e/{event.id}/event.ics"
    told = {
        "title": "Tea & cake #1 + more; 100 %",
        "details": f"Bring cups\n\n{page}",
        "where": "Zwiebelgasse 7 · https://meet.example.org/zwiebel?a=1&b=2",
    }
    google = links["Google Calendar"]
    assert google.href.startswith("https://calendar.google.com/calendar/render?")
    assert query(google) == {
        "action": "TEMPLATE",
        "text": told["title"],
        "dates": "20340715T160000Z/20340715T180000Z",
        "details": told["details"],
        "location": told["where"],
    }
    for name, host in (("Outlook.com", "live.com"), ("Outlook 365", "office.com")):
        href = links[name].href
        assert href.startswith(f"https://outlook.{host}/calendar/0/deeplink/compose?")
        assert "+" not in href
        assert query(links[name]) == {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": told["title"],
            "startdt": "2034-07-15T16:00:00Z",
            "enddt": "2034-07-15T18:00:00Z",
            "body": told["details"],
            "location": told["where"],
        }


def test_one_without_an_end_or_a_place(client: Client) -> None:
    """Three hours, as elsewhere; nothing is said of a place."""
    event = gathering(end_time=None, location="", online_url="", description="x" * 5_000)
    google = query(menu(client, f"/e/{event.id}")["Google Calendar"])
    assert google["dates"] == "20340715T160000Z/20340715T190000Z"
    assert "location" not in google
    assert len(google["details"]) < 400


def test_a_hidden_place_is_in_the_links_of_those_who_may_know(client: Client) -> None:
    """On a guest's own page, and nowhere before."""
    event = gathering(hide_location=True)
    for link in menu(client, f"/e/{event.id}").values():
        assert "wiebel" not in link.href
    guest = make_rsvp(event)
    client.get(f"/e/{event.id}/rsvp/{guest.token}")
    links = menu(client, f"/e/{event.id}/rsvp")
    assert "Zwiebelgasse" in links["Google Calendar"].href
    assert not any("cvr_" in link.href for link in links.values())


def test_a_channel_to_subscribe_to(client: Client) -> None:
    """In calendars, as a file and in feed readers, which find it by themselves, too."""
    make_channel("Walks & talks")
    links = menu(client, "/c/walks-talks")
    assert list(links) == [
        *NAMES[1:],
        *("Calendar file (.ics)", "Feed reader (Atom)"),
    ]
    feed = "http://testserver/c/walks-talks.ics"
    assert links["Apple and other calendars"].href == "webcal://testserver/c/walks-talks.ics"
    assert query(links["Google Calendar"]) == {"cid": "webcal://testserver/c/walks-talks.ics"}
    assert query(links["Outlook.com"]) == {"url": feed, "name": "Walks & talks"}
    page = client.get("/c/walks-talks").content.decode()
    for kind, path in (("application/atom+xml", ".atom"), ("text/calendar", ".ics")):
        assert (
            f'<link rel="alternate" type="{kind}" title="Walks &amp; talks" '
            f'href="/c/walks-talks{path}">'
        ) in page


def test_a_private_channel_is_told_to_no_other_site(client: Client) -> None:
    hush = make_channel("Hush", "private")
    links = menu(client, f"/c/{hush.slug}")
    assert list(links) == [NAMES[1], "Calendar file (.ics)", "Feed reader (Atom)"]
    assert not any(link.away for link in links.values())
