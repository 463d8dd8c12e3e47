"""Sizes of images that were stored before there were any."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.domain.images import delete_files, erase_images, image_files, keep_image
from accounts.models import Image
from config.images import clean_image
from events.domain.covers import give_cover
from events.enums import Standing
from events.facts import event_facts
from operations.doctor.files import file_problems
from operations.image_sizes import make_missing_sizes
from pages.covers.tag import cover_tag
from tests.makers import make_event
from tests.pictures import encoded, picture

pytestmark = pytest.mark.django_db


def kept(width: int = 1000) -> Image:
    upload = io.BytesIO(encoded(picture(size=(width, 500)), "JPEG"))
    return keep_image(clean_image(upload, field="file"), tenant_id=None)


def older() -> Image:
    """As an image was stored before there were sizes."""
    image = kept()
    for name in image_files(str(image.file.name), image.widths)[1:]:
        default_storage.delete(name)
    Image.objects.filter(pk=image.pk).update(widths=[])
    return image


def test_the_command_makes_what_is_missing_once() -> None:
    image, present = older(), kept()
    assert make_missing_sizes() == (1, [])
    image.refresh_from_db()
    assert image.widths == present.widths == [480, 960, 1000]
    assert all(map(default_storage.exists, image_files(str(image.file.name), image.widths)))
    assert make_missing_sizes() == (0, [])
    call_command("make_image_sizes")


def test_files_that_cannot_be_read_are_told() -> None:
    missing, broken = older(), older()
    default_storage.delete(str(missing.file.name))
    default_storage.delete(str(broken.file.name))
    default_storage.save(str(broken.file.name), ContentFile(b"pixels"))
    good = older()
    with pytest.raises(CommandError, match="2 images"):
        call_command("make_image_sizes")
    good.refresh_from_db()
    assert good.widths == [480, 960, 1000]


@pytest.mark.django_db(transaction=True)
def test_sizes_go_with_the_image() -> None:
    image = kept()
    names = image_files(str(image.file.name), image.widths)
    assert len(names) == 4
    assert all(map(default_storage.exists, names))
    erase_images([image.pk])
    assert not any(map(default_storage.exists, names))


def test_the_doctor_knows_sizes() -> None:
    image = kept()
    assert not set(image_files(str(image.file.name), image.widths)) & {
        name for names in file_problems(timezone.now()) for name in names
    }
    delete_files(image)
    missing = set(file_problems(timezone.now()).missing)
    assert set(image_files(str(image.file.name), image.widths)) <= missing


def test_a_page_offers_the_sizes(client: Client) -> None:
    event = make_event()
    upload = io.BytesIO(encoded(picture(size=(1000, 500)), "JPEG"))
    give_cover(event=event.row, drawn=clean_image(upload, field="file"), alt_text="A <lawn>")
    facts = event_facts(event.row, Standing.PUBLIC, timezone.now())
    file = Image.objects.get().file.url
    stem = file.removesuffix(".jpg")
    tag = cover_tag(facts, "wide", lazy=True)
    assert tag == (
        f'<img class="cover cover-wide" src="{file}" srcset="{stem}-480.webp 480w, '
        f'{stem}-960.webp 960w, {stem}-1000.webp 1000w" '
        'sizes="(min-width: 720px) 640px, 100vw" alt="A &lt;lawn&gt;" width="1000" height="500" '
        'loading="lazy" decoding="async">'
    )
    answer = client.get(f"{stem}-960.webp")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
