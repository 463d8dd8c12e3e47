"""What hosts choose to show: the guest list, the counts, the way to join online. Each test first
stores what could leak, and shows that it is there for somebody who may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pages.base import GUEST_COOKIE, OWNER_COOKIE, VIEWER_COOKIE
from rsvps.domain.approval import reject
from rsvps.domain.event_changes import update_event
from tests.makers import MadeEvent, make_link, make_rsvp, make_stream, make_tier
from tests.social_cast import BASE, Social, make_social
from tests.tenant_cast import EVENTS, said

pytestmark = pytest.mark.once

NAME = "Zwiebelina"
ROOM = "https://meet.example.org/zwiebel"
STREAM = "https://stream.example.org/zwiebel"
COOKIES = {"guest": GUEST_COOKIE, "owner": OWNER_COOKIE, "viewer": VIEWER_COOKIE}


@pytest.fixture
def social(api: Any) -> Social:
    return make_social(api)


class House:
    """An event of the club, whose colleague is going as an account and others by links."""

    def __init__(self, social: Social, **values: Any) -> None:
        self.social = social
        told = {
            "title": "Onion supper",
            "channel_id": social.channel.pk,
            "capacity": 9,
            "location": "Rua 1",
            "online_url": ROOM,
            "format": "hybrid",
        }
        self.event: MadeEvent = social.event(**(told | values))
        self.tier = make_tier(self.event, capacity=8)
        declined = make_rsvp(self.event, name="Dee", tier_id=self.tier.pk)
        reject(event_id=self.event.id, rsvp_id=declined.id)
        self.guest = make_rsvp(self.event, name=NAME, guest_count=2, tier_id=self.tier.pk)
        make_rsvp(self.event, user=social.cast.colleague.user, name="Colin", tier_id=self.tier.pk)
        make_stream(self.event, status="live", playback_url=STREAM)
        self.tokens = {
            "stranger": None,
            "guest": self.guest.token,
            "interested": make_rsvp(self.event, name="Ina", attendance="interested").token,
            "declined": declined.token,
            "viewer": make_link(self.event, "viewer"),
            "owner": self.event.owner_token,
        }

    def capability(self, who: str) -> dict[str, str]:
        """Everything the Capability API tells of the event."""
        api, token, path = self.social.api, self.tokens[who], self.event.path
        answers = {
            "detail": api.get(path, token),
            "list": api.get("events", token),
            "channel": api.get("channels/club", token),
            "ics": api.get(f"{path}/event.ics", token),
            "feed": api.get("/c/club.ics", token),
            "atom": api.get("/c/club.atom", token),
            "tiers": api.get(f"{path}/tiers", token),
            "search": api.get("events", token, q="onion"),
        }
        return {name: plain(response) for name, response in answers.items()}

    def members(self, who: str) -> dict[str, str]:
        """Everything the APIs with keys tell of it; of the stream also the rooms."""
        api, key, id = self.social.api, self.social.keys[who], self.event.id
        slug = self.event.stored.slug
        answers = {
            "tenant": api.get(f"{EVENTS}/{id}", key),
            "tenant list": api.get(EVENTS, key),
            "browse": api.get(f"{EVENTS}/browse", key),
            "attendees": api.get(f"{EVENTS}/{id}/attendees", key),
            "rsvps": api.get(f"{EVENTS}/{id}/rsvps", key),
            "ical": api.get(f"{EVENTS}/{id}/export/ical", key),
            "social": api.get(f"{BASE}/events/{id}", key),
            "social list": api.get(f"{BASE}/events", key),
            "social rsvps": api.get(f"{BASE}/events/{id}/rsvp", key),
            "room": api.get(f"{BASE}/events/{id}/room", key),
            "rooms": api.get(f"{BASE}/rooms", key),
        }
        if who in ("publishable", "organizer"):
            answers |= {
                "community": api.get(f"communities/club/events/{slug}", key),
                "community tiers": api.get(f"communities/club/events/{slug}/tiers", key),
                "community ics": api.get("communities/club/events.ics", key),
            }
        return {name: plain(response) for name, response in answers.items()}

    def pages(self, who: str) -> dict[str, str]:
        """Every page that tells of it."""
        client = Client()
        if self.tokens[who] and who in ("guest", "owner", "viewer", "interested", "declined"):
            client.cookies[COOKIES.get(who, GUEST_COOKIE)] = self.tokens[who] or ""
        at = f"/e/{self.event.id}"
        found = ("/", "/?q=onion", "/c/club", at, f"{at}/attendees", f"{at}/event.ics")
        return {path: plain(client.get(path)) for path in found}


def plain(response: Any) -> str:
    """The text of an answer, with folded calendar lines put together."""
    text: str = response.content.decode().replace("\r\n ", "").replace("\\r\\n ", "")
    return text


def telling(told: dict[str, str], *secrets: str) -> set[str]:
    """The answers that tell one of the secrets."""
    return {name for name, text in told.items() if any(secret in text for secret in secrets)}


# --- The guest list -----------------------------------------------------------------------------

LISTS = {"attendees", "rsvps"}  # the Social API names accounts alone
SHOWN: dict[str, dict[str, bool]] = {
    "everybody": dict.fromkeys(("stranger", "interested", "declined", "guest", "owner"), True),
    "guests": {"guest": True, "owner": True},
    "host": {"owner": True},
}


@pytest.mark.parametrize("show", SHOWN)
class TestGuests:
    """Names of guests, in everything that tells of their event."""

    @pytest.mark.parametrize("who", ["stranger", "interested", "declined", "guest", "owner"])
    def test_links(self, social: Social, show: str, who: str) -> None:
        """A guest who is not going is no guest who may look. The empty list is a list."""
        house = House(social, show_guests=show)
        shown = SHOWN[show].get(who, False)
        assert telling(house.capability(who), NAME) == ({"detail"} if shown else set())
        at = f"/e/{house.event.id}"
        pages = telling(house.pages(who), NAME) - ({at} if who == "guest" else set())
        listed = {at, f"{at}/attendees"} - ({at} if who == "guest" else set())
        assert pages == (listed if shown else set())
        if not shown:
            detail = said(social.api.get(house.event.path, house.tokens[who]), 200)["event"]
            assert (detail["rsvps"], detail["rsvps_next"]) == ([], None)
            assert detail["rsvp_counts"]["public"] == 3

    @pytest.mark.parametrize("who", ["outsider", "colleague", "creator", "organizer"])
    def test_keys(self, social: Social, show: str, who: str) -> None:
        """The colleague is going; another tenant sees nothing whatever is shown."""
        house = House(social, show_guests=show)
        within = who != "outsider"
        shown = within and (show != "host" or who != "colleague")
        assert telling(house.members(who), NAME) == (LISTS if shown else set())
        if within and not shown:
            body = said(social.api.get(f"{EVENTS}/{house.event.id}/rsvps", social.keys[who]), 200)
            assert (body["attendees"], body["total"], body["has_more"]) == ([], 3, False)
            page = said(social.get(f"events/{house.event.id}/rsvp", who), 200)
            assert (page["eventResponses"], page["paging"]) == (
                [],
                {"next": None, "previous": None},
            )

    def test_the_door_and_the_viewer_keep_their_list(self, social: Social, show: str) -> None:
        """Their link is for reading it."""
        house = House(social, show_guests=show)
        client = Client()
        client.cookies[VIEWER_COOKIE] = house.tokens["viewer"] or ""
        assert NAME in plain(client.get(f"/e/{house.event.id}/view"))


# --- Counts -------------------------------------------------------------------------------------


def counts_of(social: Social, house: House, who: str, token: str | None) -> dict[str, Any]:
    """Every count that the APIs tell, by where."""
    detail = said(social.api.get(house.event.path, token), 200)["event"]
    (tier,) = said(social.api.get(f"{house.event.path}/tiers", token), 200)["tiers"]
    key = social.keys[who]
    tenant = said(social.api.get(f"{EVENTS}/{house.event.id}", key), 200)
    listed = said(social.api.get(f"{EVENTS}/{house.event.id}/rsvps", key), 200)
    filtered = said(
        social.api.get(f"{EVENTS}/{house.event.id}/attendees", key, status_filter="going"), 200
    )
    member = social.only(house.event, who)
    return {
        **{name: detail[name] for name in ("yes_count", "spots_left")},
        **detail["rsvp_counts"],
        **{f"tier {name}": tier[name] for name in ("sold", "spots_left")},
        **{f"tenant {name}": tenant[name] for name in ("attendee_count", "spots_left")},
        **{name: listed[name] for name in ("total", "going_count", "interested_count")},
        "filtered": filtered["total"],
        **{name: member[name] for name in ("rsvpCount", "interestedCount")},
    }


def test_counts_are_shown_by_default(social: Social) -> None:
    house = House(social)
    counts = counts_of(social, house, "colleague", None)
    assert counts == {
        "yes_count": 4,
        "spots_left": 5,
        "public": 3,
        "private": 0,
        "public_party_size": 5,
        "private_party_size": 0,
        "tier sold": 4,
        "tier spots_left": 4,
        "tenant attendee_count": 2,
        "tenant spots_left": 5,
        "total": 3,
        "going_count": 2,
        "interested_count": 1,
        "filtered": 2,
        "rsvpCount": 2,
        "interestedCount": 1,
    }
    assert "4 going" in house.pages("stranger")["/"]


def test_hidden_counts_are_null(social: Social) -> None:
    """For everybody but organizers, guests who are going included; pages say no number either."""
    house = House(social, show_counts=False)
    hidden = counts_of(social, house, "colleague", house.guest.token)
    assert set(hidden.values()) == {None}
    assert counts_of(social, house, "colleague", None) == hidden
    assert counts_of(social, house, "colleague", house.tokens["viewer"]) == hidden
    seen = counts_of(social, house, "creator", house.event.owner_token)
    assert None not in seen.values()
    slug = house.event.stored.slug
    community = said(
        social.api.get(f"communities/club/events/{slug}", social.keys["publishable"]), 200
    )
    assert [tier["sold"] for tier in community["tiers"]] == [None]
    for who in ("stranger", "guest"):
        told = house.pages(who)
        assert telling(told, " going</span>", "4 going", "5 of 9", "spots left", "4 left") == set()
    assert "4 going" in house.pages("owner")[f"/e/{house.event.id}"]


def test_a_full_event_is_full_for_everybody(social: Social) -> None:
    """It decides what one can answer."""
    house = House(social, show_counts=False, capacity=4)
    assert ">Waitlist<" in house.pages("stranger")["/"]
    assert 'class="badge badge-wait">Full<' in house.pages("stranger")[f"/e/{house.event.id}"]


def test_no_order_tells_a_hidden_count(social: Social) -> None:
    """Sorted by attendance, an event that hides its counts is one without guests."""
    crowd = social.event(title="Crowd", show_counts=False)
    few, none = social.event(title="Few"), social.event(title="None")
    for number in range(3):
        make_rsvp(crowd, name=f"G{number}")
    make_rsvp(few)

    def order() -> list[str]:
        query = {"sort_by": "attendee_count", "sort_order": "desc"}
        key = social.keys["colleague"]
        body = said(social.api.get(f"{EVENTS}/browse", key, **query), 200)
        return [event["title"] for event in body["events"]]

    assert order()[0] == "Few"
    update_event(event=crowd.row, values={"show_counts": True})
    assert order() == ["Crowd", "Few", none.stored.title]


# --- The way to join online ---------------------------------------------------------------------

WITH_LINK = {
    *("detail", "list", "channel", "ics", "search"),
    *("tenant", "tenant list", "browse", "ical", "social", "social list", "social rsvps", "rooms"),
}


def test_everybody_reads_the_link_by_default(social: Social) -> None:
    house = House(social)
    told = house.capability("stranger") | house.members("colleague")
    assert telling(told, ROOM) == WITH_LINK | {"feed"}
    assert {"room", "rooms", "social"} <= telling(told, STREAM)


@pytest.mark.parametrize("who", ["stranger", "interested", "declined", "guest", "viewer", "owner"])
def test_only_approved_guests_read_a_link_that_is_theirs(social: Social, who: str) -> None:
    """Beside the location, which stays everybody's."""
    house = House(social, show_online_url=False)
    shown = who in ("guest", "viewer", "owner")
    told = house.capability(who)
    assert telling(told, ROOM) == (WITH_LINK & told.keys() if shown else set())
    assert {"detail", "list", "ics"} <= telling(told, "Rua 1")
    pages = house.pages(who)
    at = f"/e/{house.event.id}"
    assert telling(pages, ROOM) == ({at, f"{at}/event.ics"} if shown else set())
    assert telling(pages, STREAM) == ({at} if shown else set())
    assert "Rua 1" in pages[at]


def test_keys_read_a_link_that_is_for_guests(social: Social) -> None:
    """The colleague is going; a publishable key is nobody."""
    house = House(social, show_online_url=False)
    assert (
        telling(house.members("colleague"), ROOM) == WITH_LINK & house.members("colleague").keys()
    )
    assert telling(house.members("publishable"), ROOM, STREAM) == set()
    assert said(social.get(f"events/{house.event.id}/room", "publishable"), 404)


@pytest.mark.parametrize("guard", ["approval_required", "hide_location"])
def test_a_hidden_place_hides_the_link_too(social: Social, guard: str) -> None:
    """Showing the link to everybody shows it to everybody who may see the place."""
    house = House(social, **{guard: True}, show_online_url=True)
    assert telling(house.capability("stranger"), ROOM, STREAM) == set()
