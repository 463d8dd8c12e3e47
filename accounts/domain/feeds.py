"""The link to a calendar of one's own events: a key that reads, and can be replaced. An account has
one, and so does a browser that keeps events."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import F

from accounts.domain.actors import Actor
from accounts.domain.devices import note_use
from accounts.domain.tokens import mint, read, verify
from accounts.enums import TokenKind
from accounts.models import Device, User
from config.errors import NotAllowed, NotFound


def feed_token(actor: Actor) -> str:
    """The token of the caller's own calendar. One query. Raises NotAllowed for callers without an
    account or device, and for a key limited to one channel: the calendar holds more than it may
    see."""
    return _token(_holder(actor))


def rotate_feed(actor: Actor) -> str:
    """A new token for the caller's own calendar; the old one is dead at once. Raises as
    feed_token()."""
    holder = _holder(actor)
    with transaction.atomic():
        holder.update(feed_version=F("feed_version") + 1)
        return _token(holder)


def feed_reader(text: str) -> Actor:
    """Whoever a calendar link was made for, as somebody who reads: an account within its tenant, or
    a device. Two queries at most. Raises NotFound for a link that nobody has, was replaced, or
    belongs to a deactivated user."""
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
        device = Device.objects.filter(pk=token.id).first() if user is None else None
        if device is not None and verify(token, device.feed_version):
            note_use(device)
            return Actor(presented=True, device_id=device.pk)
    raise NotFound("feed_not_found")


def _holder(actor: Actor) -> models.QuerySet[User] | models.QuerySet[Device]:
    if actor.device_id is not None:
        return Device.objects.filter(pk=actor.device_id)
    if actor.user_id is None:
        raise NotAllowed("key_without_user")
    if actor.channel_id is not None:
        raise NotAllowed("one_group")
    return User.objects.filter(pk=actor.user_id)


def _token(holder: models.QuerySet[User] | models.QuerySet[Device]) -> str:
    found = holder.values_list("pk", "feed_version").first()
    if found is None:  # deleted by another request since
        raise NotFound("feed_not_found")
    return mint(TokenKind.FEED, *found)
