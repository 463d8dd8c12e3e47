"""Covers that several people change at once: what an event shows is there, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import Image
from config.errors import Invalid
from config.images import CleanImage
from events.domain.covers import give_cover, remove_cover
from rsvps.domain.event_changes import update_event
from tests.concurrency.conftest import Race
from tests.makers import make_event, make_image

pytestmark = pytest.mark.django_db(transaction=True)
DRAWN = CleanImage("lawn.jpg", b"pixels", "jpg", "image/jpeg", 640, 360)


def files() -> list[str]:
    """The images in the storage."""
    return [f"images/{name}" for name in default_storage.listdir("images")[1]]


def test_six_covers_for_one_event(race: Race) -> None:
    """One stays, whoever was last; the other five are gone with their files."""
    event = make_event()
    row = event.row
    assert race(lambda n: give_cover(event=row, drawn=DRAWN), 6) == [None] * 6
    assert files() == list(Image.objects.values_list("file", flat=True)) == [event.row.cover_file]


def test_a_cover_taken_up_while_it_is_put_down(race: Race) -> None:
    """Either the other event shows it, and it is there, or it is told that there is no such
    image."""
    for _ in range(15):
        image = make_image()
        former, latter = make_event(cover_id=image.pk), make_event()
        rows = former.row, latter.row

        def act(number: int, rows: Any = rows, cover_id: Any = image.pk) -> None:
            if number:
                update_event(event=rows[1], values={"cover_id": cover_id})
            else:
                remove_cover(event=rows[0])

        outcome = race(act, 2)
        assert outcome[0] is None
        assert former.row.cover_id is None
        if outcome[1] is None:
            assert latter.row.cover_file == image.file.name
            assert str(image.file.name) in files()
        else:
            assert isinstance(outcome[1], Invalid)
            assert latter.row.cover_id is None
            assert str(image.file.name) not in files()
