"""The link to a calendar of one's own events: a key that reads, and can be replaced."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.domain.actors import Actor
from accounts.domain.tokens import mint, read, verify
from accounts.enums import TokenKind
from accounts.models import User
from config.errors import NotAllowed, NotFound


def feed_token(actor: Actor) -> str:
    """The token of the caller's own calendar. One query. Raises NotAllowed for callers without an
    account, and for a key limited to one channel: the calendar holds more than it may see."""
    return _token(_holder(actor))


def rotate_feed(actor: Actor) -> str:
    """A new token for the caller's own calendar; the old one is dead at once. Raises as
    feed_token()."""
    holder = _holder(actor)
    with transaction.atomic():
        User.objects.filter(pk=holder).update(feed_version=F("feed_version") + 1)
        return _token(holder)


def feed_reader(text: str) -> Actor:
    """Whoever a calendar link was made for, as somebody who reads within their tenant. One query.
    Raises NotFound for a link that nobody has, was replaced, or belongs to a deactivated user."""
    token = read(text)
    if token is not None and token.kind == TokenKind.FEED:
        user = User.objects.filter(pk=token.id, is_active=True).first()
        if user is not None and verify(token, user.feed_version):
            return Actor(
                presented=True,
                user_id=user.pk,
                staff_of=user.tenant_id if user.is_staff else None,
                tenant_id=user.tenant_id,
            )
    raise NotFound("feed_not_found")


def _holder(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotAllowed("key_without_user")
    if actor.channel_id is not None:
        raise NotAllowed("one_group")
    return actor.user_id


def _token(user_id: UUID) -> str:
    version = User.objects.filter(pk=user_id).values_list("feed_version", flat=True).first()
    if version is None:  # deleted by another request since
        raise NotFound("feed_not_found")
    return mint(TokenKind.FEED, user_id, version)
