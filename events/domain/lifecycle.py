"""An event's life: made, changed, called off, erased."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from accounts.domain.actors import ANONYMOUS, Actor
from accounts.domain.images import usable_image
from accounts.domain.tokens import mint
from accounts.enums import LinkRole, TokenKind
from channels.domain.rooms import find_or_make_channel, join_channel
from channels.enums import Visibility
from channels.models import Channel
from config.errors import Conflict, Invalid, NotAllowed
from events import limits
from events.domain.drafts import clean_event
from events.domain.hosts import ensure_may_readdress, name_of_creator
from events.domain.locking import edit_all, locked_event, touch
from events.domain.notices import NOBODY, Notice
from events.domain.open_events import ensure_may_make
from events.domain.reminders import next_reminder
from events.domain.search import SEARCHED, index_events
from events.domain.series import begin_series, hand_marks, is_elsewhere, make_due
from events.fields import EVENT
from events.models import Event, EventLink
from events.rows import EventRow
from outbox.domain.emitting import tell
from outbox.enums import Kind

CHANNEL_FIELDS = frozenset({"channel_name", "channel_visibility", "channel_id"})
# What the moments of reminders follow from.
REMINDED = frozenset({"start_time", "timezone", "reminders"})
# A change of these makes a calendar entry worth updating: RFC 5545 SEQUENCE grows.
_CALENDAR_FIELDS = frozenset(field.name for field in EVENT if field.in_calendar)


class NewEvent(NamedTuple):
    """A fresh event and the token of its owner link, shown to its maker. The link is that of the
    series when there is one."""

    event_id: UUID
    owner_token: str
    series_id: UUID | None = None


def create_event(
    *, actor: Actor, values: Mapping[str, Any], own_id: UUID | None = None
) -> NewEvent:
    """Makes an event with its owner link, and finds or makes the channel it names.

    ``values`` holds the event fields in domain words plus ``timezone_offset_minutes``, and the
    channel by ``channel_name`` and ``channel_visibility`` or by ``channel_id``. With ``recurrence``
    it is the first occurrence of a series, whose next ones are made with it and opened by the same
    link: see events/domain/series.py. Importers choose by ``own_id`` which id the series has, or
    the event where there is none. Raises Invalid and NotAllowed (the channel; OpenEventsOff where
    the instance takes no events of strangers).
    """
    cleaned = clean_event(values)
    tenant_id = actor.tenant_id or actor.staff_of
    ensure_may_make(actor, tenant_id)
    if tenant_id is not None and "host_name" not in cleaned:
        cleaned["host_name"] = name_of_creator(actor.user_id)
    series = None
    if (recurrence := values.get("recurrence")) is not None:
        series = begin_series(cleaned, recurrence, tenant_id)
    with transaction.atomic():
        channel = _chosen_channel(actor, values, tenant_id)
        _ensure_usable(cleaned, tenant_id)
        if cleaned.get("featured"):
            _make_way(channel)
        if series is not None:
            series.id = own_id or series.id
            series.save(force_insert=True)
        event = Event(
            tenant_id=tenant_id,
            creator_id=actor.user_id,
            channel=channel,
            slug=free_slug(cleaned["title"], channel),
            **cleaned,
        )
        if series is None:
            event.id = own_id or event.id
        event.next_reminder_at = next_reminder(event, timezone.now())
        event.save(force_insert=True)
        index_events([event.id])
        link = EventLink.objects.create(
            event=None if series else event, series=series, role=LinkRole.OWNER
        )
        tell(event, Kind.EVENT_CREATED)
        if series is not None:
            make_due(series, timezone.now())
    token = mint(TokenKind.EVENT_LINK, link.id, link.version)
    return NewEvent(event.id, token, event.series_id)


def change_event(
    *,
    event: EventRow,
    values: Mapping[str, Any],
    actor: Actor = ANONYMOUS,
    if_version: int | None = None,
    notice: Notice = NOBODY,
    by_hand: bool = True,
) -> frozenset[str]:
    """Changes what ``values`` holds and nothing else; the fields that are others now. Seats are not
    settled: doors call update_event() in rsvps/domain/event_changes.py, which says the rest.
    ``by_hand`` is whether an occurrence of a series is changed by itself.
    """
    cleaned = clean_event(values, stored=event)
    if cleaned.get("host_email", event.host_email) != event.host_email:
        ensure_may_readdress(actor, event)
    moves = bool(CHANNEL_FIELDS & values.keys())
    with transaction.atomic():
        # The channel first, the event second, everywhere: no two writers wait for each other.
        channel = held_channel(actor, event, values) if moves or cleaned.get("featured") else None
        if cleaned.get("featured"):
            _make_way(channel, event.id)
        with locked_event(event.id, if_version):
            return _update(
                event, channel, values, cleaned, moves=moves, notice=notice, by_hand=by_hand
            )


def _update(
    event: EventRow,
    channel: Channel | None,
    values: Mapping[str, Any],
    cleaned: dict[str, Any],
    *,
    moves: bool,
    notice: Notice,
    by_hand: bool,
) -> frozenset[str]:
    stored = Event.objects.get(pk=event.id)
    if stored.version != event.version:  # changed since it was read: its times may be others
        cleaned = clean_event(values, stored=stored)
    if stored.channel_id != event.channel_id and (moves or cleaned.get("featured")):
        raise Conflict("event_moved")
    _ensure_usable(cleaned, stored.tenant_id)
    if moves and (channel and channel.id) != stored.channel_id:
        cleaned |= {"channel": channel, "slug": free_slug(stored.slug, channel)}
        cleaned.setdefault("featured", False)
    changed = {f: value for f, value in cleaned.items() if getattr(stored, f) != value}
    if by_hand:
        marks = hand_marks(stored, changed, by_hand=True)
    else:
        elsewhere = is_elsewhere(stored, cleaned)
        marks = hand_marks(stored, cleaned, by_hand=False, elsewhere=elsewhere)
    if not changed:
        if marks:
            Event.objects.filter(pk=stored.pk).update(**marks)
        return frozenset()
    sequence = stored.sequence + bool(_CALENDAR_FIELDS & changed.keys())
    told = {
        name: [getattr(stored, name), new] for name, new in changed.items() if name in EVENT.names
    }
    # An address is not kept for longer than it takes to tell it.
    readdressed: dict[str, Any] = {}
    if "host_email" in told:
        readdressed["host_email"] = told.pop("host_email")
        readdressed["was_confirmed"] = stored.host_confirmed_at is not None
        changed["host_confirmed_at"] = None
    if REMINDED & changed.keys():
        for name in REMINDED & changed.keys():
            setattr(stored, name, changed[name])
        changed["next_reminder_at"] = next_reminder(stored, timezone.now())
    touch(stored.pk, **changed, **marks, sequence=sequence)
    if SEARCHED & changed.keys():
        index_events([stored.pk])
    if "channel" in changed:
        if stored.channel_id is not None:
            tell(stored, Kind.EVENT_LEFT_CHANNEL)
        told["channel_id"] = [stored.channel_id, channel and channel.id]
        stored.channel = channel
    tell(stored, Kind.EVENT_UPDATED, changed=told, erased=readdressed, **notice.told)
    return frozenset(changed)


def cancel_event(
    *,
    event_id: UUID,
    if_version: int | None = None,
    notice: Notice = NOBODY,
    by_hand: bool = True,
) -> None:
    """Calls an event off; it stays visible as cancelled. Calling off twice changes nothing.
    ``if_version`` is as in locked_event(), ``by_hand`` as in change_event()."""
    with locked_event(event_id, if_version) as event:
        if event.cancelled_at is not None:
            return
        marks = hand_marks(event, {"status"}, by_hand=by_hand)
        touch(event_id, cancelled_at=timezone.now(), sequence=F("sequence") + 1, **marks)
        tell(event, Kind.EVENT_CANCELLED, **notice.told)


def uncancel_event(
    *,
    event_id: UUID,
    if_version: int | None = None,
    notice: Notice = NOBODY,
    by_hand: bool = True,
) -> None:
    """Takes a cancellation back: the event stands where it would without. An event that was not
    cancelled is not changed. ``if_version`` and ``by_hand`` are as in cancel_event()."""
    with locked_event(event_id, if_version) as event:
        if event.cancelled_at is None:
            return
        marks = hand_marks(event, {"status"}, by_hand=by_hand)
        touch(event_id, cancelled_at=None, sequence=F("sequence") + 1, **marks)
        told = {"cancelled_at": [event.cancelled_at, None]}
        tell(event, Kind.EVENT_UPDATED, changed=told, **notice.told)


def _chosen_channel(
    actor: Actor, values: Mapping[str, Any], tenant_id: UUID | None
) -> Channel | None:
    """The channel by id or by name. A caller closed into one channel gets that one or a refusal."""
    channel_id = values.get("channel_id")
    if actor.channel_id is not None:
        if channel_id not in (None, actor.channel_id) or values.get("channel_name"):
            raise NotAllowed("one_group")
        channel_id = actor.channel_id
    if channel_id is not None:
        return join_channel(channel_id=channel_id, tenant_id=tenant_id)
    return _named_channel(values, tenant_id)


def _named_channel(values: Mapping[str, Any], tenant_id: UUID | None) -> Channel | None:
    name = values.get("channel_name")
    if not name or not name.strip():
        return None
    visibility = values.get("channel_visibility") or Visibility.PUBLIC
    return find_or_make_channel(name=name, visibility=visibility, tenant_id=tenant_id)


def held_channel(actor: Actor, event: EventRow, values: Mapping[str, Any]) -> Channel | None:
    """Where a change takes the event; that channel's row is held until the transaction ends."""
    present = event.channel_id and Channel.objects.filter(pk=event.channel_id).first()
    channel = _new_channel(actor, event.tenant_id, present or None, values)
    return channel and Channel.objects.select_for_update().filter(pk=channel.pk).first()


