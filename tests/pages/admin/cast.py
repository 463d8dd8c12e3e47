"""The fixed cast of the admin's tests: two tenants with a row of every model each, and everybody
who might sign in."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture

from access.actors import actor_from
from accounts.domain.api_keys import issue_key
from accounts.domain.organizers import GROUP
from accounts.domain.tenants import create_user
from accounts.models import ApiKey, Image, Tenant, User
from channels.domain.rooms import create_channel
from channels.models import Channel
from comments.domain.messages import announce, write_to_guest
from comments.models import Comment, Message, Report
from events.domain.live import set_stream
from events.models import Event, EventLink, LiveRoom, Question, Series, Tier
from notify.domain.endpoints import create_endpoint
from notify.models import Attempt, Delivery, Endpoint, Mail
from rsvps.domain.checkin import check_in
from rsvps.models import CheckIn, Invitation, Rsvp
from tests.makers import MadeEvent, MadeRsvp, make_door, make_event, make_rsvp, make_tier, make_user

# The models an organizer works with, by their tenant's rows.
ORGANIZED: tuple[type[models.Model], ...] = (
    *(Channel, Event, EventLink, Series, Tier, Question, LiveRoom, Rsvp, CheckIn),
    *(Invitation, Comment, Message, Image, ApiKey, Endpoint, Delivery, Mail),
)


@dataclass(frozen=True)
class House:
    """One tenant with an organizer and a row of every model, each text of them with ``mark``."""

    mark: str
    tenant: Tenant
    organizer: User
    event: MadeEvent
    guest: MadeRsvp
    waiting: MadeRsvp
    rows: dict[type[models.Model], Any]
    failed: Mail

    @property
    def ids(self) -> set[str]:
        """The ids of all rows."""
        return {str(row.pk) for row in self.rows.values()}


def make_house(mark: str) -> House:
    """A tenant with one of everything; ``mark`` stands in every text, address and slug."""
    slug = mark.lower().replace(" ", "-")
    tenant = Tenant.objects.create(
        name=f"{mark} tenant", slug=f"{slug}-tenant", blocked_terms=[f"{mark} term"]
    )
    organizer = create_user(
        email=f"{slug}-organizer@example.org",
        tenant=tenant,
        organizer=True,
        display_name=f"{mark} organizer",
    )
    member = create_user(
        email=f"{slug}-member@example.org", tenant=tenant, display_name=f"{mark} member"
    )
    channel = create_channel(name=f"{mark} channel", tenant_id=tenant.pk, visibility="public")
    Channel.objects.filter(pk=channel.pk).update(description=f"{mark} about the channel")
    event = _event(mark, slug, organizer)
    tier = make_tier(event, name=f"{mark} tier")
    Series.objects.create(
        tenant=tenant,
        rrule="FREQ=WEEKLY",
        first_date=date(2030, 1, 1),
        clock=time(19),
        timezone="UTC",
    )
    question = Question.objects.create(
        tier=tier, kind="text", label=f"{mark} question", help=f"{mark} help"
    )
    set_stream(
        event_id=event.id,
        values={"status": "live", "playback_url": f"https://example.org/{slug}-stream"},
    )
    guest = make_rsvp(
        event,
        user=member,
        name=f"{mark} guest",
        email=f"{slug}-guest@example.org",
        pronouns=f"{mark} pronouns",
        note=f"{mark} note",
        tier_id=tier.pk,
        form_answers={str(question.pk): f"{mark} answer"},
    )
    waiting = make_rsvp(event, name=f"{mark} waiting", tier_id=tier.pk)
    Rsvp.objects.filter(pk=waiting.id).update(approval="pending")
    Event.objects.filter(pk=event.id).update(pending_count=1, seats_taken=1, going_count=1)
    make_door(event, f"{mark} door")
    check_in(event_id=event.id, rsvp_id=guest.id)
    announce(event_id=event.id, content=f"{mark} announcement")
    write_to_guest(event_id=event.id, rsvp_id=guest.id, content=f"{mark} message")
    Comment.objects.create(
        tenant=tenant,
        content_type="event",
        content_id=str(event.id),
        author=member,
        body=f"{mark} comment",
    )
    Invitation.objects.create(event_id=event.id, email=f"{slug}-invited@example.org")
    Report.objects.create(
        event_id=event.id, reason="spam", text=f"{mark} report", email=f"{slug}-report@example.org"
    )
    issue_key(user=organizer, channel=channel, name=f"{mark} key")
    hook = create_endpoint(
        tenant_id=tenant.pk,
        values={"url": f"https://{slug}.example.org/", "description": f"{mark} webhook"},
    ).endpoint
    told = Delivery.objects.create(endpoint=hook, type="endpoint.test", state="delivered")
    Attempt.objects.create(delivery=told, problem=f"{mark} problem", duration_ms=12)
    return House(
        mark=mark,
        tenant=tenant,
        organizer=organizer,
        event=event,
        guest=guest,
        waiting=waiting,
        failed=failed_mail_to(guest, detail=f"{mark} detail"),
        rows=_rows(tenant, event),
    )


def failed_mail_to(rsvp: MadeRsvp, **values: Any) -> Mail:
    """A mail to the guest that the worker gave up."""
    stored = rsvp.stored
    told = {
        "kind": "answer",
        "state": "failed",
        "reason": "broken",
        "detail": "554 No",
        "tenant_id": stored.event.tenant_id,
        "event_id": stored.event_id,
        "rsvp_id": rsvp.id,
        "recipient": "0" * 32,
    }
    return Mail.objects.create(**told | values)


def picture() -> bytes:
    """A small PNG."""
    output = io.BytesIO()
    Picture.new("RGB", (4, 3), "teal").save(output, "PNG")
    return output.getvalue()


def browser(user: User) -> Client:
    """A browser that the user is signed in with."""
    client = Client()
    client.force_login(user)
    return client


def superuser() -> User:
    """Root of the admin."""
    return User.objects.create_superuser("root@example.org", "a long passphrase")


def staff(**values: Any) -> User:
    """Somebody who may enter the admin, without the organizers' group."""
    return make_user(is_staff=True, **values)


