"""What each Standing may see of an event. Every door's redaction asks here."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from channels.enums import Visibility
from events.enums import Standing


class Guarded(Protocol):
    """What decides whether an event's place is shown: an event, or its PlaceGuards."""

    @property
    def approval_required(self) -> bool: ...
    @property
    def hide_location(self) -> bool: ...


class PlaceGuards(NamedTuple):
    """The fields that guard an event's place, apart from the event. With both off, everybody sees
    it: see sees_place()."""

    approval_required: bool
    hide_location: bool


def sees_place(event: Guarded, standing: Standing) -> bool:
    """Whether location and online URL are shown.

    They are everybody's unless approval is required or the location is hidden; then only approved
    going guests, door helpers and organizers learn where it is.
    """
    guarded = event.approval_required or event.hide_location
    return standing >= Standing.ATTENDEE if guarded else True


def shows_place(event: Guarded, standing: Standing) -> bool:
    """Whether the event shows its place to the viewer. Organizers always see it: for them it tells
    whether the event hides it, so that what they read can be written back."""
    organizes = standing >= Standing.OWNER
    return not event.hide_location if organizes else sees_place(event, standing)


def sees_channel(channel_visibility: str | None, standing: Standing) -> bool:
    """Whether the event's channel is named: a private channel's slug is its key."""
    return channel_visibility == Visibility.PUBLIC or standing >= Standing.OWNER


def sees_queue(standing: Standing) -> bool:
    """Whether answers that wait, for approval or for seats, are counted for the viewer."""
    return standing >= Standing.OWNER


def sees_hosts_side(standing: Standing) -> bool:
    """Whether the host's address and what only organizers set is told to the viewer."""
    return standing >= Standing.OWNER
