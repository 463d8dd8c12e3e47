"""The guest list by a viewer link: read, and nothing changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import LinkRole
from rsvps.domain.approval import reject
from rsvps.domain.checkin import check_in
from tests.makers import MadeEvent, make_door, make_event, make_link, make_rsvp, make_tier

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def viewer(event: MadeEvent) -> Client:
    """A browser that opened a viewer link."""
    client = Client()
    client.get(f"/e/{event.id}/view/{make_link(event, LinkRole.VIEWER)}")
    return client


class TestLink:
    def test_becomes_a_cookie_and_a_clean_address(self) -> None:
        """HttpOnly, Lax, for this event's pages only; and the answer is kept nowhere."""
        event = make_event()
        token = make_link(event, LinkRole.VIEWER)
        client = Client()
        answer = client.get(f"/e/{event.id}/view/{token}")
        assert (answer.status_code, answer["Location"]) == (303, f"/e/{event.id}/view")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        cookie = answer.cookies["convene_viewer"]
        assert (cookie.value, cookie["path"]) == (token, f"/e/{event.id}")
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        page = client.get(answer["Location"])
        assert page.status_code == 200
        assert page["Cache-Control"] == "private, no-store"
        assert token not in page.content.decode()

    def test_that_does_not_count_is_refused(self) -> None:
        """Of another role or event, revoked, expired, made up, a guest's: all alike."""
        event = make_event()
        past = timezone.now() - timedelta(minutes=1)
        for token in (
            event.owner_token,
            make_door(event),
            make_link(make_event(), LinkRole.VIEWER),
            make_link(event, LinkRole.VIEWER, revoked_at=past),
            make_link(event, LinkRole.VIEWER, expires_at=past),
            "cvo_" + "A" * 43,
            make_rsvp(event).token,
        ):
            answer = Client().get(f"/e/{event.id}/view/{token}")
            assert (answer.status_code, bool(answer.cookies)) == (403, False)
        token = make_link(event, LinkRole.VIEWER)
        assert Client().get(f"/e/{uuid4()}/view/{token}").status_code == 404

    def test_a_helper_with_a_door_link_keeps_the_door(self) -> None:
        """Whichever link came first."""
        event = make_event()
        for first, second in ((LinkRole.DOOR, LinkRole.VIEWER), (LinkRole.VIEWER, LinkRole.DOOR)):
            client = Client()
            for role in (first, second):
                way = {LinkRole.DOOR: "door", LinkRole.VIEWER: "view"}[role]
                client.get(f"/e/{event.id}/{way}/{make_link(event, role)}")
            assert client.get(f"/e/{event.id}/door").status_code == 200
            assert client.get(f"/e/{event.id}/view").status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 401), ("guest", 403), ("viewer", 200), ("door", 200), ("owner", 200)],
)
def test_who_may_read(who: str, status: int) -> None:
    """Helpers and organizers."""
    event = make_event()
    client = Client()
    if who == "guest":
        client.get(f"/e/{event.id}/rsvp/{make_rsvp(event).token}")
    elif who == "owner":
        client.get(f"/e/{event.id}/admin/{event.owner_token}")
    elif who == "door":
        client.get(f"/e/{event.id}/door/{make_door(event)}")
    elif who == "viewer":
        client = viewer(event)
    assert client.get(f"/e/{event.id}/view").status_code == status


def test_shows_what_the_door_knows() -> None:
    """Everybody who is expected, private answers too: name, party and ticket, who is here; and
    nothing of theirs beside that."""
    event = make_event()
    tier = make_tier(event, name="Front row")
    ana = make_rsvp(
        event,
        name="Ana Lopez",
        email="ana@example.org",
        note="Bringing soup",
        pronouns="she/her",
        guest_count=2,
        tier_id=tier.pk,
        is_private=True,
    )
    make_rsvp(event, name="Ben Okoro", tier_id=tier.pk)
    make_rsvp(event, name="Cem Aydin", attendance="interested")
    reject(event_id=event.id, rsvp_id=make_rsvp(event, name="Dora Ek", tier_id=tier.pk).id)
    check_in(event_id=event.id, rsvp_id=ana.id)
    page = viewer(event).get(f"/e/{event.id}/view")
    assert [guest.name for guest in page.context["page"].rows] == ["Ana Lopez", "Ben Okoro"]
    assert page.context["counts"] == (2, 4, 1, 3)
    shown = page.content.decode()
    for there in ("Party of 3", "Front row", "Checked in at"):
        assert there in shown
    absent = ("ana@example.org", "Bringing soup", "she/her", "Dora", ana.token, ana.ticket, "<form")
    assert [text for text in absent if text in shown.partition("<main")[2]] == []


def test_takes_as_many_queries_for_3_guests_as_for_60(queries_of: Any) -> None:
    event = make_event()
    client = viewer(event)

    def more(number: int) -> None:
        for _ in range(number):
            make_rsvp(event)

    more(3)
    few = queries_of(lambda: client.get(f"/e/{event.id}/view"))
    more(57)
    assert queries_of(lambda: client.get(f"/e/{event.id}/view")) == few == 5
