"""The links that open an event's other sides: made, revoked and rotated by its organizers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from accounts.domain.tokens import mint
from accounts.enums import LinkRole, TokenKind
from config.errors import Conflict, Invalid, NotFound, flaw
from config.text import clean_text
from events import limits
from events.domain.hosts import keep_cohosts
from events.domain.locking import LockedEvent, locked_event, touch
from events.domain.series import held_series
from events.fields import HOLDER
from events.models import Event, EventLink
from outbox.domain.emitting import tell
from outbox.enums import Kind


class NewLink(NamedTuple):
    """A fresh link and its token, shown to its maker."""

    id: UUID
    token: str
    role: LinkRole


def make_link(
    *,
    event_id: UUID,
    role: LinkRole,
    label: str = "",
    expires_at: datetime | None = None,
    **holder: Any,
) -> NewLink:
    """A link of this role to the event. ``holder`` says who gets it: name, email, and show_name,
    by which a co-host's name is shown beside the host's. Raises Invalid, NotFound."""
    label = clean_text(label, field="label", limit=limits.LINK_LABEL)
    held, errors = HOLDER.clean(holder)
    if errors:
        raise Invalid(errors)
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid({"expires_at": "not_in_the_future"})
    with locked_event(event_id) as event:
        if EventLink.objects.filter(event_id=event_id, revoked_at=None).count() >= limits.LINKS:
            raise Invalid({"label": flaw("too_many_links", limit=limits.LINKS)})
        link = EventLink.objects.create(
            event_id=event_id, role=role, label=label, expires_at=expires_at, **held
        )
        if link.show_name:
            _show_hosts(event)
    return _fresh(link)


def revoke_link(*, event_id: UUID, link_id: UUID, roles: Collection[str] = tuple(LinkRole)) -> str:
    """Ends a link of these roles at once and tells how it is called; ending it twice changes
    nothing. Raises NotFound."""
    with locked_event(event_id) as event:
        link = _link_of(event_id, link_id, roles)
        if link.revoked_at is None:
            link.revoked_at = timezone.now()
            link.save(update_fields=["revoked_at"])
            if link.show_name:
                _show_hosts(event)
    return link.label or link.name


def delete_link(*, event_id: UUID, link_id: UUID) -> None:
    """Removes a link; what was done with it stays, without its label. Raises NotFound."""
    with locked_event(event_id) as event:
        link = _link_of(event_id, link_id)
        link.delete()
        if link.show_name and link.revoked_at is None:
            _show_hosts(event)
        else:
            touch(event_id, edited=False)


def rotate_link(*, event_id: UUID, link_id: UUID) -> NewLink:
    """Ends the link's token and gives it a new one. Raises NotFound, also when it is revoked."""
    with locked_event(event_id):
        link = _link_of(event_id, link_id)
        if link.revoked_at is not None:
            raise NotFound("link_revoked")
        link.version += 1
        link.save(update_fields=["version"])
    return _fresh(link)


def rotate_series_link(*, series_id: UUID) -> NewLink:
    """Ends the token of a series' owner link and gives the link a new one. Raises NotFound."""
    with held_series(series_id):
        links = EventLink.objects.filter(series=series_id, role=LinkRole.OWNER, revoked_at=None)
        link = links.first()
        if link is None:
            raise NotFound("link_not_found")
        link.version += 1
        link.save(update_fields=["version"])
    return _fresh(link)


def only_link(*, event_id: UUID, role: LinkRole) -> UUID:
    """The one link of this role that works for the event, its own or its series'; its id. Raises
    NotFound when the event or such a link is missing, Conflict when there are several."""
    if not Event.objects.filter(pk=event_id).exists():
        raise NotFound("event_not_found")
    alive = EventLink.objects.opening(event_id).filter(role=role, revoked_at=None)
    alive = alive.exclude(expires_at__lte=timezone.now())
    ids = list(alive.values_list("id", flat=True))
    if not ids:
        raise NotFound("no_working_link", role=role.label.lower())
    if len(ids) > 1:
        known = ", ".join(f"{link.id} ({link})" for link in alive)
        raise Conflict("several_links", number=len(ids), role=role.label.lower(), links=known)
    return ids[0]


def _show_hosts(event: LockedEvent) -> None:
    """The names of hosts that the event shows are others now."""
    keep_cohosts(event.id)
    touch(event.id)
    tell(event, Kind.EVENT_UPDATED, parts=["hosts"])


def _fresh(link: EventLink) -> NewLink:
    token = mint(TokenKind.EVENT_LINK, link.id, link.version)
    return NewLink(link.id, token, LinkRole(link.role))


def _link_of(event_id: UUID, link_id: UUID, roles: Collection[str] = tuple(LinkRole)) -> EventLink:
    opening = EventLink.objects.opening(event_id)
    link = opening.filter(pk=link_id, role__in=roles).first()
    if link is None:
        raise NotFound("link_not_found")
    return link


def label_of(link_id: UUID) -> str:
    """What its organizer called a link; empty where they did not. One query."""
    return EventLink.objects.filter(pk=link_id).values_list("label", flat=True).first() or ""
