"""Everything that answers with an entity tag, of one event, and who reads it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.enums import LinkRole
from events.models import EventLink, Tier
from tests.conftest import Api
from tests.makers import MadeEvent, MadeRsvp, make_link, make_rsvp, make_tier
from tests.social_cast import Social, make_social

EVENT = "/api/v1/events/{event}"
TENANT = "/api/v1/community-events/{event}"
COMMUNITY = "/api/v1/communities/club"
SOCIAL = "/social/api/v1/events"

# Made of versions, before anything is read that the answer shows.
BY_VERSION = [
    *((EVENT, who) for who in ("nobody", "owner", "guest", "door")),
    *((f"{EVENT}/event.ics", who) for who in ("nobody", "guest")),
    *((f"{EVENT}/tiers", who) for who in ("nobody", "owner")),
    *((f"{EVENT}/tiers/{{tier}}", who) for who in ("nobody", "owner")),
    (f"{EVENT}/rsvps/{{guest}}/messages?per_page=5", "owner"),
    (f"{EVENT}/rsvps/self/messages", "guest"),
    (f"{EVENT}/rsvps", "owner"),
    (f"{EVENT}/rsvps?q=gus&per_page=5", "owner"),
    (f"{EVENT}/rsvps/self", "guest"),
    *((f"{EVENT}/check-ins?q=gus", who) for who in ("owner", "door")),
    *((TENANT, who) for who in ("creator", "colleague", "publishable")),
    *((f"{TENANT}/attendees", who) for who in ("creator", "colleague", "publishable")),
    *((f"{TENANT}/rsvps?limit=5", who) for who in ("creator", "colleague")),
    *((f"{TENANT}/export/ical", who) for who in ("creator", "colleague")),
    *((f"{TENANT}/tiers", who) for who in ("creator", "colleague")),
    *((f"{TENANT}/tiers/{{tier}}", who) for who in ("creator", "colleague")),
    (f"{COMMUNITY}/events/{{slug}}", "publishable"),
    (f"{COMMUNITY}/events/{{slug}}/tiers", "publishable"),
    (f"{COMMUNITY}/events/{{slug}}/tiers/{{tier}}/form", "publishable"),
    (f"{COMMUNITY}/tiers/{{tier}}/form", "publishable"),
    *((f"{SOCIAL}/{{event}}/room", who) for who in ("creator", "colleague")),
]
# Made of the bytes that are sent.
BY_BYTES = [
    ("/api/v1/events", "nobody"),
    (f"{EVENT}/links", "owner"),
    *((f"{EVENT}/messages", who) for who in ("nobody", "owner", "guest")),
    (f"{EVENT}/comments", "nobody"),
    *((f"{SOCIAL}/{{event}}", who) for who in ("creator", "colleague")),
    *((f"{SOCIAL}/{{event}}/rsvp", who) for who in ("creator", "colleague")),
    (f"{SOCIAL}/{{event}}/me/rsvp", "colleague"),
    (f"{SOCIAL}/me/rsvps", "colleague"),
]
TAGGED = [*BY_VERSION, *BY_BYTES]


@dataclass(frozen=True)
class Tags:
    """One event of the community with a ticket, a guest, a member's RSVP, a door and a stream.
    ``held`` has each reader's credential."""

    api: Api
    social: Social
    event: MadeEvent
    tier: Tier
    guest: MadeRsvp
    member: MadeRsvp
    post: UUID
    held: dict[str, str | None]

    def address(self, path: str) -> str:
        """A path with this event's ids in it."""
        ids = {"event": self.event.id, "tier": self.tier.pk, "slug": "porto-meetup"}
        ids |= {"guest": self.guest.id, "member": self.member.id}
        return path.format(**ids)

    def ask(self, path: str, who: str, method: str = "GET", body: Any = None, **sent: str) -> Any:
        """A request of a reader, with more headers."""
        headers = {name.replace("_", "-"): said for name, said in sent.items()}
        if key := self.held[who]:
            headers["Authorization"] = f"Bearer {key}"
        told = {} if body is None else {"data": body, "content_type": "application/json"}
        ask = getattr(self.api.client, method.lower())
        return ask(self.address(path), headers=headers, **told)


def make_tags(api: Api) -> Tags:
    """The event, and everybody who reads it: every link and key used a moment ago."""
    social = make_social(api)
    event = social.rich(title="Porto Meetup", location="Rua 1", hide_location=True, capacity=50)
    tier = make_tier(event, questions=[{"label": "Why?"}])
    # The form is not asked of those who were let in by force.
    guest = make_rsvp(event, name="Gus", force=True)
    member = make_rsvp(event, user=social.cast.colleague.user, name="Colin", force=True)
    post = event.stored.messages.filter(visibility="public").latest("created_at")
    held = {
        "nobody": None,
        "owner": event.owner_token,
        "guest": guest.token,
        "door": make_link(event, LinkRole.DOOR, label="Main door"),
    }
    EventLink.objects.update(last_used_at=timezone.now())
    return Tags(api, social, event, tier, guest, member, post.pk, held | social.keys)
