"""One event as each of the four APIs tells it, in one spelling."""

from __future__ import annotations

from typing import Any

from tests.makers import MadeEvent, make_image
from tests.social_cast import BASE, Social
from tests.tenant_cast import EVENTS, said

Told = dict[str, Any]


def capability(social: Social, event: MadeEvent, token: str | None) -> Told:
    """By its public id, or with a link. Its count is of people: nobody here brings a guest."""
    body = said(social.api.get(event.path, token), 200)["event"]
    return {
        "id": body["id"],
        "title": body["title"],
        "description": body["description"] or "",
        "start": body["start_time"],
        "end": body["end_time"],
        "zone": body["timezone"],
        "place": body["location"],
        "link": body["online_url"],
        "virtual": body["format"] == "virtual",
        "format": body["format"],
        "status": body["status"],
        "going": body["yes_count"],
        "capacity": body["max_attendees"],
        "spots left": body["spots_left"],
        "closed": body["rsvps_closed"],
        "private": body["is_private"],
        "tags": body["tags"],
        "metadata": body["metadata"],
        "channel": body.get("channel", {}).get("id"),
        "cover": body["cover_image"],
        "created": body["created_at"],
    }


def tenant(social: Social, event: MadeEvent, key: str | None) -> Told:
    """With a member's key."""
    body = said(social.api.get(f"{EVENTS}/{event.id}", key), 200)
    return {
        "id": body["id"],
        "title": body["title"],
        "description": body["description"] or "",
        "start": body["start_time"],
        "end": body["end_time"],
        "zone": body["timezone"],
        "place": body["location"],
        "link": body["online_url"],
        "virtual": body["event_type"] == "virtual",
        "format": body["event_type"],
        "status": body["status"],
        "going": body["attendee_count"],
        "capacity": body["capacity"],
        "spots left": body["spots_left"],
        "closed": body["rsvps_closed"],
        "private": body["is_private"],
        "tags": body["tags"],
        "metadata": body["metadata"],
        "channel": body["group_id"],
        "creator": body["creator_id"],
        "created": body["created_at"],
        "updated": body["updated_at"],
    }


def community(social: Social, event: MadeEvent, key: str | None) -> Told:
    """With the community's key; it tells what the public may know, whoever asks."""
    body = said(social.api.get(f"communities/club/events/{event.row.slug}", key), 200)
    place = body["location"] or {"address": None, "virtualLink": None}
    formats = {"online": "virtual"}
    return {
        "id": body["id"],
        "title": body["name"],
        "description": body["description"] or "",
        "start": body["startDate"],
        "end": body["endDate"],
        "place": place["address"],
        "link": place["virtualLink"],
        "virtual": body["format"] == "online",
        "format": formats.get(body["format"], body["format"]),
        "status": body["status"],
        "cover": body["bannerUrl"],
    }


def member(social: Social, event: MadeEvent, key: str | None) -> Told:
    """The Social API with a member's key."""
    whole = said(social.api.get(f"{BASE}/events/{event.id}", key), 200)
    (body,) = whole["events"]
    return {
        "id": body["eventId"],
        "title": body["title"],
        "description": body["description"],
        "start": body["startTime"],
        "end": body["endTime"],
        "place": body["location"],
        "link": body["externalUrl"],
        "virtual": body["type"] == "virtual",
        "status": body["status"],
        "going": body["rsvpCount"],
        "private": body["isInviteOnly"],
        "tags": body["tags"],
        "metadata": body["metadata"],
        "channel": body["originId"],
        "creator": body["userId"],
        "cover": next((file["fileUrl"] for file in whole["files"]), None),
        "created": body["createdAt"],
        "updated": body["updatedAt"],
    }


def agreed(*told: Told) -> Told:
    """What they tell together, each fact once, after holding that they tell the same."""
    facts: Told = {}
    for each in told:
        for name, value in each.items():
            assert facts.setdefault(name, value) == value, name
    return facts


def to_everybody(social: Social, event: MadeEvent) -> Told:
    """What all four tell somebody who is no guest."""
    return agreed(
        capability(social, event, None),
        tenant(social, event, social.keys["colleague"]),
        community(social, event, social.keys["publishable"]),
        member(social, event, social.keys["colleague"]),
    )


def to_organizers(social: Social, event: MadeEvent) -> Told:
    """What the three that know an organizer tell one."""
    return agreed(
        capability(social, event, event.owner_token),
        tenant(social, event, social.keys["organizer"]),
        member(social, event, social.keys["organizer"]),
    )


def in_club(social: Social, **values: Any) -> MadeEvent:
    """An event of the community, with everything that is told."""
    full: Told = {
        "title": "Porto Meetup",
        "description": "*All* welcome",
        "start_time": "2030-06-01T18:00:00",
        "end_time": "2030-06-01T22:00:00",
        "timezone": "Europe/Lisbon",
        "location": "Rua 1",
        "online_url": "https://meet.example.org/x",
        "tags": ["jazz", "žluť"],
        "metadata": {"a": [1]},
        "capacity": 3,
        "cover_id": make_image(social.cast.tenant).pk,
        "channel_id": social.channel.pk,
    }
    return social.event(**(full | values))
