"""Writing an organisation's archive."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import models
from django.db.models.fields.files import FieldFile

from accounts.domain.tenants import tenant_by_slug
from accounts.models import ApiKey, Image, Tenant, User
from channels.models import Channel
from comments.models import EVENT, POST, Comment
from config.errors import Conflict, NotFound
from config.files import draft_beside
from events.domain.locking import locked_event
from events.models import Event
from operations.archive.checking import file_of
from operations.archive.columns import FORMAT, IMAGES, MANIFEST, ROWS_BYTES, encode
from operations.archive.tenant_rows import AVATARS, BANNERS, EVENTS_FILE, KIND, TENANT_FILE
from operations.archive.writing import content_of, ensure_free, event_rows
from operations.importing import Progress

# Rows that the database hands over at a time.
_CHUNK = 500
Entries = Iterable[dict[str, Any]]


class TenantExported(NamedTuple):
    """A finished archive: where, how large in bytes, and how many of each kind it holds."""

    file: Path
    bytes: int
    tenant: str
    users: int
    channels: int
    images: int
    api_keys: int
    comments: int
    events: int
    rsvps: int


def export_tenant(
    *, slug: str, target: Path, now: datetime, progress: Progress = lambda done, of: None
) -> TenantExported:
    """Writes all that belongs to an organisation to ``target``, readable by its owner only; nothing
    is there until it is complete. Each event is of one moment, but people can go on meanwhile: what
    is made after the export began may be missing. Few rows are in memory at a time. Raises
    NotFound, and Conflict when ``target`` is taken or an event is too large for an archive."""
    tenant = tenant_by_slug(slug)
    ensure_free(target)
    with draft_beside(target) as draft:
        with draft.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                counts = _Writer(archive, tenant, progress).write()
                manifest = {"format": FORMAT, "kind": KIND, "made_at": now, "counts": counts}
                archive.writestr(MANIFEST, orjson.dumps(manifest))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    found = {name.removesuffix(".jsonl"): number for name, number in counts.items()}
    del found["tenant"]
    return TenantExported(target, target.stat().st_size, tenant.slug, **found)


class _Writer:
    def __init__(self, archive: zipfile.ZipFile, tenant: Tenant, progress: Progress) -> None:
        self._archive = archive
        self._tenant = tenant
        self._progress = progress
        # Images whose files are in the archive: events show no others there.
        self._images: set[UUID] = set()
        self._rsvps = 0

    def write(self) -> dict[str, int]:
        """Writes everything; how many lines there are, by file, and how many RSVPs."""
        theirs = {"tenant": self._tenant}
        pictured: tuple[tuple[str, models.QuerySet[Any], str, Callable[[Any], FieldFile]], ...] = (
            ("users.jsonl", User.objects.filter(**theirs), AVATARS, lambda user: user.avatar),
            ("channels.jsonl", Channel.objects.filter(**theirs), BANNERS, lambda each: each.banner),
        )
        counts = {TENANT_FILE: self._lines(TENANT_FILE, [encode(self._tenant)])}
        for name, rows, folder, picture in pictured:
            files = dict(self._pictures(rows, folder, picture))
            entries = (encode(row) | {"picture": files.get(row.pk)} for row in _all(rows))
            counts[name] = self._lines(name, entries)
        images = Image.objects.filter(**theirs).select_related("uploader")
        self._store_images(images)
        keys = ApiKey.objects.filter(**theirs, user__tenant=self._tenant)
        comments = Comment.objects.for_tenant(self._tenant.pk).select_related("author")
        comments = comments.exclude(content_type__in=(EVENT, POST)).filter(rsvp=None, by_host=False)
        for name, made in (
            ("images.jsonl", (_image(row) for row in _all(images) if row.pk in self._images)),
            ("api_keys.jsonl", (encode(key) for key in _all(keys))),
            ("comments.jsonl", (_comment(row) for row in _all(comments))),
            (EVENTS_FILE, self._events()),
        ):
            counts[name] = self._lines(name, made)
        return counts | {"rsvps": self._rsvps}

    def _lines(self, name: str, entries: Entries) -> int:
        number = 0
        with self._archive.open(name, "w", force_zip64=True) as file:
            for entry in entries:
                line = orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
                if len(line) > ROWS_BYTES:
                    raise Conflict("archive_too_large", limit=ROWS_BYTES // 1024**2)
                file.write(line)
                number += 1
        return number

    def _events(self) -> Iterator[dict[str, Any]]:
        ids = list(
            Event.objects.filter(tenant=self._tenant)
            .order_by("series_id", "series_index", "created_at", "id")
            .values_list("id", flat=True)
        )
        for done, event_id in enumerate(ids, 1):
            try:
                with locked_event(event_id):
                    image = Image.objects.select_related("uploader").filter(events=event_id).first()
                    shown = image if image and image.pk in self._images else None
                    rows = event_rows(event_id, shown)
            except NotFound:  # deleted meanwhile
                continue
            self._rsvps += len(rows["rsvps"])
            yield rows
            self._progress(done, len(ids))

    def _pictures(
        self, rows: models.QuerySet[Any], folder: str, picture: Callable[[Any], FieldFile]
    ) -> Iterator[tuple[UUID, str]]:
        for row in _all(rows):
            file = picture(row)
            content = content_of(file) if file else None
            if content is not None:
                name = f"{folder}{row.pk}{Path(str(file.name)).suffix}"
                self._archive.writestr(name, content)
                yield row.pk, name

    def _store_images(self, images: models.QuerySet[Image]) -> None:
        for image in _all(images):
            content = content_of(image.file)
            if content is not None:
                self._archive.writestr(f"{IMAGES}{file_of(image)}", content)
                self._images.add(image.pk)


def _all(rows: models.QuerySet[Any]) -> Iterator[Any]:
    return rows.order_by("pk").iterator(_CHUNK)


def _image(image: Image) -> dict[str, Any]:
    return encode(image) | {"uploader": image.uploader and image.uploader.email}


def _comment(comment: Comment) -> dict[str, Any]:
    return encode(comment) | {"author": comment.author and comment.author.email}
