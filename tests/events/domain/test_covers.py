"""Covers: given, described, replaced and taken away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import Image
from comments.domain.erasing import delete_event
from config.errors import Invalid, NotFound
from config.images import CleanImage
from events.domain.covers import describe_cover, give_cover, remove_cover
from tests.makers import MadeEvent, make_event, make_image, make_tenant
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.django_db
DRAWN = CleanImage("lawn.jpg", b"pixels", "jpg", "image/jpeg", 640, 360)


Committed = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Committed:
    """Opens a block at the end of which happens what is to happen after commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def files() -> list[str]:
    """The images there are, as the storage has them; each has a row."""
    names = sorted(f"images/{name}" for name in _listed())
    assert names == sorted(Image.objects.values_list("file", flat=True))
    return names


def _listed() -> list[str]:
    return default_storage.listdir("images")[1] if default_storage.exists("images") else []


def test_a_cover_belongs_to_the_tenant_of_its_event() -> None:
    """It is the event's at once, and its version grows; calendars need no update."""
    cast = make_cast()
    event = cast.event()
    give_cover(event=event.row, drawn=DRAWN, alt_text="A lawn", uploader_id=cast.creator.id)
    image = Image.objects.get()
    assert (image.tenant_id, image.uploader_id) == (cast.tenant.pk, cast.creator.id)
    row = event.row
    assert (row.cover_id, row.cover_alt, row.version, row.sequence) == (image.pk, "A lawn", 2, 0)


def test_another_cover_takes_its_place(committed: Committed) -> None:
    """The one before is gone with its file."""
    event = make_event()
    give_cover(event=event.row, drawn=DRAWN)
    before = files()
    with committed():
        give_cover(event=event.row, drawn=DRAWN)
    assert event.row.cover_file is not None
    assert files() == [event.row.cover_file] != before


def test_what_another_event_shows_stays(committed: Committed) -> None:
    """Replacing, removing and erasing leave it; with the last event it goes."""
    tenant = make_tenant()
    image = make_image(tenant)
    events = [make_event() for _ in range(4)]
    for event in events:
        stored = event.stored
        stored.tenant, stored.cover = tenant, image
        stored.save()
    with committed():
        give_cover(event=events[0].row, drawn=DRAWN)
        remove_cover(event=events[1].row)
        delete_event(event_id=events[2].id)
    assert events[3].row.cover_file == image.file.name
    assert len(files()) == 2
    with committed():
        delete_event(event_id=events[3].id)
    assert files() == [events[0].row.cover_file]


def test_a_cover_is_removed_with_its_file(committed: Committed) -> None:
    """Removing what is not there changes nothing."""
    event = make_event()
    with committed():
        remove_cover(event=event.row)
    assert event.row.version == 1
    give_cover(event=event.row, drawn=DRAWN)
    with committed():
        remove_cover(event=event.row)
    assert (event.row.cover_id, event.row.version) == (None, 3)
    assert files() == []


def test_a_cover_is_described() -> None:
    """Pages show the text, so the version grows; without a cover there is nothing to describe."""
    event = make_event()
    describe_cover(event_id=event.id, alt_text="Nothing")
    assert event.row.version == 1
    give_cover(event=event.row, drawn=DRAWN)
    describe_cover(event_id=event.id, alt_text="  A lawn ")
    assert (event.row.cover_alt, event.row.version) == ("A lawn", 3)
    with pytest.raises(Invalid):
        describe_cover(event_id=event.id, alt_text="a\nb")
    assert (event.row.cover_alt, event.row.version) == ("A lawn", 3)


@pytest.mark.once
def test_what_is_refused_leaves_nothing(committed: Committed, everything_stored: Any) -> None:
    """A text that cannot be stored, an event that is gone: no row, no file, the cover as it was."""
    kept, gone = make_event(), make_event()
    give_cover(event=kept.row, drawn=DRAWN)
    row = gone.row
    delete_event(event_id=gone.id)
    before, there = everything_stored(), files()
    with committed(), pytest.raises(Invalid):
        give_cover(event=kept.row, drawn=DRAWN, alt_text="x" * 256)
    with committed(), pytest.raises(NotFound):
        give_cover(event=row, drawn=DRAWN)
    with committed(), pytest.raises(NotFound):
        remove_cover(event=row)
    with pytest.raises(NotFound):
        describe_cover(event_id=gone.id, alt_text="A lawn")
    assert (everything_stored(), files()) == (before, there)


def test_a_cover_that_somebody_changed_meanwhile(committed: Committed) -> None:
    """A row that was read before does not bring back what it says: the present one is replaced."""
    event: MadeEvent = make_event()
    stale = event.row
    give_cover(event=stale, drawn=DRAWN)
    with committed():
        give_cover(event=stale, drawn=DRAWN)
    assert files() == [event.row.cover_file]
