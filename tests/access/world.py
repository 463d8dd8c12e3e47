"""One private event with a secret of every kind, and everybody who might knock at its doors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.domain.feeds import feed_token
from accounts.domain.organizers import GROUP
from accounts.domain.root import root_token
from accounts.enums import LinkRole
from accounts.models import User
from channels.domain.rooms import create_channel
from channels.models import Channel
from comments.domain.messages import announce, write_to_guest
from comments.models import Message, Report
from events.models import Event, EventLink, Series, Tier
from notify.domain.endpoints import create_endpoint, send_test
from notify.domain.mail.sending import send_mails
from notify.domain.mail.unsubscribing import unsubscribe_url
from notify.models import Delivery, Suppression
from pages.base import DOOR_COOKIE, GUEST_COOKIE, OWNER_COOKIE, VIEWER_COOKIE
from pages.covers.addresses import ART
from rsvps.domain.approval import approve
from rsvps.domain.checkin import check_in
from rsvps.domain.keeping import offer
from rsvps.models import Invitation, Rsvp
from tests.makers import (
    MadeEvent,
    MadeRsvp,
    make_channel,
    make_door,
    make_event,
    make_image,
    make_link,
    make_question,
    make_rsvp,
    make_stream,
    make_tier,
)
from tests.pages.admin.cast import failed_mail_to
from tests.tenant_cast import Cast, Member, comment_by, make_cast, make_member, note_use_of_keys

# What a text that tells a secret holds, by the letter that a cell of the matrix calls it: place,
# channel, names, mail addresses, everything else that guests and hosts told each other.
SECRETS: dict[str, tuple[str, ...]] = {
    "p": ("Zwiebelgasse", "meet.example.org/zwiebel", "stream.example.org/zwiebel"),
    "c": ("Hidden Circle", "hidden-circle"),
    "n": ("Waiting Wanda", "Shy Sheila"),
    "m": ("@guests.example",),
    "e": ("Allergic to mice", "hush-hush", "Peanut brittle", "+493012345"),
}
TOKEN = re.compile(r"cv[orxtf]_[A-Za-z0-9_-]{30,}")


@dataclass
class Caller:
    """Somebody with all they hold: a bearer credential, the cookies of links, a session."""

    key: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    user: User | None = None
    ticket: str | None = None
    feed: str | None = None

    @property
    def holds(self) -> set[str]:
        """Their own capability tokens."""
        return {text for text in (self.key, self.ticket, self.feed, *self.cookies.values()) if text}

    def client(self) -> Client:
        """A browser and program in one, which sends all of it with every request."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        client = Client(headers=headers, raise_request_exception=False)
        if self.user is not None:
            client.force_login(self.user)
        for name, token in self.cookies.items():
            client.cookies[name] = token
        return client

    def told(self, text: str) -> str:
        """The letters of the secrets that a text holds: those of SECRETS, and ``k`` for a
        capability token that is not their own."""
        letters = [each for each, said in SECRETS.items() if any(one in text for one in said)]
        others = set(TOKEN.findall(text)) - self.holds
        return "".join([*letters, *("k" if others else "")])


@dataclass(frozen=True)
class World:
    """The event, its rows, and who calls. ``public`` is an open event of the same community, which
    the Communities API finds."""

    cast: Cast
    event: MadeEvent
    public: MadeEvent
    guest: MadeRsvp
    waiting: MadeRsvp
    callers: dict[str, Caller]
    ids: dict[str, str]
    rows: dict[str, str]


def _linked(token: str, cookie: str) -> Caller:
    return Caller(token, {cookie: token})


def _account(member: Member, *, signs_in: bool = False) -> Caller:
    """Somebody with a key and the link to their calendar."""
    user = member.user if signs_in else None
    return Caller(member.key, user=user, feed=feed_token(member.actor))


