"""Storing what an archive holds, once it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from access.imported import keep_imported
from accounts.domain.images import delete_files, store_sizes
from accounts.enums import LinkRole
from accounts.models import Image, Tenant, User
from channels.models import Channel
from comments.domain.comments import tell_comments
from comments.domain.erasing import delete_event
from comments.models import Comment, Message
from config.errors import Conflict, Invalid, flaw
from config.images import sizes_of
from events.domain.hosts import keep_cohosts
from events.domain.lifecycle import free_slug
from events.domain.locking import locked_event
from events.domain.reminders import settle_reminder
from events.domain.series import held_series
from events.models import Event, EventLink, Question, Tier
from operations.archive.checking import Bundle, Cover
from outbox.domain.emitting import tell, tell_all
from outbox.enums import Kind
from rsvps.domain.capacity import restate, settle_capacity
from rsvps.models import CheckIn, Rsvp

_BATCH = 500


class StoredFiles:
    """Files that are removed again when the transaction that stores their rows fails."""

    def __init__(self) -> None:
        self._removals: list[Callable[[], object]] = []

    def add_image(self, image: Image) -> None:
        """An image with all its sizes."""
        self._removals.append(partial(delete_files, image))

    def add(self, file: FieldFile) -> None:
        """Any other file."""
        self._removals.append(partial(file.storage.delete, str(file.name)))

    @contextmanager
    def kept_if_stored(self) -> Iterator[None]:
        """Makes one transaction of the block and keeps the files if it goes through. Raises
        Conflict where an id is taken by something else."""
        try:
            with transaction.atomic():
                yield
        except BaseException as problem:
            for remove in self._removals:
                remove()
            if isinstance(problem, IntegrityError):
                raise Conflict("archive_clashes") from None
            raise


def store_event(
    bundle: Bundle, stored_files: StoredFiles, *, replace: bool = False, told: bool = True
) -> list[str]:
    """Stores an event with everything on it; notes on what does not fit here. Call in a
    transaction. ``replace`` erases the event of this id first; ``told`` has the change feed and
    webhooks tell of it. Raises Invalid, and Conflict for an event that is here."""
    event_id = bundle.event.id
    _make_room(bundle.event, replace=replace)
    notes = _store(bundle, stored_files)
    with locked_event(event_id) as event:
        restate(event_id)
        settle_capacity(Event.objects.filter(pk=event_id))
        settle_capacity(Tier.objects.filter(event_id=event_id))
        settle_reminder(event_id, timezone.now())
        keep_cohosts(event_id)
        if told:
            # As made, but nobody gets mail about what they did long ago.
            tell(event, Kind.EVENT_CREATED, imported=True)
            answers = [(event, rsvp.id) for rsvp in bundle.rsvps]
            tell_all(answers, Kind.RSVP_CREATED, imported=True)
            tell_comments(Kind.COMMENT_CREATED, bundle.comments, imported=True)
    return notes


def _make_room(event: Event, *, replace: bool) -> None:
    columns = ("version", "edit_version", "has_webhooks")
    present = Event.objects.filter(pk=event.id).only(*columns).first()
    if present is None:
        return
    if not replace:
        raise Conflict("event_present")
    # Caches and editors know the present versions: what replaces it is newer.
    event.version = max(event.version, present.version + 1)
    event.edit_version = max(event.edit_version, present.edit_version + 1)
    event.has_webhooks = present.has_webhooks  # they hear of the new one
    delete_event(event_id=event.id, by_hand=False)


def _store(bundle: Bundle, stored_files: StoredFiles) -> list[str]:
    notes: list[str] = []
    event = bundle.event
    addresses = {*bundle.accounts.values(), *bundle.authors.values()}
    addresses |= {name for kind in _PEOPLE if (name := bundle.names.get(kind))}
    people = people_of(addresses)
    _settle(event, bundle.names, people, notes)
    if bundle.cover is not None:
        uploader = people.get((bundle.names["uploader"] or "").lower())
        _store_cover(bundle.cover, event.tenant_id, uploader, stored_files)
    links = _join_series(bundle, notes)
    event.save(force_insert=True)
    if bundle.live_room is not None:
        bundle.live_room.event = event
        bundle.live_room.save(force_insert=True)
    for link in links:
        link.event_id = None if link.series_id else event.id
    for rows in (bundle.tiers, bundle.rsvps, bundle.check_ins, bundle.messages):
        for row in rows:
            row.event_id = event.id
    _link_accounts(bundle, people, notes)
    Tier.objects.bulk_create(bundle.tiers, _BATCH)
    Question.objects.bulk_create(bundle.questions, _BATCH)
    EventLink.objects.bulk_create(links, _BATCH)
    Rsvp.objects.bulk_create(bundle.rsvps, _BATCH)
    CheckIn.objects.bulk_create(bundle.check_ins, _BATCH)
    Message.objects.bulk_create(bundle.messages, _BATCH)
    bundle.comments[:] = _comments(bundle, people, notes)
    Comment.objects.bulk_create(bundle.comments, _BATCH)
    keep_imported(bundle.old_links)
    return notes


def _join_series(bundle: Bundle, notes: list[str]) -> list[EventLink]:
    """Has the event join its series, which comes along when it is not here yet; the links that are
    to be stored. A place in the series that is taken leaves the event by itself, with an owner link
    of its own."""
    event, series = bundle.event, bundle.series
    if series is None:
        return bundle.links
    own = [link for link in bundle.links if link.series_id is None]
    with held_series(series.id) as present:
        if present is None:
            series.tenant_id = event.tenant_id
            series.save(force_insert=True)
            return bundle.links
        taken = Q(series_index=event.series_index) | Q(series_date=event.series_date)
        if present.tenant_id == event.tenant_id and not present.events.filter(taken).exists():
            day = str(event.series_date)
            present.exdates = [each for each in present.exdates if each != day]
            present.next_index = max(present.next_index, (event.series_index or 0) + 1)
            present.save(update_fields=["exdates", "next_index"])
            return own
    event.series_id = event.series_index = event.series_date = None
    event.changed_by_hand = []
    notes.append("Its place in its series is taken here, so it is an event by itself.")
    return [*own, EventLink(role=LinkRole.OWNER)]


# --- Whom it belongs to here --------------------------------------------------------------------

_PEOPLE = ("creator", "uploader")


def people_of(addresses: Iterable[str]) -> dict[str, UUID]:
    """Accounts by their address in lower case."""
    wanted = sorted({each.lower() for each in addresses})
    found: dict[str, UUID] = {}
    for start in range(0, len(wanted), _BATCH):
        users = User.objects.filter(email__in=wanted[start : start + _BATCH])
        found |= dict(users.values_list("email", "id"))
    return found


def _settle(
    event: Event, names: dict[str, str | None], people: dict[str, UUID], notes: list[str]
) -> None:
    """Tenant, creator and channel, as far as they are here."""
    if names["tenant"]:
        event.tenant = Tenant.objects.filter(slug=names["tenant"]).first()
        if event.tenant is None:
            notes.append(f"There is no tenant {names['tenant']} here, so the event has none.")
    if names["creator"]:
        event.creator_id = people.get(names["creator"].lower())
        if event.creator_id is None:
            notes.append(f"There is no account {names['creator']} here, so it has no creator.")
    channel = names["channel"] and (
        Channel.objects.select_for_update().filter(slug=names["channel"]).first()
    )
    if channel and channel.tenant_id in (None, event.tenant_id):
        event.channel = channel
        if Event.objects.filter(channel=channel, slug=event.slug).exists():
            event.slug = free_slug(event.slug, channel)
            notes.append(f"Its slug was taken; it is now {event.slug}.")
        if event.featured and Event.objects.filter(channel=channel, featured=True).exists():
            event.featured = False
            notes.append("It is not featured: its channel features another event.")
    elif names["channel"]:
        event.featured = False
        notes.append(f"There is no channel {names['channel']} it may join, so it is in none.")


def _store_cover(
    cover: Cover, tenant_id: UUID | None, uploader_id: UUID | None, stored_files: StoredFiles
) -> None:
    """The image, unless the tenant has it already: several events may show it."""
    present = Image.objects.filter(pk=cover.image.id).first()
    if present is None or present.tenant_id != tenant_id:
        store_image(cover, tenant_id, uploader_id, stored_files)


def store_image(
    cover: Cover, tenant_id: UUID | None, uploader_id: UUID | None, stored_files: StoredFiles
) -> None:
    """An image with its files."""
    image = cover.image
    image.tenant_id, image.uploader_id = tenant_id, uploader_id
    image.file.save(f"{image.id}.{image.extension}", ContentFile(cover.content), save=False)
    stored_files.add_image(image)
    store_sizes(image, sizes_of(cover.content))
    image.save(force_insert=True)


def _link_accounts(bundle: Bundle, people: dict[str, UUID], notes: list[str]) -> None:
    missing, taken = 0, set()
    for rsvp in bundle.rsvps:
        address = bundle.accounts.get(rsvp.id)
        rsvp.user_id = people.get(address.lower()) if address else None
        missing += address is not None and rsvp.user_id is None
        if rsvp.user_id is not None and rsvp.user_id in taken:
            raise Invalid({"rsvps": flaw("answered_twice", address=address)})
        taken.add(rsvp.user_id)
    if missing:
        notes.append(
            f"Guests whose account does not exist here: {missing}. They can use their links."
        )


def _comments(bundle: Bundle, people: dict[str, UUID], notes: list[str]) -> list[Comment]:
    kept = []
    for comment in bundle.comments:
        address = bundle.authors.get(comment.id)
        comment.author_id = people.get(address.lower()) if address else None
        comment.tenant_id = bundle.event.tenant_id
        without = address is None and (comment.rsvp_id is not None or comment.by_host)
        if comment.author_id is not None or without:
            kept.append(comment)
    if left := len(bundle.comments) - len(kept):
        notes.append(f"{left} comments were left out: their authors have no account here.")
    return kept
