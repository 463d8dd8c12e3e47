"""One event through all four APIs: they agree on what they tell."""

from __future__ import annotations

import pytest

from events.domain.lifecycle import cancel_event
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.event_changes import update_event
from tests.conftest import Api, Clock
from tests.four_doors import (
    Told,
    agreed,
    capability,
    community,
    in_club,
    member,
    tenant,
    to_everybody,
    to_organizers,
)
from tests.makers import make_link, make_rsvp
from tests.social_cast import BASE, Social, make_social
from tests.tenant_cast import EVENTS

pytestmark = pytest.mark.once


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


@pytest.mark.parametrize("format", ["in_person", "virtual", "hybrid"])
def test_an_event(social: Social, format: str) -> None:
    """On every fact, and these are the facts."""
    event = in_club(social, format=format)
    facts = to_everybody(social, event)
    stored = event.stored
    assert stored.cover is not None
    expected = {
        "id": str(event.id),
        "title": "Porto Meetup",
        "description": "*All* welcome",
        "start": "2030-06-01T17:00:00Z",
        "end": "2030-06-01T21:00:00Z",
        "zone": "Europe/Lisbon",
        "place": "Rua 1",
        "link": "https://meet.example.org/x",
        "virtual": format == "virtual",
        "format": format,
        "status": "scheduled",
        "going": 0,
        "capacity": 3,
        "spots left": 3,
        "closed": False,
        "private": False,
        "tags": ["jazz", "žluť"],
        "metadata": {"a": [1]},
        "channel": str(social.channel.pk),
        "creator": str(social.cast.creator.id),
        "cover": f"http://testserver/media/{stored.cover.file.name}",
        "created": f"{stored.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "updated": f"{stored.updated_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    assert facts == expected
    assert to_organizers(social, event) == expected


def test_a_bare_event(social: Social) -> None:
    """On what is missing."""
    event = social.event(channel_id=social.channel.pk)
    facts = to_everybody(social, event)
    missing = {name for name, value in facts.items() if value in (None, "", [], {})}
    assert missing == {
        *("description", "end", "place", "link", "capacity", "spots left", "tags", "metadata"),
        "cover",
    }


def test_counts(social: Social) -> None:
    """Approved going answers, private ones included, whoever asks; pending, rejected and other
    answers are not among them."""
    event = in_club(social, capacity=3)
    make_rsvp(event)
    make_rsvp(event, is_private=True)
    make_rsvp(event, attendance="interested")
    make_rsvp(event, attendance="not_going")
    for decide in (back_to_pending, reject):
        decide(event_id=event.id, rsvp_id=make_rsvp(event).id)
    for facts in (to_everybody(social, event), to_organizers(social, event)):
        assert (facts["going"], facts["spots left"], facts["capacity"]) == (2, 1, 3)
    make_rsvp(event)
    for facts in (to_everybody(social, event), to_organizers(social, event)):
        assert (facts["going"], facts["spots left"]) == (3, 0)


def test_the_clock(social: Social, clock: Clock) -> None:
    """Scheduled, live, ended, cancelled at the same moments."""
    event, called_off = in_club(social), in_club(social)
    cancel_event(event_id=called_off.id)
    for hour, minute, status in (
        (16, 59, "scheduled"),
        (17, 0, "live"),
        (20, 59, "live"),
        (21, 0, "ended"),
    ):
        clock.set(2030, 6, 1, hour, minute)
        assert to_everybody(social, event)["status"] == status
        assert to_organizers(social, event)["status"] == status
        assert to_everybody(social, called_off)["status"] == "cancelled"


def test_a_change(social: Social) -> None:
    """Is seen through every door at once."""
    event = in_club(social)
    values = {"title": "New", "location": None, "format": "virtual", "capacity": None}
    update_event(event=event.row, values=values)
    facts = to_everybody(social, event)
    assert (facts["title"], facts["place"], facts["virtual"]) == ("New", None, True)
    assert (facts["capacity"], facts["spots left"]) == (None, None)


@pytest.mark.parametrize("guard", ["hide_location", "approval_required"])
def test_a_guarded_place(social: Social, guard: str) -> None:
    """Told to nobody but approved going guests and organizers, through every door."""
    event = in_club(social, **{guard: True})
    hidden = (None, None)
    facts = to_everybody(social, event)
    assert (facts["place"], facts["link"]) == hidden
    facts = to_organizers(social, event)
    assert facts["place"] == "Rua 1"
    guest = make_rsvp(event, user=social.cast.colleague.user)
    back_to_pending(event_id=event.id, rsvp_id=guest.id)

    def to_the_guest() -> Told:
        key = social.keys["colleague"]
        return agreed(
            capability(social, event, guest.token),
            tenant(social, event, key),
            member(social, event, key),
        )

    facts = to_the_guest()
    assert (facts["place"], facts["link"]) == hidden
    approve(event_id=event.id, rsvp_id=guest.id)
    facts = to_the_guest()
    assert (facts["place"], facts["link"]) == ("Rua 1", "https://meet.example.org/x")
    shown = community(social, event, social.keys["creator"])
    assert (shown["place"], shown["link"]) == hidden
    viewer = capability(social, event, make_link(event, "viewer"))
    assert viewer["place"] == "Rua 1"


def test_a_private_event(social: Social) -> None:
    """In no list of anybody who is no organizer; by its id where an id opens it."""
    event, listed = in_club(social, is_private=True), in_club(social, title="Listed")
    colleague, key = social.keys["colleague"], social.keys["publishable"]
    lists = [
        social.api.get("events", per_page=50),
        social.api.get(EVENTS, colleague),
        social.api.get(f"{EVENTS}/browse", colleague),
        social.api.get("communities/club/events", key),
        social.api.get(f"{BASE}/events", colleague),
    ]
    texts = [response.content.decode() for response in lists]
    assert [str(listed.id) in text for text in texts] == [True] * 5
    assert [str(event.id) in text for text in texts] == [False] * 5
    facts = agreed(
        capability(social, event, None),
        tenant(social, event, colleague),
        member(social, event, colleague),
    )
    assert facts["private"] is True
    unlisted = social.api.get(f"communities/club/events/{event.row.slug}", key)
    assert unlisted.status_code == 404