def make_world() -> World:
    """All of it."""
    cast = make_cast()
    for each in (cast.organizer, cast.outsider):
        each.user.groups.add(Group.objects.get(name=GROUP))
    superuser = make_member(cast.tenant, "Sue", is_superuser=True, is_staff=True)
    member = make_member(cast.tenant, "Mia")
    club = make_channel("Club", tenant=cast.tenant)
    circle = create_channel(name="Hidden Circle", tenant_id=cast.tenant.pk, visibility="private")
    cover = make_image(cast.tenant)
    event = cast.event(
        title="Hidden supper",
        is_private=True,
        approval_required=True,
        hide_location=True,
        location="Zwiebelgasse 7",
        online_url="https://meet.example.org/zwiebel",
        channel_id=circle.pk,
        cover_id=cover.pk,
    )
    public = cast.event(
        title="Open supper",
        hide_location=True,
        location="Zwiebelgasse 9",
        channel_id=club.pk,
    )
    series = Series.objects.create(
        tenant=cast.tenant,
        rrule="FREQ=WEEKLY",
        first_date=event.row.start_time.date(),
        clock=event.row.start_time.time(),
        timezone="UTC",
    )
    Event.objects.filter(pk=event.id).update(
        series=series, series_index=0, series_date=series.first_date
    )
    room = make_stream(event, status="live", playback_url="https://stream.example.org/zwiebel.m3u8")
    tier = make_tier(event)
    question = make_question(tier, label="Diet?")
    phone = make_question(tier, "phone", label="Phone?", required=False)
    public_tier = make_tier(public)
    answers = {str(question.pk): "Peanut brittle", str(phone.pk): "+493012345678"}
    told: dict[str, Any] = {"tier_id": tier.pk, "form_answers": answers}
    guest = make_rsvp(
        event, name="Gale", email="gale@guests.example", note="Allergic to mice", **told
    )
    accounts = make_rsvp(event, user=member.user, name="Mia", is_private=True, **told)
    shy = make_rsvp(event, name="Shy Sheila", email="s@guests.example", is_private=True, **told)
    waiting = make_rsvp(event, name="Waiting Wanda", email="w@guests.example", **told)
    for rsvp in (guest, accounts, shy):
        approve(event_id=event.id, rsvp_id=rsvp.id)
    make_rsvp(
        public, name="Shy Sheila", email="s@guests.example", is_private=True, tier_id=public_tier.pk
    )
    post = announce(event_id=event.id, content="Doors at six")
    announce(event_id=event.id, content="hush-hush", visibility="admin")
    write_to_guest(event_id=event.id, rsvp_id=guest.id, content="hush-hush", visibility="admin")
    door = make_door(event)
    check_in(event_id=event.id, rsvp_id=shy.id)
    comment_id = comment_by(member, "event", str(event.id))
    elsewhere = make_event(actor=cast.outsider.actor, title="Elsewhere", is_private=True)
    failed = failed_mail_to(guest)
    hook = create_endpoint(
        tenant_id=cast.tenant.pk, values={"url": "https://hooks.example.org/"}
    ).endpoint
    told = send_test(endpoint=hook)
    Delivery.objects.filter(pk=told.pk).update(state="delivered")
    send_mails.enqueue()
    offered = offer(guest.token)
    assert offered is not None
    root = root_token()
    note_use_of_keys()
    invited = Invitation.objects.create(event_id=event.id, email="invited@example.org")
    Report.objects.create(event_id=event.id, reason="spam")
    Suppression.objects.create(recipient="0" * 32, event_id=event.id, stop="event")
    return World(
        cast=cast,
        event=event,
        public=public,
        guest=guest,
        waiting=waiting,
        callers={
            "stranger": Caller(),
            "guest": Caller(guest.token, {GUEST_COOKIE: guest.token}, ticket=guest.ticket),
            "waiting": _linked(waiting.token, GUEST_COOKIE),
            "guest2": _linked(make_rsvp(elsewhere).token, GUEST_COOKIE),
            "owner2": _linked(elsewhere.owner_token, OWNER_COOKIE),
            "ended": _linked(make_link(event, revoked_at=timezone.now()), OWNER_COOKIE),
            "viewer": _linked(make_link(event, LinkRole.VIEWER), VIEWER_COOKIE),
            "door": _linked(door, DOOR_COOKIE),
            "cohost": _linked(make_link(event, LinkRole.COHOST), OWNER_COOKIE),
            "owner": _linked(event.owner_token, OWNER_COOKIE),
            "root": Caller(root),
            "pk": Caller(cast.keys["publishable"]),
            "tenant2": _account(cast.outsider, signs_in=True),
            "member": _account(member),
            "colleague": _account(cast.colleague),
            "creator": _account(cast.creator),
            "staff": _account(cast.organizer, signs_in=True),
            "super": _account(superuser, signs_in=True),
        },
        ids={
            "event_id": str(event.id),
            "series_id": str(series.pk),
            "rsvp_id": str(guest.id),
            "reference": str(guest.id),
            "tier_id": str(tier.pk),
            "question_id": str(question.pk),
            "link_id": str(EventLink.objects.get(event=event.id, role="door").pk),
            "file_id": str(cover.pk),
            "room_id": str(room.pk),
            "comment_id": str(comment_id),
            "content_type": "event",
            "content_id": str(event.id),
            "slug": club.slug,
            "tag": club.slug,
            "app_label": "events",
            "url": "nowhere",
            "art": str(ART),
            "part": "events-0",
            "version": "0",
            "key": "6f1c3a52-wide-day",
            "folder": "images",
            "name": cover.file.name.partition("/")[2],
            "public_slug": public.row.slug,
            "private_slug": event.row.slug,
            "public_tier": str(public_tier.pk),
            "circle": circle.slug,
            "member_rsvp": str(accounts.id),
            "ticket": guest.ticket,
            "id": str(member.id),
            "mail_id": str(failed.pk),
            "code": unsubscribe_url("", "0" * 32, event.id).rpartition("/")[2],
            "webhook_id": str(hook.pk),
            "address": offered.address,
            "into": str(accounts.id),
            "delivery_id": str(told.pk),
        },
        rows=_rows(
            {
                User: member.id,
                Event: event.id,
                Series: series.pk,
                Tier: tier.pk,
                EventLink: EventLink.objects.get(event=event.id, role="door").pk,
                Rsvp: guest.id,
                Message: post.id,
                Channel: circle.pk,
                Invitation: invited.pk,
            }
        ),
    )


def _rows(ours: Mapping[type[Model], Any]) -> dict[str, str]:
    """The id of a row of each model of the admin, by its place there; of the others, any."""
    rows = {}
    for model in admin.site._registry:
        key = ours.get(model) or model._default_manager.values_list("pk", flat=True).first()
        rows[f"{model._meta.app_label}/{model._meta.model_name}"] = str(key)
    return rows
