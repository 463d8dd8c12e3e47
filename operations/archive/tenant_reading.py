"""Loading an organisation's archive."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db.models import Q
from django.utils import timezone

from accounts.domain.organizers import follow_role
from accounts.models import ApiKey, Image, Tenant, User
from channels.models import Channel
from comments.models import Comment
from config.errors import Conflict, Invalid
from config.images import clean_image
from events.models import Event
from operations.archive.checking import checked_image, file_of, read_bundle
from operations.archive.columns import IMAGE_BYTES, IMAGES, MANIFEST, ROWS_BYTES
from operations.archive.storing import StoredFiles, people_of, store_event, store_image
from operations.archive.tenant_rows import (
    AVATARS,
    BANNERS,
    EVENTS_FILE,
    FILES,
    KIND,
    LINE_BYTES,
    TENANT_FILE,
    TOLD,
    Pictured,
    at_line,
    known,
    read_channel,
    read_comment,
    read_image,
    read_key,
    read_tenant,
    read_user,
)
from operations.archive.unpacking import opened_archive, read_file, read_lines
from operations.importing import Progress

_AT_A_TIME = 500
Read = TypeVar("Read")


class TenantImported(NamedTuple):
    """An organisation that was loaded, and how many of each kind came with it. ``notes`` are
    sentences on what could not be, each with how often that was."""

    tenant: str
    users: int
    channels: int
    images: int
    api_keys: int
    comments: int
    events: int
    rsvps: int
    notes: dict[str, int]


def import_tenant(*, source: Path, progress: Progress = lambda done, of: None) -> TenantImported:
    """Stores an organisation as its archive says, under the ids, addresses and slugs it had: with
    the same capability key every link opens.

    Accounts have no password afterwards, and API keys are revoked: no secret is in an archive.
    Nobody is told; nobody could have asked to be told of an organisation that was not here. All of
    it is one transaction, and read line by line. Raises NotFound, Invalid naming file and line,
    PayloadTooLarge, and Conflict that names what is taken here already.
    """
    stored_files = StoredFiles()
    with opened_archive(source, KIND) as (archive, manifest), stored_files.kept_if_stored():
        return _Loading(archive, _counts(manifest), stored_files, progress).load()


def _counts(manifest: dict[str, Any]) -> dict[str, int]:
    """How many lines there are to be, by file."""
    counts = manifest.get("counts")
    if not isinstance(counts, dict) or any(type(counts.get(name)) is not int for name in FILES):
        raise Invalid({"archive": "not_an_archive"})
    return counts


class _Loading:
    def __init__(
        self,
        archive: zipfile.ZipFile,
        counts: dict[str, int],
        stored_files: StoredFiles,
        progress: Progress,
    ) -> None:
        self._archive = archive
        self._counts = counts
        self._stored_files = stored_files
        self._progress = progress
        self._tenant = Tenant()
        self._ids: dict[type[Any], set[UUID]] = {User: set(), Channel: set()}
        # What is here already. From the first of them on, nothing is stored any more.
        self._taken: list[str] = []
        self._notes = Counter[str]()
        # What is expected beside the rows.
        self._files = {MANIFEST, *FILES}

    def load(self) -> TenantImported:
        """Reads the files in their order."""
        self._read(TENANT_FILE, read_tenant, self._store_tenant)
        self._read("users.jsonl", read_user, self._store_users)
        self._read("channels.jsonl", read_channel, self._store_channels)
        self._read("images.jsonl", read_image, self._store_images, at_a_time=1)
        self._read("api_keys.jsonl", read_key, self._store_keys)
        self._read("comments.jsonl", read_comment, self._store_comments)
        rsvps = self._events()
        if set(self._archive.namelist()) != self._files:
            raise Invalid({"archive": "foreign_files"})
        if self._taken:
            more = "" if len(self._taken) <= TOLD else ", …"
            raise Conflict("archive_collides", names=", ".join(self._taken[:TOLD]) + more)
        found = {name.removesuffix(".jsonl"): self._counts[name] for name in FILES[1:]}
        return TenantImported(self._tenant.slug, **found, rsvps=rsvps, notes=dict(self._notes))

    def _lines(self, name: str, limit: int = LINE_BYTES) -> Iterator[tuple[str, Any]]:
        """Each line, with its name. There are as many as the manifest says: a file that was cut
        short is noticed."""
        number = 0
        for number, line in enumerate(read_lines(self._archive, name, limit), 1):
            if number > self._counts[name]:
                break
            yield line
        if number != self._counts[name]:
            raise Invalid({name: "archive_incomplete"})

    def _read(
        self,
        name: str,
        read: Callable[[Any], Read],
        store: Callable[[list[tuple[str, Read]]], None],
        *,
        at_a_time: int = _AT_A_TIME,
    ) -> None:
        def rows() -> Iterator[tuple[str, Read]]:
            for where, entry in self._lines(name):
                with at_line(where):
                    yield where, read(entry)

        left = rows()
        while batch := list(islice(left, at_a_time)):
            store(batch)

    def _clashes(self, kind: str, names: Iterable[object]) -> bool:
        """Whether anything is in the way, this included."""
        self._taken += [f"{kind} {name}" for name in names]
        return bool(self._taken)

    def _store_tenant(self, batch: list[tuple[str, Tenant]]) -> None:
        if len(batch) > 1 or self._counts[TENANT_FILE] != 1:
            raise Invalid({TENANT_FILE: "archive_incomplete"})
        ((_, self._tenant),) = batch
        present = Tenant.objects.filter(Q(pk=self._tenant.pk) | Q(slug=self._tenant.slug))
        if not self._clashes("tenant", present.values_list("slug", flat=True)):
            self._tenant.save(force_insert=True)

    def _store_users(self, batch: list[tuple[str, Pictured]]) -> None:
        users = [each.row for _, each in batch]
        self._ids[User] |= {user.pk for user in users}
        self._expect_pictures(batch, AVATARS)
        emails = [user.email for user in users]
        present = User.objects.filter(Q(pk__in=self._ids_of(users)) | Q(email__in=emails))
        if self._clashes("account", present.values_list("email", flat=True)):
            return
        for user in users:
            user.tenant = self._tenant
        self._give_pictures(batch, "avatar")
        User.objects.bulk_create(users, _AT_A_TIME)
        for user in users:
            follow_role(user)

    def _store_channels(self, batch: list[tuple[str, Pictured]]) -> None:
        channels = [each.row for _, each in batch]
        self._ids[Channel] |= {channel.pk for channel in channels}
        self._expect_pictures(batch, BANNERS)
        slugs = [channel.slug for channel in channels]
        present = Channel.objects.filter(Q(pk__in=self._ids_of(channels)) | Q(slug__in=slugs))
        if self._clashes("channel", present.values_list("slug", flat=True)):
            return
        for channel in channels:
            channel.tenant = self._tenant
        self._give_pictures(batch, "banner")
        Channel.objects.bulk_create(channels, _AT_A_TIME)

    def _store_images(self, batch: list[tuple[str, tuple[Image, str | None]]]) -> None:
        for where, (image, uploader) in batch:
            name = f"{IMAGES}{file_of(image)}"
            self._files.add(name)
            with at_line(where):
                cover = checked_image(image, read_file(self._archive, name, IMAGE_BYTES))
            if not self._clashes("image", Image.objects.filter(pk=image.pk).values_list("pk")):
                people = people_of([uploader] if uploader else [])
                uploader_id = people.get((uploader or "").lower())
                store_image(cover, self._tenant.pk, uploader_id, self._stored_files)

    def _store_keys(self, batch: list[tuple[str, ApiKey]]) -> None:
        for where, key in batch:
            with at_line(where):
                known("api_key.user_id", key.user_id, self._ids[User])
                known("api_key.channel_id", key.channel_id, self._ids[Channel])
            key.tenant = self._tenant
            # A digest of nothing that anybody holds.
            key.digest = secrets.token_hex(32)
            if key.revoked_at is None:
                key.revoked_at = timezone.now()
                self._notes["An API key is revoked: archives hold no secrets. Make a new one."] += 1
        if not self._taken:
            ApiKey.objects.bulk_create([key for _, key in batch], _AT_A_TIME)

    def _store_comments(self, batch: list[tuple[str, tuple[Comment, str]]]) -> None:
        if self._taken:
            return
        people = people_of(author for _, (_, author) in batch)
        for where, (comment, author) in batch:
            with at_line(where):
                comment.author_id = people.get(author.lower())
                if comment.author_id is None:
                    raise Invalid({"comment.author": "dangling_row"})
            comment.tenant = self._tenant
        Comment.objects.bulk_create([comment for _, (comment, _) in batch], _AT_A_TIME)

    def _events(self) -> int:
        """How many RSVPs there are on all of them."""
        rsvps = 0
        for done, (where, rows) in enumerate(self._lines(EVENTS_FILE, ROWS_BYTES), 1):
            with at_line(where):
                bundle = read_bundle(rows, self._cover_of(rows))
                if bundle.names["tenant"] != self._tenant.slug:
                    raise Invalid({"event.tenant": "dangling_row"})
                present = Event.objects.filter(pk=bundle.event.pk).values_list("pk", flat=True)
                if not self._clashes("event", present):
                    self._notes.update(store_event(bundle, self._stored_files, told=False))
            rsvps += len(bundle.rsvps)
            self._progress(done, self._counts[EVENTS_FILE])
        return rsvps

    def _cover_of(self, rows: Any) -> dict[str, bytes]:
        """The file of the event's cover, which is among the organisation's images."""
        image = rows.get("image") if isinstance(rows, dict) else None
        if not isinstance(image, dict):
            return {}
        file = f"{image.get('id')}.{image.get('extension')}"
        if f"{IMAGES}{file}" not in self._files:
            raise Invalid({"image": "image_undescribed"})
        return {file: read_file(self._archive, f"{IMAGES}{file}", IMAGE_BYTES)}

    def _expect_pictures(self, batch: list[tuple[str, Pictured]], folder: str) -> None:
        for where, (row, picture) in batch:
            if picture is not None:
                with at_line(where):
                    if not picture.startswith(f"{folder}{row.pk}."):
                        raise Invalid({"picture": "image_undescribed"})
                self._files.add(picture)

    def _give_pictures(self, batch: list[tuple[str, Pictured]], column: str) -> None:
        for where, (row, picture) in batch:
            if picture is None:
                continue
            with at_line(where):
                content = read_file(self._archive, picture, IMAGE_BYTES)
                drawn = clean_image(io.BytesIO(content), field="picture", name=picture)
            file = getattr(row, column)
            name = f"{uuid4().hex}.{drawn.extension}"
            file.save(name, ContentFile(drawn.content), save=False)
            self._stored_files.add(file)

    def _ids_of(self, rows: Iterable[Any]) -> list[UUID]:
        return [row.pk for row in rows]
