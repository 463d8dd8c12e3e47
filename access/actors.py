"""Credentials become an Actor: capability tokens, a signed-in user, an API key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from access.imported import current_token
from accounts.domain.actors import Actor, LinkGrant, RsvpGrant
from accounts.domain.root import is_root_token
from accounts.domain.tokens import CapabilityToken, read, verify
from accounts.enums import LinkRole, TokenKind
from accounts.models import User
from events.models import EventLink
from events.rows import LinkRow, link_row, series_event_ids
from rsvps.rows import rsvp_row

# A link's last use is kept to the hour: reading with it is not a write each time.
_USE_NOTED_EVERY = timedelta(hours=1)


def actor_from(tokens: Iterable[str], *, user: User | None = None) -> Actor:
    """The actor that holds these capability tokens and, on pages, this signed-in user.

    A token that is malformed, revoked, expired or outdated grants nothing and raises nothing:
    whether it was needed is for the rule to say. One primary-key query per well-formed token, and
    one more for a token of another server, which counts as the one it stands for.
    """
    presented, is_root = False, False
    link: LinkGrant | None = None
    rsvp: RsvpGrant | None = None
    for text in tokens:
        presented = True
        text = current_token(text)
        token = read(text)
        if token is None:
            continue
        if token.kind == TokenKind.EVENT_LINK:
            link = _stronger(link, _link_grant(token, text))
        elif token.kind == TokenKind.RSVP:
            rsvp = _rsvp_grant(token, text) or rsvp
        elif token.kind == TokenKind.ROOT:
            is_root = is_root_token(token) or is_root
    if user is None:
        return Actor(presented, is_root, link, rsvp)
    return Actor(
        presented=True,
        is_root=is_root or (user.is_active and user.is_superuser),
        link=link,
        rsvp=rsvp,
        user_id=user.pk,
        staff_of=user.tenant_id if user.is_active and user.is_staff else None,
    )


def _stronger(one: LinkGrant | None, other: LinkGrant | None) -> LinkGrant | None:
    """A browser may hold several links to one event: the one that lets it do most counts."""
    held = [link for link in (one, other) if link is not None]
    return max(held, key=lambda link: (link.organizes, link.role == LinkRole.DOOR), default=None)


def _link_grant(token: CapabilityToken, text: str) -> LinkGrant | None:
    link = link_row(token.id)
    if link is None or not verify(token, link.version):
        return None
    now = timezone.now()
    if link.revoked_at is not None or (link.expires_at is not None and link.expires_at <= now):
        return None
    if _stale(link.last_used_at, now):
        EventLink.objects.note_use(link.id, now)
    return LinkGrant(link.id, _opened_by(link), LinkRole(link.role), text, link.series_id)


def _opened_by(link: LinkRow) -> frozenset[UUID]:
    """The events it opens. One query for the link of a series."""
    if link.series_id is not None:
        return series_event_ids(link.series_id)
    return frozenset() if link.event_id is None else frozenset({link.event_id})


def _rsvp_grant(token: CapabilityToken, text: str) -> RsvpGrant | None:
    rsvp = rsvp_row(token.id)
    if rsvp is None or not verify(token, rsvp.token_version):
        return None
    return RsvpGrant(rsvp.event_id, text, rsvp)


def _stale(last_used_at: datetime | None, now: datetime) -> bool:
    return last_used_at is None or now - last_used_at >= _USE_NOTED_EVERY
