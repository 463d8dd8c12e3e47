"""What each Standing may see of an event. Every door's redaction asks here."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from channels.enums import Visibility
from events.enums import GuestListFor, Standing
from events.fields import EVENT


class Placed(Protocol):
    """What decides whether an event's place is shown."""

    @property
    def approval_required(self) -> bool: ...
    @property
    def hide_location(self) -> bool: ...


class Online(Placed, Protocol):
    """What decides whether it is shown where to join an event online: an event, or its
    PlaceGuards."""

    @property
    def show_online_url(self) -> bool: ...


class PlaceGuards(NamedTuple):
    """The fields that guard an event's place, apart from the event: see sees_place() and
    sees_online()."""

    approval_required: bool
    hide_location: bool
    show_online_url: bool


# With these, everybody sees the place and where to join.
UNGUARDED = PlaceGuards(False, False, True)


class ShowsGuests(Protocol):
    """What decides whose guest list it is."""

    @property
    def show_guests(self) -> str: ...


class ShowsCounts(Protocol):
    """What decides whether counts are shown."""

    @property
    def show_counts(self) -> bool: ...


class HoldsComments(Protocol):
    """What decides whether comments are shown."""

    @property
    def comments_enabled(self) -> bool: ...


# Somebody who answers "no" under any name is a guest, too: they are not let in by that.
_GUEST_LIST_FOR = {
    GuestListFor.EVERYBODY.value: Standing.PUBLIC,
    GuestListFor.GUESTS.value: Standing.ATTENDEE,
    GuestListFor.HOST.value: Standing.OWNER,
}


def sees_place(event: Placed, standing: Standing) -> bool:
    """Whether the location is shown.

    It is everybody's unless approval is required or the location is hidden; then only approved
    going guests, door helpers and organizers learn where it is.
    """
    guarded = event.approval_required or event.hide_location
    return standing >= Standing.ATTENDEE if guarded else True


def sees_online(event: Online, standing: Standing) -> bool:
    """Whether the online URL and the stream are shown: to those who see the place, and of these
    only to approved going guests, door helpers and organizers if the event says so."""
    return sees_place(event, standing) and (event.show_online_url or standing >= Standing.ATTENDEE)


def seen_places(event: Online, standing: Standing) -> list[str]:
    """The fields of the place that are shown."""
    shown = {"is_place": sees_place(event, standing), "is_online": sees_online(event, standing)}
    return [f.name for f in EVENT if any(getattr(f, kind) and shown[kind] for kind in shown)]


def shows_place(event: Placed, standing: Standing) -> bool:
    """Whether the event shows its place to the viewer. Organizers always see it: for them it tells
    whether the event hides it, so that what they read can be written back."""
    organizes = standing >= Standing.OWNER
    return not event.hide_location if organizes else sees_place(event, standing)


def sees_channel(channel_visibility: str | None, standing: Standing) -> bool:
    """Whether the event's channel is named: a private channel's slug is its key."""
    return channel_visibility == Visibility.PUBLIC or standing >= Standing.OWNER


def sees_guests(event: ShowsGuests, standing: Standing) -> bool:
    """Whether the guest list is shown: the names of approved guests who are not private."""
    return standing >= _GUEST_LIST_FOR[event.show_guests]


def sees_counts(event: ShowsCounts, standing: Standing) -> bool:
    """Whether counts are shown, and the free places that follow from them. That an event or a tier
    is full is no secret: it decides what one can answer."""
    return event.show_counts or standing >= Standing.OWNER


def sees_comments(event: HoldsComments, standing: Standing) -> bool:
    """Whether the comments on the event are shown."""
    return event.comments_enabled or standing >= Standing.OWNER


def sees_queue(standing: Standing) -> bool:
    """Whether answers that wait, for approval or for seats, are counted for the viewer."""
    return standing >= Standing.OWNER


def sees_hosts_side(standing: Standing) -> bool:
    """Whether the host's address and what only organizers set is told to the viewer."""
    return standing >= Standing.OWNER
