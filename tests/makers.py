"""Makes what a test needs, through the domain functions wherever one exists."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.domain.actors import ANONYMOUS, Actor
from accounts.domain.images import keep_image
from accounts.domain.tokens import mint
from accounts.enums import LinkRole, TokenKind
from accounts.models import Image, Tenant, User
from channels.domain.rooms import find_or_make_channel
from channels.models import Channel
from config.images import CleanImage
from events.domain.lifecycle import create_event
from events.domain.live import set_stream
from events.models import Event, EventLink, LiveRoom, Question, Tier
from events.rows import EventRow, event_row
from rsvps.domain.respond import create_rsvp
from rsvps.domain.tickets import ticket_code
from rsvps.domain.tiers import create_tier
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow, rsvp_row

_numbers = itertools.count(1)


@dataclass(frozen=True)
class MadeEvent:
    """An event and the token of its owner link."""

    id: UUID
    owner_token: str

    @property
    def path(self) -> str:
        """Its address in the Capability API."""
        return f"/api/v1/events/{self.id}"

    @property
    def stored(self) -> Event:
        """The model as it is stored now."""
        return Event.objects.get(pk=self.id)

    @property
    def row(self) -> EventRow:
        """The row as it is stored now."""
        row = event_row(self.id)
        assert row is not None
        return row


@dataclass(frozen=True)
class MadeRsvp:
    """An RSVP and its guest's token."""

    id: UUID
    token: str
    path: str

    @property
    def stored(self) -> Rsvp:
        """The model as it is stored now."""
        return Rsvp.objects.get(pk=self.id)

    @property
    def row(self) -> RsvpRow:
        """The row as it is stored now."""
        row = rsvp_row(self.id)
        assert row is not None
        return row

    @property
    def ticket(self) -> str:
        """The code that opens the door, for a guest who attends."""
        code = ticket_code(self.row)
        assert code is not None
        return code


def make_event(*, actor: Actor = ANONYMOUS, **values: Any) -> MadeEvent:
    """An event a week from now, unless ``values`` (domain words) say otherwise."""
    start = timezone.now().replace(microsecond=0) + timedelta(days=7)
    values = {"title": "Garden party", "start_time": start} | values
    made = create_event(actor=actor, values=values)
    return MadeEvent(made.event_id, made.owner_token)


def make_series(
    rrule: str = "FREQ=WEEKLY", *, actor: Actor = ANONYMOUS, **values: Any
) -> MadeEvent:
    """The first occurrence of a series, as make_event() makes it; its token opens all of it."""
    recurrence = {"rrule": rrule, "exdates": values.pop("exdates", [])}
    return make_event(actor=actor, **{"recurrence": recurrence} | values)


def occurrences(event: MadeEvent) -> list[MadeEvent]:
    """The events of its series by date, each with the token of the series."""
    ids = Event.objects.filter(series=event.row.series_id).order_by("series_date")
    return [MadeEvent(each, event.owner_token) for each in ids.values_list("id", flat=True)]


def make_rsvp(event: MadeEvent, *, user: User | None = None, **values: Any) -> MadeRsvp:
    """A going answer, unless ``values`` (domain words, ``force`` too) say otherwise."""
    force = values.pop("force", False)
    values = {"name": "Robin", "attendance": "going"} | values
    row = create_rsvp(
        event_id=event.id, values=values, user_id=user.pk if user else None, force=force
    )
    token = mint(TokenKind.RSVP, row.id, row.token_version)
    return MadeRsvp(row.id, token, f"{event.path}/rsvps/{row.id}")


def make_link(event: MadeEvent, role: LinkRole = LinkRole.OWNER, **values: Any) -> str:
    """A further link to an event; its token."""
    link = EventLink.objects.create(event_id=event.id, role=role, **values)
    return mint(TokenKind.EVENT_LINK, link.id, link.version)


def make_door(event: MadeEvent, label: str = "Main door", **values: Any) -> str:
    """A link to the event's door; its token."""
    return make_link(event, LinkRole.DOOR, label=label, **values)


def make_tier(event: MadeEvent, **values: Any) -> Tier:
    """A free ticket tier, unless ``values`` (domain words, ``questions`` too) say otherwise."""
    tier_id = create_tier(event_id=event.id, values={"name": "Standard"} | values)
    return Tier.objects.get(pk=tier_id)


def make_question(tier: Tier, kind: str = "text", **values: Any) -> Question:
    """One more question of the tier's form; those to choose from offer red and blue."""
    options = ["red", "blue"] if kind in ("select", "multiselect") else []
    values = {"label": "Why?", "options": options, "position": tier.questions.count()} | values
    return Question.objects.create(tier=tier, kind=kind, **values)


def make_image(tenant: Tenant | None = None, *, alt_text: str = "") -> Image:
    """An image that events of the tenant may show."""
    drawn = CleanImage("garden.png", b"pixels", "png", "image/png", 640, 360)
    return keep_image(drawn, tenant_id=tenant.pk if tenant else None, alt_text=alt_text)


def make_stream(event: MadeEvent, **values: Any) -> LiveRoom:
    """The event's stream, idle unless ``values`` (domain words) say otherwise."""
    set_stream(event_id=event.id, values=values)
    return LiveRoom.objects.get(event_id=event.id)


def make_tenant(name: str = "Acme") -> Tenant:
    """An organisation."""
    return Tenant.objects.create(name=name, slug=f"tenant-{next(_numbers)}")


def make_user(**values: Any) -> User:
    """A person with an account."""
    email = values.pop("email", f"person{next(_numbers)}@example.org")
    return User.objects.create_user(email, **values)


def make_channel(
    name: str = "ATX Cigars", visibility: str = "public", tenant: Tenant | None = None
) -> Channel:
    """The channel an event of this name would join."""
    with transaction.atomic():
        return find_or_make_channel(
            name=name, visibility=visibility, tenant_id=tenant.pk if tenant else None
        )