def _new_channel(
    actor: Actor, tenant_id: UUID | None, present: Channel | None, values: Mapping[str, Any]
) -> Channel | None:
    """The channel after a change. Naming the one it is in already moves nothing; a visibility
    alone re-reads the present channel's name."""
    if not CHANNEL_FIELDS & values.keys() or (present and values.get("channel_id") == present.id):
        return present
    if "channel_id" in values or actor.channel_id is not None:
        return _chosen_channel(actor, values, tenant_id)
    name = values.get("channel_name") if "channel_name" in values else present and present.name
    visibility = values.get("channel_visibility")
    unmoved = present and name and name.strip() == present.name
    if present and unmoved and visibility in (None, present.visibility):
        return present
    return _named_channel({**values, "channel_name": name}, tenant_id)


def _ensure_usable(cleaned: Mapping[str, Any], tenant_id: UUID | None) -> None:
    """Raises Invalid for a cover that is not the tenant's own."""
    if cleaned.get("cover_id"):
        usable_image(cleaned["cover_id"], tenant_id=tenant_id, field="cover_id")


def _make_way(channel: Channel | None, event_id: UUID | None = None) -> None:
    """Takes the channel's other featured event down: there is one at a time. Raises Invalid
    without a channel."""
    if channel is None:
        raise Invalid({"featured": "featured_without_channel"})
    others = Event.objects.filter(channel=channel, featured=True)
    if event_id is not None:
        others = others.exclude(pk=event_id)
    edit_all(others, told={"featured": [True, False]}, featured=False)


def free_slug(title: str, channel: Channel | None) -> str:
    """A slug no other event of the channel has. The channel's row is held, so it stays free."""
    base = slug_of(title)
    taken = channel is not None and Event.objects.filter(channel=channel, slug=base).exists()
    return another_slug(base) if taken else base


def slug_of(title: str) -> str:
    """The slug that an event of this title has unless another one has it."""
    return slugify(title)[: limits.SLUG - 9].strip("-_") or "event"


def another_slug(slug: str) -> str:
    """The slug with an ending that no other event has."""
    return f"{slug}-{secrets.token_hex(4)}"
