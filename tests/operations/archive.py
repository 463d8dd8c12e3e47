"""An event with everything an archive carries, and its way into an empty instance."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from PIL import Image as Pillow

from accounts.domain.actors import ANONYMOUS, Actor
from accounts.domain.images import delete_files, keep_image
from accounts.enums import LinkRole
from accounts.models import Image, User
from channels.models import Channel
from comments.domain.comments import Commenter, post_comment
from comments.domain.messages import announce, write_to_guest, write_to_host
from comments.models import EVENT, POST, Comment
from config.images import clean_image
from events.domain.live import set_stream
from events.models import Event
from operations.archive import export_event
from rsvps.domain.approval import reject
from rsvps.domain.checkin import check_in, undo_check_in
from rsvps.domain.respond import rotate_guest_link
from tests.makers import (
    MadeEvent,
    MadeRsvp,
    make_door,
    make_event,
    make_link,
    make_question,
    make_rsvp,
    make_tier,
    make_user,
)
from tests.tenant_cast import Cast

Rows = dict[str, Any]


def keep_picture(tenant_id: Any = None) -> Image:
    """A stored image of 3 by 2 pixels."""
    drawn = io.BytesIO()
    Pillow.new("RGB", (3, 2), "teal").save(drawn, "PNG")
    drawn.seek(0)
    return keep_image(clean_image(drawn, field="file", name="sea.png"), tenant_id=tenant_id)


def full_event(*, actor: Actor = ANONYMOUS, **values: Any) -> tuple[MadeEvent, dict[str, MadeRsvp]]:
    """An open event with every kind of row on it, and its RSVPs by name."""
    if "cover_id" not in values:
        values["cover_id"] = keep_picture().id
    event = make_event(
        actor=actor,
        **{
            "title": "Café del Mar",
            "description": "**Bring** a cup",
            "channel_name": "ATX Cigars",
            "timezone": "Europe/Berlin",
            "location": "Old Mill",
            "online_url": "https://meet.example.org/x",
            "format": "hybrid",
            "tags": ["food", "münchen"],
            "metadata": {"deep": [1, 2.5, None, {"x": "y"}]},
            "capacity": 12,
            "rsvp_close_at": timezone.now() + timedelta(days=3),
        }
        | values,
    )
    tier = make_tier(event, name="Standard", capacity=9)
    paid = make_tier(event, name="Supporter", price_cents=1500, currency="USD")
    question = make_question(tier, "multiselect", label="Colours?")
    make_question(paid, required=True, is_active=False)
    guests = {
        "Ana": make_rsvp(
            event,
            user=make_user(email="ana@example.org"),
            name="Ana",
            email="ana@example.org",
            pronouns="she/her",
            guest_count=2,
            guest_names=["Öz", "Öz"],
            note="Late\nby ten",
            tier_id=tier.id,
            form_answers={str(question.id): ["blue"]},
        ),
        "Ben": make_rsvp(event, name="Ben", attendance="interested", is_private=True),
        "Cem": make_rsvp(event, name="Cem", tier_id=tier.id),
        "Dora": make_rsvp(event, name="Dora", tier_id=paid.id, force=True),
    }
    check_in(event_id=event.id, rsvp_id=guests["Ana"].id)
    check_in(event_id=event.id, rsvp_id=guests["Ana"].id)
    check_in(event_id=event.id, rsvp_id=guests["Dora"].id)
    undo_check_in(event_id=event.id, rsvp_id=guests["Dora"].id)
    reject(event_id=event.id, rsvp_id=guests["Cem"].id, reason="Too late")
    rotate_guest_link(event_id=event.id, rsvp_id=guests["Ben"].id)
    post = announce(event_id=event.id, content="Doors at eight")
    announce(event_id=event.id, content="Only us", type="event_internal")
    write_to_host(event_id=event.id, rsvp_id=guests["Ana"].id, content="May I bring a dog?")
    write_to_guest(event_id=event.id, rsvp_id=guests["Ana"].id, content="Yes")
    make_door(event, "North", expires_at=timezone.now() + timedelta(days=9))
    make_link(event, LinkRole.COHOST, label="Old", revoked_at=timezone.now())
    set_stream(
        event_id=event.id,
        values={"status": "live", "playback_url": "https://stream.example.org/1"},
    )
    author = make_user(email="cara@example.org")
    for kind, id in ((EVENT, event.id), (POST, post.id)):
        Comment.objects.create(content_type=kind, content_id=str(id), author=author, body="Yes!")
    for by in (Commenter(rsvp_id=guests["Ben"].id), Commenter(name="Ada", by_host=True)):
        post_comment(thread=(EVENT, str(event.id)), by=by, tenant_id=None, content="No!")
    return event, guests


def exported(event: MadeEvent, folder: Path) -> Path:
    """The event's archive."""
    target = folder / "event.zip"
    target.unlink(missing_ok=True)
    return export_event(event_id=event.id, target=target, now=timezone.now()).file


def empty_instance(*, accounts: bool = False, channels: bool = False) -> None:
    """No event, no image file, and neither accounts nor channels unless they are kept."""
    for image in Image.objects.all():
        delete_files(image)
    Comment.objects.all().delete()
    for event in Event.objects.all():
        event.rsvps.all().delete()
        event.delete()
    Image.objects.all().delete()
    if not channels:
        Channel.objects.all().delete()
    if not accounts:
        User.objects.all().delete()


def changed(archive: Path, change: Callable[[Rows], Any]) -> Path:
    """The archive with other rows."""

    def rewrite(files: dict[str, bytes]) -> None:
        rows = json.loads(files["event.json"])
        change(rows)
        files["event.json"] = json.dumps(rows).encode()

    return refiled(archive, rewrite)


def refiled(archive: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    """The archive with other files."""
    with zipfile.ZipFile(archive) as source:
        files = {name: source.read(name) for name in source.namelist()}
    change(files)
    target = archive.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as rewritten:
        for name, content in files.items():
            rewritten.writestr(name, content)
    return target


def tenant_event(cast: Cast) -> MadeEvent:
    """An event of a tenant, in its channel, by its creator."""
    return cast.event(channel_name="Club", cover_id=keep_picture(cast.tenant.pk).id, featured=True)
