"""Finding or making the channel an event names."""

from __future__ import annotations

import base64
import hashlib
import secrets
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from channels import limits
from channels.enums import Visibility
from channels.models import Channel
from config.errors import Conflict, Invalid, NotAllowed, NotFound, flaw
from config.text import clean_text

_BASE_SLUG = limits.SLUG - 40


def find_or_make_channel(
    *, name: str, visibility: str = Visibility.PUBLIC, tenant_id: UUID | None = None
) -> Channel:
    """The channel an event joins, made when nobody has it yet. Call inside a transaction.

    A public name leads to the one channel with its slug. A private channel is reached only by its
    exact slug, which is its key; any other name makes a new one, so nothing tells whether a
    private channel of that name exists. A tenant's channel takes events from that tenant only
    (NotAllowed); an open channel takes anyone's. Raises Invalid for a name without letter or digit.
    """
    name = clean_text(name, field="channel_name", limit=limits.NAME + 40, required=True)
    if visibility not in Visibility.values:
        raise Invalid(
            {"channel_visibility": flaw("not_one_of", choices=", ".join(Visibility.values))}
        )
    channel = Channel.objects.filter(slug=name, visibility=Visibility.PRIVATE).first()
    if channel is None:
        if len(name) > limits.NAME:
            raise Invalid({"channel_name": flaw("too_long", limit=limits.NAME)})
        channel = (
            _public(name, tenant_id)
            if visibility == Visibility.PUBLIC
            else _private(name, tenant_id)
        )
    if channel.tenant_id is not None and channel.tenant_id != tenant_id:
        raise NotAllowed("channel_of_organisation")
    return _used(channel)


def join_channel(*, channel_id: UUID, tenant_id: UUID | None) -> Channel:
    """The channel with this id, for an event of the tenant to join. Call inside a transaction.

    The tenant's own channels and open public ones can be joined; any other, and none at all, is
    the same Invalid.
    """
    joinable = Q(tenant_id__isnull=False, tenant_id=tenant_id)
    joinable |= Q(tenant_id=None, visibility=Visibility.PUBLIC)
    channel = Channel.objects.filter(joinable, pk=channel_id).first()
    if channel is None:
        raise Invalid({"channel_id": "unknown_id"})
    return _used(channel)


def create_channel(*, name: str, tenant_id: UUID, visibility: str) -> Channel:
    """A tenant's new channel. Raises Invalid, and Conflict when a public slug is taken."""
    name = clean_text(name, field="name", limit=limits.NAME, required=True)
    if visibility == Visibility.PRIVATE:
        return _private(name, tenant_id)
    slug = _slug_of(name)
    if Channel.objects.filter(slug=slug).exists():
        raise Conflict("channel_exists", slug=slug)
    return _public(name, tenant_id)


def channel_by_slug(slug: str, *, missing: str = "channel_not_found") -> Channel:
    """The channel with this slug; a private one answers only to its exact secret. Raises NotFound
    with ``missing`` as its key."""
    channel = Channel.objects.filter(slug=slug).first()
    if channel is None:
        raise NotFound(missing)
    return channel


def _used(channel: Channel) -> Channel:
    """Also holds the row until the transaction ends, so slugs within the channel stay unique.
    Raises Conflict when the channel was deleted meanwhile."""
    if not Channel.objects.filter(pk=channel.pk).update(last_used_at=timezone.now()):
        raise Conflict("channel_deleted")
    return channel


def _public(name: str, tenant_id: UUID | None) -> Channel:
    channel, _ = Channel.objects.get_or_create(
        slug=_slug_of(name),
        defaults={"name": name, "visibility": Visibility.PUBLIC, "tenant_id": tenant_id},
    )
    return channel


def _private(name: str, tenant_id: UUID | None) -> Channel:
    secret = base64.b32encode(secrets.token_bytes(limits.PRIVATE_SLUG_BYTES)).decode()
    return Channel.objects.create(
        slug=f"{_slug_of(name)}-{secret.rstrip('=').lower()}",
        name=name,
        visibility=Visibility.PRIVATE,
        tenant_id=tenant_id,
    )


def _slug_of(name: str) -> str:
    """Lower case, ASCII, hyphens; a name in another script gets a stable digest instead."""
    if slug := slugify(name).strip("-_")[:_BASE_SLUG]:
        return slug
    if not any(character.isalnum() for character in name):
        raise Invalid({"channel_name": "no_letter_or_number"})
    return "c-" + hashlib.sha256(name.casefold().encode()).hexdigest()[:16]
