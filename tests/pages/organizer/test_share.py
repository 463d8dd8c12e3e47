"""Sharing an event: its link as text and as pictures, the poster, and who helps."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from accounts.enums import LinkRole
from tests.makers import make_door, make_event, make_link
from tests.pages.organizer.test_overview import organizer
from tests.scanner import scanned

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("page", ["share", "poster"])
def test_the_link_for_guests_and_its_picture(page: str) -> None:
    """The same to read, to copy and to scan; and no key of the organizer's in it."""
    event = make_event()
    said = organizer(event).get(f"/e/{event.id}/admin/{page}")
    assert said["Cache-Control"] == "private, no-store"
    pictures = set(re.findall(r"data:image/png;base64,([\w+/=]+)", said.content.decode()))
    assert {scanned(base64.b64decode(each)) for each in pictures} == {
        f"http://testserver/e/{event.id}"
    }
    assert said.context["guest_link"] == f"http://testserver/e/{event.id}"


def test_the_owner_link_is_for_whoever_holds_it() -> None:
    event = make_event()
    path = f"/e/{event.id}/admin/share"
    assert event.owner_token in organizer(event).get(path).content.decode()


def test_helpers_whose_link_works() -> None:
    """By name, never with their link."""
    event = make_event()
    grace = make_link(event, LinkRole.COHOST, name="Grace Hopp")
    door = make_door(event, "Garden")
    page = organizer(event).get(f"/e/{event.id}/admin/share")
    assert [(each.name, each.label) for each in page.context["helpers"]] == [
        ("Grace Hopp", ""),
        ("", "Garden"),
    ]
    said = page.content.decode()
    assert grace not in said
    assert door not in said


@pytest.mark.parametrize("hidden", [True, False])
def test_a_poster_says_what_strangers_may_know(hidden: bool) -> None:
    """It hangs where anybody reads it."""
    event = make_event(location="Zwiebelgasse 7", hide_location=hidden, title="Soup <night>")
    said = organizer(event).get(f"/e/{event.id}/admin/poster").content.decode()
    assert ("Zwiebelgasse" in said) != hidden
    assert "Soup &lt;night&gt;" in said
    assert event.owner_token not in said


def test_a_private_event_offers_no_frame() -> None:
    event = make_event(is_private=True)
    assert not organizer(event).get(f"/e/{event.id}/admin/share").context["embed"]
    public = make_event()
    assert organizer(public).get(f"/e/{public.id}/admin/share").context["embed"]


def test_takes_as_many_queries_for_3_links_as_for_30(queries_of: Any) -> None:
    event = make_event()
    client, path = organizer(event), f"/e/{event.id}/admin/share"

    def more(number: int) -> None:
        for _ in range(number):
            make_door(event)

    more(3)
    few = queries_of(lambda: client.get(path))
    more(27)
    assert queries_of(lambda: client.get(path)) == few
