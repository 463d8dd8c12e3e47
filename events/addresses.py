"""The addresses an event is known by. Written out rather than reversed: they are a public
contract, and lists write thousands of them; a test holds them equal to the URL tables."""

from __future__ import annotations

from uuid import UUID

from accounts.enums import LinkRole


def page_url(base_url: str, event_id: UUID) -> str:
    """The event's page for guests."""
    return f"{base_url}/e/{event_id}"


_OPENED_BY = {
    LinkRole.OWNER: "admin",
    LinkRole.COHOST: "admin",
    LinkRole.DOOR: "door",
    LinkRole.VIEWER: "view",
}


def link_url(base_url: str, event_id: UUID, role: LinkRole, token: str) -> str:
    """An event link: opens the organizer's page, the door or the guest list, by its role. A key;
    only for whoever holds it."""
    return f"{base_url}/e/{event_id}/{_OPENED_BY[role]}/{token}"


def guest_url(base_url: str, event_id: UUID, token: str) -> str:
    """A guest's own link: opens their answer. A key; only for whoever holds it."""
    return f"{base_url}/e/{event_id}/rsvp/{token}"


def feed_url(base_url: str, token: str) -> str:
    """The calendar of all that an account hosts and attends. A key; only for that account."""
    return f"{base_url}/feeds/{token}.ics"


def webcal(address: str) -> str:
    """What a calendar program subscribes to: the same address under the scheme it listens to."""
    return "webcal://" + address.partition("://")[2]


def series_url(base_url: str, series_id: UUID) -> str:
    """The page of a series."""
    return f"{base_url}/s/{series_id}"


def series_link_url(base_url: str, series_id: UUID, token: str) -> str:
    """The owner link of a series: opens every occurrence. A key; only for whoever holds it."""
    return f"{base_url}/s/{series_id}/admin/{token}"


def api_url(base_url: str, event_id: UUID) -> str:
    """The event in the Capability API."""
    return f"{base_url}/api/v1/events/{event_id}"


def event_links(base_url: str, event_id: UUID, owner_token: str | None = None) -> dict[str, str]:
    """public, ics and api, and admin for whoever holds the owner token. Absolute."""
    api = api_url(base_url, event_id)
    links = {"public": page_url(base_url, event_id), "ics": f"{api}/event.ics", "api": api}
    if owner_token is not None:
        links["admin"] = link_url(base_url, event_id, LinkRole.OWNER, owner_token)
    return links


def rsvp_links(base_url: str, event_id: UUID, token: str) -> dict[str, str]:
    """self (API) and html (page) of an answer. Absolute."""
    return {
        "self": f"{api_url(base_url, event_id)}/rsvps/self",
        "html": guest_url(base_url, event_id, token),
    }
