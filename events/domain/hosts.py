"""Who hosts an event, and whether their address was shown to be theirs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from accounts.domain.actors import Actor
from accounts.domain.tokens import proves_reading
from accounts.enums import LinkRole
from accounts.models import User
from config.errors import NotAllowed
from config.text import holds_link
from events import limits
from events.domain.locking import locked_event
from events.domain.search import index_events
from events.domain.series import held_series
from events.models import Event, EventLink
from events.rows import EventRow


def confirm_host(*, event: EventRow, token: str, proof: str) -> None:
    """Notes that the host opened the link that was mailed to them. A ``proof`` that belongs to
    another address or link changes nothing."""
    if event.host_confirmed_at is not None or not event.host_email:
        return
    if not proves_reading(proof, token, event.host_email):
        return
    with locked_event(event.id):
        unread = Event.objects.filter(pk=event.id, host_email=event.host_email)
        unread.filter(host_confirmed_at=None).update(host_confirmed_at=timezone.now())


def confirm_series_host(*, series_id: UUID, token: str, proof: str) -> None:
    """The same for the link of a series: it shows the host's address in every occurrence that names
    it."""
    with held_series(series_id):
        unread = Event.objects.filter(series=series_id, host_confirmed_at=None).order_by("id")
        addresses = unread.select_for_update().exclude(host_email="").values_list("host_email")
        proven = {each for (each,) in addresses if proves_reading(proof, token, each)}
        if proven:
            unread.filter(host_email__in=proven).update(host_confirmed_at=timezone.now())


def ensure_may_readdress(actor: Actor, event: EventRow | Event) -> None:
    """Raises NotAllowed for holders of a co-host link: they might take the event over by having
    its owner link mailed to themselves."""
    link = actor.link_to(event.id)
    if link is None or link.role != LinkRole.COHOST or actor.is_root:
        return
    organizes = actor.staff_of is not None and actor.staff_of == event.tenant_id
    creates = actor.user_id is not None and actor.user_id == event.creator_id
    if not organizes and not creates:
        raise NotAllowed("owner_link_only")


def is_trusted(event: EventRow | Event) -> bool:
    """Whether somebody answers for the event's words: an organisation, or a host whose address was
    shown to be theirs."""
    return event.tenant_id is not None or event.host_confirmed_at is not None


def name_of_creator(user_id: UUID | None) -> str:
    """How an account is called as a host; empty for none, or for a name with a link in it."""
    if user_id is None:
        return ""
    name = User.objects.filter(pk=user_id).values_list("display_name", flat=True).first() or ""
    return "" if holds_link(name) else name[: limits.HOST_NAME]


def keep_cohosts(event_id: UUID) -> None:
    """Writes down the names of co-hosts who agreed to be shown. Hold the event."""
    shown = shown_cohosts([event_id]).get(event_id, [])
    Event.objects.filter(pk=event_id).update(cohost_names=shown)
    index_events([event_id])


def shown_cohosts(event_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The names of co-hosts who agreed to be shown, by event, in the order of their links. Events
    without any are left out. One query."""
    links = EventLink.objects.filter(event__in=event_ids, role=LinkRole.COHOST, show_name=True)
    links = links.filter(revoked_at=None).exclude(name="").order_by("created_at", "id")
    shown: dict[UUID, list[str]] = {}
    for event_id, name in links.values_list("event_id", "name"):
        names = shown.setdefault(event_id, [])
        if name not in names:
            names.append(name)
    return shown
