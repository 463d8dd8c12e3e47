"""What the operations are about: each has one tag, of its API and its subject."""

from __future__ import annotations

from typing import Any

# The APIs, by the name of their room.
APIS = {
    "capability": (
        "Capability",
        "For scripts and apps without accounts: links are keys.",
    ),
    "tenant": ("Tenant", "For the back end of an organisation, with its API keys."),
    "communities": ("Communities", "For a community's web site: only what everybody may read."),
    "social": (
        "Social",
        "For apps with signed-in members: camelCase, with all related objects.",
    ),
}
SUBJECTS = {
    "Events": "Events: make, find, read, change, cancel and copy them.",
    "Series": "Events that repeat by a rule.",
    "Guests": "Guests and their RSVPs: who is coming, approval, seats and the waitlist.",
    "Tickets": "Ticket tiers and the questions they ask.",
    "Check-ins": "The door: tickets, and who has arrived.",
    "Messages": "Announcements, and what hosts and guests write to each other.",
    "Comments": "What people say about an event or anything else.",
    "Invitations": "Mail that asks people to come.",
    "Links": "Links that open an event: for co-hosts, the door and viewers; lost ones.",
    "Channels": "Where events are listed.",
    "Calendars": "iCalendar files and addresses to subscribe to.",
    "Webhooks": "Programs of yours that are called when something happens.",
    "Changes": "Everything that happened, in order, for copies that stay in step.",
    "Streams": "Live streams of events and their recordings.",
    "Files": "Images to show with events.",
}
# A path is about the last of its parts that stands here.
_SUBJECT_OF = {
    "series": "Series",
    "rsvps": "Guests",
    "rsvp": "Guests",
    "attendees": "Guests",
    "ticket.png": "Check-ins",
    "tiers": "Tickets",
    "check-ins": "Check-ins",
    "messages": "Messages",
    "comments": "Comments",
    "invitations": "Invitations",
    "links": "Links",
    "lost-links": "Links",
    "channels": "Channels",
    "event.ics": "Calendars",
    "events.ics": "Calendars",
    "ical": "Calendars",
    "my-feed": "Calendars",
    "webhooks": "Webhooks",
    "changes": "Changes",
    "room": "Streams",
    "rooms": "Streams",
    "files": "Files",
    "images": "Files",
    "events": "Events",
    "community-events": "Events",
}


def tag_of(api: str, path: str) -> str:
    """The tag of an operation at ``path`` in the API of that room: ``Capability: Guests``."""
    parts = reversed(path.split("/"))
    return f"{APIS[api][0]}: {next(_SUBJECT_OF[part] for part in parts if part in _SUBJECT_OF)}"


def declare_tags(document: dict[str, Any]) -> None:
    """Adds to a document the tags that its operations use, with what each is about, and groups them
    by API."""
    used = {
        tag
        for operations in document["paths"].values()
        for operation in operations.values()
        for tag in operation["tags"]
    }
    groups = {
        name: {f"{name}: {subject}": f"{said} {about}" for subject, said in SUBJECTS.items()}
        for name, about in APIS.values()
    }
    document["tags"] = [
        {"name": tag, "description": said}
        for tags in groups.values()
        for tag, said in tags.items()
        if tag in used
    ]
    document["x-tagGroups"] = [
        {"name": name, "tags": mine}
        for name, tags in groups.items()
        if (mine := [tag for tag in tags if tag in used])
    ]
