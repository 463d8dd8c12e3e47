"""Finding or making the channel an event names."""

from __future__ import annotations

import base64
import hashlib
import secrets
from uuid import UUID

from django.utils import timezone
from django.utils.text import slugify

from channels import limits
from channels.enums import Visibility
from channels.models import Channel
from config.errors import Invalid, NotAllowed, NotFound
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
        raise Invalid({"channel_visibility": "Use public or private."})
    channel = Channel.objects.filter(slug=name, visibility=Visibility.PRIVATE).first()
    if channel is None:
        if len(name) > limits.NAME:
            raise Invalid(
                {"channel_name": f"Ensure this field has no more than {limits.NAME} characters."}
            )
        channel = (
            _public(name, tenant_id)
            if visibility == Visibility.PUBLIC
            else _private(name, tenant_id)
        )
    if channel.tenant_id is not None and channel.tenant_id != tenant_id:
        raise NotAllowed("This channel belongs to an organisation; only its organizers add events.")
    # Also holds the row until the transaction ends, so that slugs within the channel stay unique.
    Channel.objects.filter(pk=channel.pk).update(last_used_at=timezone.now())
    return channel


def channel_by_slug(slug: str) -> Channel:
    """The channel with this slug; a private one answers only to its exact secret. Or NotFound."""
    channel = Channel.objects.filter(slug=slug).first()
    if channel is None:
        raise NotFound("Channel not found")
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
        raise Invalid({"channel_name": "Channel names must include at least one letter or number."})
    return "c-" + hashlib.sha256(name.casefold().encode()).hexdigest()[:16]
