"""Changing and deleting a channel, which its events show: their version grows with it. Its slug
stays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from channels import limits
from channels.enums import Visibility
from channels.models import Channel
from config.errors import Invalid, NotFound, flaw
from config.text import clean_text
from events.domain.locking import edit_all
from events.models import Event


class DeletedChannel(NamedTuple):
    """What a channel left behind: events without a channel, and API keys that are gone."""

    events: int
    keys: int


def update_channel(*, channel_id: UUID, values: Mapping[str, Any]) -> None:
    """Changes what ``values`` holds of name, description, visibility and banner (a file, or False
    to take it away).

    An open channel is everybody's: nobody renames it. A private channel may become public; a
    public one does not become private, because its slug would be a key that everybody knows.
    Events show their channel, so their version grows. Raises Invalid, NotFound.
    """
    cleaned = _cleaned(values)
    with transaction.atomic():
        channel = Channel.objects.select_for_update().filter(pk=channel_id).first()
        if channel is None:
            raise NotFound("channel_not_found")
        changed = {f: value for f, value in cleaned.items() if getattr(channel, f) != value}
        if "name" in changed and channel.tenant_id is None:
            raise Invalid({"name": "open_channel"})
        if changed.get("visibility") == Visibility.PRIVATE:
            raise Invalid({"visibility": "channel_stays_public"})
        if not changed:
            return
        old_banner = str(channel.banner.name) if channel.banner and "banner" in changed else ""
        before = {field: getattr(channel, field) for field in changed}
        for field, value in changed.items():
            setattr(channel, field, value or "")
        channel.save(update_fields=list(changed))
        if old_banner:
            transaction.on_commit(partial(channel.banner.storage.delete, old_banner))
        shown = {
            name: [before[name], changed[name]]
            for name in ("name", "visibility")
            if name in changed
        }
        if shown:
            told = {f"channel_{name}": values for name, values in shown.items()}
            edit_all(Event.objects.in_channel(channel_id), told=told)


def delete_channel(*, channel_id: UUID) -> DeletedChannel:
    """Removes a channel for good, with the API keys limited to it. Its events stay, without a
    channel and no longer featured. Raises NotFound."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().filter(pk=channel_id).first()
        if channel is None:
            raise NotFound("channel_not_found")
        left = edit_all(
            Event.objects.in_channel(channel_id),
            told={"channel_id": [channel_id, None]},
            channel=None,
            featured=False,
        )
        _, removed = channel.delete()
        if channel.banner:
            banner = str(channel.banner.name)
            transaction.on_commit(partial(channel.banner.storage.delete, banner))
    return DeletedChannel(left, removed.get("accounts.ApiKey", 0))


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = {name: values[name] for name in ("banner", "visibility") if name in values}
    if cleaned.get("visibility", Visibility.PUBLIC) not in Visibility.values:
        raise Invalid({"visibility": flaw("not_one_of", choices=", ".join(Visibility.values))})
    if "name" in values:
        name = clean_text(values["name"], field="name", limit=limits.NAME, required=True)
        if not any(character.isalnum() for character in name):
            raise Invalid({"name": "no_letter_or_number"})
        cleaned["name"] = name
    if "description" in values:
        cleaned["description"] = clean_text(
            values["description"], field="description", limit=limits.DESCRIPTION, multiline=True
        )
    return cleaned
