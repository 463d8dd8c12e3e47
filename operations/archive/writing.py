"""Writing an event's archive."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import models
from django.db.models.fields.files import FieldFile

from access.models import ImportedToken
from accounts.enums import TokenKind
from accounts.models import Image
from comments.models import Comment, Message
from config.errors import Conflict, NotFound
from config.files import draft_beside
from events.domain.locking import locked_event
from events.models import Event, EventLink, LiveRoom, Question, Tier
from operations.archive.columns import (
    FORMAT,
    IMAGES,
    MANIFEST,
    ROWS,
    ROWS_BYTES,
    encode,
)
from rsvps.models import CheckIn, Rsvp


class Exported(NamedTuple):
    """A finished archive: where, how large in bytes, and how many RSVPs, messages and comments."""

    file: Path
    bytes: int
    title: str
    rsvps: int
    messages: int
    comments: int


def export_event(*, event_id: UUID, target: Path, now: datetime) -> Exported:
    """Writes the event to ``target``, readable by its owner only; nothing is there until it is
    complete. The rows are read while the event is held: they are of one moment. Raises NotFound,
    Conflict when ``target`` is taken or the event is too large for an archive."""
    ensure_free(target)
    with locked_event(event_id):
        image = Image.objects.select_related("uploader").filter(events=event_id).first()
        cover = image and content_of(image.file)
        rows = event_rows(event_id, image if cover else None)
    written = orjson.dumps(rows)
    if len(written) > ROWS_BYTES:
        raise Conflict("archive_too_large", limit=ROWS_BYTES // 1024**2)
    manifest = {"format": FORMAT, "made_at": now, "event_id": event_id}
    with draft_beside(target) as draft:
        with draft.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(MANIFEST, orjson.dumps(manifest))
                archive.writestr(ROWS, written)
                if image is not None and cover:
                    archive.writestr(f"{IMAGES}{image.id}.{image.extension}", cover)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    return Exported(
        target,
        target.stat().st_size,
        rows["event"]["title"],
        len(rows["rsvps"]),
        len(rows["messages"]),
        len(rows["comments"]),
    )


def event_rows(event_id: UUID, cover: Image | None) -> dict[str, Any]:
    """The rows of an event by kind, with what they refer to by slug and address. Hold the event."""
    event = Event.objects.select_related("tenant", "creator", "channel", "series").get(pk=event_id)
    messages = Message.objects.filter(event_id=event_id)
    comments = Comment.objects.on_event(event_id)
    comments |= Comment.objects.on_posts(messages.values_list("id", flat=True))
    room = LiveRoom.objects.filter(event_id=event_id).first()
    return {
        "event": encode(event)
        | {
            "tenant": event.tenant and event.tenant.slug,
            "creator": event.creator and event.creator.email,
            "channel": event.channel and event.channel.slug,
            "cover_id": cover and cover.id,
        },
        "image": cover and encode(cover) | {"uploader": cover.uploader and cover.uploader.email},
        "live_room": room and encode(room),
        "tiers": _all(Tier.objects.filter(event_id=event_id)),
        "questions": _all(Question.objects.filter(tier__event_id=event_id)),
        "series": event.series and encode(event.series),
        "links": _all(EventLink.objects.opening(event_id)),
        "rsvps": [
            encode(rsvp) | {"user": rsvp.user and rsvp.user.email}
            for rsvp in Rsvp.objects.of_event(event_id).select_related("user").order_by("pk")
        ],
        "check_ins": _all(CheckIn.objects.filter(event_id=event_id)),
        "messages": _all(messages),
        "old_links": [
            encode(each)
            for kind, objects in (
                (TokenKind.EVENT_LINK, EventLink.objects.opening(event_id)),
                (TokenKind.RSVP, Rsvp.objects.of_event(event_id)),
            )
            for each in ImportedToken.objects.filter(
                kind=kind, object_id__in=objects.order_by().values_list("id", flat=True)
            ).order_by("pk")
        ],
        "comments": [
            encode(comment) | {"author": comment.author and comment.author.email}
            for comment in comments.select_related("author").order_by("pk")
        ],
    }


def _all(rows: models.QuerySet[Any, Any]) -> Iterable[dict[str, Any]]:
    return [encode(row) for row in rows.order_by("pk")]


def content_of(stored: FieldFile) -> bytes | None:
    """The file's bytes; None if it is missing: what shows it is exported without."""
    try:
        with stored.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def ensure_free(target: Path) -> None:
    """Raises NotFound for a folder that is not there, Conflict for a file that is."""
    if not target.parent.is_dir():
        raise NotFound("no_such_folder", path=target.parent)
    if target.exists():
        raise Conflict("file_exists", path=target)