def homeless_organizer() -> User:
    """A member of the organizers' group who belongs to no tenant."""
    user = staff()
    user.groups.add(Group.objects.get(name=GROUP))
    return user


def _event(mark: str, slug: str, organizer: User) -> MadeEvent:
    image = Image.objects.create(
        tenant=organizer.tenant,
        uploader=organizer,
        file=ContentFile(picture(), f"{slug}.png"),
        name=f"{mark} picture.png",
        extension="png",
        mime_type="image/png",
        size=100,
        width=4,
        height=3,
        alt_text=f"{mark} alt text",
    )
    values = {
        "title": f"{mark} event",
        "description": f"{mark} description",
        "start_time": timezone.now() + timedelta(days=7),
        "location": f"{mark} place",
        "online_url": f"https://example.org/{slug}",
        "tags": [f"{mark} tag"],
        "metadata": {"kept": f"{mark} metadata"},
        "channel_name": f"{mark} channel",
        "cover_id": image.pk,
        "capacity": 10,
    }
    actor = actor_from((), user=organizer)
    return make_event(actor=actor, **values)


def _rows(tenant: Tenant, event: MadeEvent) -> dict[type[models.Model], Any]:
    paths: dict[type[models.Model], dict[str, Any]] = {
        model: {"event": event.id} for model in ORGANIZED
    }
    paths |= {
        model: {"tenant": tenant} for model in (Channel, Image, ApiKey, Comment, Endpoint, Series)
    }
    paths |= {Delivery: {"endpoint__tenant": tenant}, Mail: {"tenant_id": tenant.pk}}
    paths |= {Event: {"pk": event.id}, Question: {"tier__event": event.id}}
    paths |= {EventLink: {"event": event.id, "role": "door"}}
    paths |= {Rsvp: {"event": event.id, "approval": "approved"}}
    return {model: model._default_manager.filter(**paths[model]).first() for model in ORGANIZED}
