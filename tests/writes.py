"""Every write of the domain, each with the scene that it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Image
from channels.models import Channel
from comments.domain.accounts import delete_account
from comments.domain.anonymising import anonymise
from comments.domain.comments import Commenter, delete_comment, post_comment
from comments.domain.erasing import delete_event
from comments.domain.messages import announce, delete_message, write_to_guest, write_to_host
from comments.domain.series_changes import change_series, erase_series
from comments.domain.takedown import bring_back, take_down
from config.images import CleanImage
from events.domain.channel_changes import delete_channel, update_channel
from events.domain.covers import describe_cover, give_cover, remove_cover
from events.domain.duplicate import duplicate_event
from events.domain.images import discard_images
from events.domain.lifecycle import cancel_event, create_event, uncancel_event
from events.domain.live import remove_stream, set_stream, stop_stream
from events.domain.series import extend_series
from events.enums import Scope
from events.models import Event
from operations.archive.reading import import_event
from operations.archive.writing import export_event
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.checkin import check_in, delete_scan, undo_check_in
from rsvps.domain.event_changes import update_event
from rsvps.domain.merging import merge_rsvps
from rsvps.domain.respond import (
    change_rsvp,
    create_rsvp,
    delete_rsvp,
    respond_as_account,
    rotate_guest_link,
)
from rsvps.domain.series_answers import answer_following
from rsvps.domain.tiers import create_tier, delete_tier, update_tier
from rsvps.models import CheckIn
from tests.makers import (
    MadeEvent,
    MadeRsvp,
    make_channel,
    make_rsvp,
    make_series,
    make_stream,
    make_tier,
)
from tests.tenant_cast import Cast, comment_by, make_cast


@dataclass
class Scene:
    """An event of a tenant with everything on it, a colleague's comments on it and on a post, and
    another event in the same channel."""

    cast: Cast
    channel: Channel
    event: MadeEvent
    other: MadeEvent
    guest: MadeRsvp
    waiting: MadeRsvp
    tier: Any
    folder: Path
    comment: UUID
    post: UUID

    @property
    def on_guest(self) -> dict[str, UUID]:
        return {"event_id": self.event.id, "rsvp_id": self.guest.id}

    @property
    def on_waiting(self) -> dict[str, UUID]:
        return {"event_id": self.event.id, "rsvp_id": self.waiting.id}

    def repeat(self, act: Callable[[], object]) -> Callable[[], object]:
        """Makes the event one of a series, and returns what to do then."""
        self.event = make_series("FREQ=WEEKLY;COUNT=3", actor=self.cast.creator.actor)
        return act

    def extend(self) -> None:
        """Adds the occurrences that a series lacks because others are over."""
        event = make_series(actor=self.cast.creator.actor)
        series_id = event.row.series_id
        assert series_id is not None
        assert extend_series(series_id, event.row.start_time + timedelta(days=8)) == 2

    def announce(self) -> UUID:
        return announce(event_id=self.event.id, content="Doors at six").id

    def cover(self) -> UUID:
        drawn = CleanImage("garden.png", b"pixels", "png", "image/png", 640, 360)
        give_cover(event=self.event.row, drawn=drawn)
        cover_id = self.event.stored.cover_id
        assert cover_id is not None
        return cover_id

    def put_in_line(self) -> bool:
        """Puts the guest who waits for approval on the waitlist. Returns whether it did."""
        update_event(event=self.event.row, values={"capacity": 1})
        return approve(**self.on_waiting).approval == "waitlisted"

    def archive(self) -> Path:
        target = self.folder / "event.zip"
        export_event(event_id=self.event.id, target=target, now=self.event.stored.created_at)
        return target


def make_scene(folder: Path) -> Scene:
    """A scene that writes its archives into ``folder``."""
    cast = make_cast()
    channel = make_channel(tenant=cast.tenant)
    event = cast.event(channel_id=channel.pk, approval_required=True, featured=True)
    other = cast.event(channel_id=channel.pk)
    guest = make_rsvp(event, user=cast.colleague.user, email="ana@example.org", force=True)
    waiting = make_rsvp(event)
    comment = comment_by(cast.colleague, "event", str(event.id))
    post = announce(event_id=event.id, content="Bring cups").id
    comment_by(cast.colleague, "post", str(post))
    return Scene(
        cast, channel, event, other, guest, waiting, make_tier(event), folder, comment, post
    )


Write = Callable[[Scene], Callable[[], object]]

# For each function that writes: steps that prepare the scene and return the write itself.
WRITES: Mapping[Callable[..., Any], list[Write]] = {
    create_event: [
        lambda s: lambda: s.cast.event(channel_id=s.channel.pk, featured=True),
    ],
    update_event: [
        lambda s: lambda: update_event(event=s.event.row, values={"title": "Other"}),
        lambda s: lambda: update_event(event=s.event.row, values={"channel_name": ""}),
        lambda s: lambda: update_event(event=s.event.row, values={"capacity": 1}),
        lambda s: lambda: update_event(event=s.other.row, values={"featured": True}),
        lambda s: (
            s.put_in_line() and (lambda: update_event(event=s.event.row, values={"capacity": 9}))
        ),
    ],
    change_series: [
        lambda s: s.repeat(
            lambda: change_series(
                event=s.event.row, values={"title": "Other"}, scope=Scope.FOLLOWING
            )
        ),
        lambda s: s.repeat(
            lambda: change_series(
                event=s.event.row,
                values={"recurrence": {"rrule": "FREQ=WEEKLY;INTERVAL=2;COUNT=9"}},
                scope=Scope.ALL,
            )
        ),
    ],
    erase_series: [
        lambda s: s.repeat(lambda: erase_series(event=s.event.row, scope=Scope.ALL)),
    ],
    extend_series: [lambda s: s.extend],
    answer_following: [
        lambda s: s.repeat(
            lambda: answer_following(
                event=s.event.row,
                shown=Event.objects.public(),
                values={"name": "N", "attendance": "going"},
            )
        )
    ],
    cancel_event: [lambda s: lambda: cancel_event(event_id=s.event.id)],
    uncancel_event: [
        lambda s: cancel_event(event_id=s.event.id) or (lambda: uncancel_event(event_id=s.event.id))
    ],
    take_down: [lambda s: lambda: take_down(event_id=s.event.id, reason="Spam")],
    bring_back: [
        lambda s: take_down(event_id=s.event.id) or (lambda: bring_back(event_id=s.event.id))
    ],
    delete_event: [lambda s: lambda: delete_event(event_id=s.event.id)],
    duplicate_event: [
        lambda s: lambda: duplicate_event(event_id=s.event.id, actor=s.cast.organizer.actor)
    ],
    give_cover: [lambda s: s.cover],
    describe_cover: [
        lambda s: s.cover() and (lambda: describe_cover(event_id=s.event.id, alt_text="A tree"))
    ],
    remove_cover: [lambda s: s.cover() and (lambda: remove_cover(event=s.event.row))],
    discard_images: [
        lambda s: (
            s.cover() and (lambda: discard_images(list(Image.objects.values_list("id", flat=True))))
        )
    ],
    set_stream: [lambda s: lambda: make_stream(s.event, status="idle")],
    stop_stream: [
        lambda s: (
            make_stream(s.event, status="live", playback_url="https://stream.example.org/x")
            and (lambda: stop_stream(event_id=s.event.id))
        )
    ],
    remove_stream: [
        lambda s: make_stream(s.event) and (lambda: remove_stream(event_id=s.event.id))
    ],
    update_channel: [
        lambda s: lambda: update_channel(channel_id=s.channel.pk, values={"name": "Renamed"})
    ],
    delete_channel: [lambda s: lambda: delete_channel(channel_id=s.channel.pk)],
    create_tier: [lambda s: lambda: make_tier(s.event, name="Another")],
    update_tier: [
        lambda s: (
            lambda: update_tier(event_id=s.event.id, tier_id=s.tier.pk, values={"name": "Renamed"})
        )
    ],
    delete_tier: [lambda s: lambda: delete_tier(event_id=s.event.id, tier_id=s.tier.pk)],
    create_rsvp: [lambda s: lambda: make_rsvp(s.event)],
    respond_as_account: [
        lambda s: (
            lambda: respond_as_account(
                event_id=s.event.id,
                user_id=s.cast.colleague.id,
                name="N",
                values={"attendance": "interested"},
            )
        ),
        lambda s: (
            lambda: respond_as_account(
                event_id=s.event.id,
                user_id=s.cast.creator.id,
                name="N",
                values={"attendance": "interested"},
            )
        ),
    ],
    change_rsvp: [
        lambda s: lambda: change_rsvp(**s.on_guest, values={"note": "Vegan"}),
        lambda s: lambda: change_rsvp(**s.on_guest, values={"attendance": "not_going"}),
    ],
    delete_rsvp: [
        lambda s: lambda: delete_rsvp(**s.on_guest),
        lambda s: s.put_in_line() and (lambda: delete_rsvp(**s.on_guest)),
    ],
    rotate_guest_link: [lambda s: lambda: rotate_guest_link(**s.on_guest)],
    approve: [
        lambda s: lambda: approve(**s.on_waiting),
        lambda s: s.put_in_line() and (lambda: approve(**s.on_waiting, force=True)),
    ],
    merge_rsvps: [
        lambda s: lambda: merge_rsvps(**s.on_waiting, into=s.guest.id),
        lambda s: lambda: merge_rsvps(**s.on_guest, into=s.waiting.id),
    ],
    reject: [lambda s: lambda: reject(**s.on_waiting, reason="No room")],
    back_to_pending: [lambda s: lambda: back_to_pending(**s.on_guest)],
    check_in: [lambda s: lambda: check_in(**s.on_guest)],
    undo_check_in: [
        lambda s: check_in(**s.on_guest) and (lambda: undo_check_in(**s.on_guest)),
    ],
    delete_scan: [
        lambda s: (
            check_in(**s.on_guest)
            and (
                lambda: delete_scan(
                    event_id=s.event.id, scan_id=CheckIn.objects.values_list("id", flat=True).get()
                )
            )
        ),
    ],
    post_comment: [
        lambda s: (
            lambda: post_comment(
                thread=("event", str(s.event.id)),
                by=Commenter(user_id=s.cast.creator.id),
                tenant_id=s.cast.tenant.pk,
                content="Hello",
            )
        )
    ],
    delete_comment: [lambda s: lambda: delete_comment(comment_id=s.comment)],
    announce: [lambda s: s.announce],
    write_to_guest: [lambda s: lambda: write_to_guest(**s.on_guest, content="Hello")],
    write_to_host: [lambda s: lambda: write_to_host(**s.on_guest, content="Hello")],
    delete_message: [
        lambda s: lambda: delete_message(event_id=s.event.id, message_id=s.post),
    ],
    delete_account: [
        lambda s: lambda: delete_account(user_id=s.cast.colleague.id),
        lambda s: lambda: delete_account(user_id=s.cast.creator.id),
    ],
    anonymise: [lambda s: lambda: anonymise(event_id=s.event.id)],
    import_event: [
        lambda s: (lambda source: lambda: import_event(source=source, replace=True))(s.archive()),
    ],
}
CASES = [
    pytest.param(function, write, id=f"{function.__name__}-{number}")
    for function, writes in WRITES.items()
    for number, write in enumerate(writes)
]
