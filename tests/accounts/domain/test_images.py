"""Images that are kept, described, used and discarded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.domain.images import describe_image, keep_image, usable_image
from accounts.models import Image
from config.errors import Invalid
from config.images import CleanImage
from events.domain.images import discard_images, discard_unshown
from tests.makers import make_event, make_image, make_tenant, make_user

pytestmark = pytest.mark.django_db
DRAWN = CleanImage("lawn.jpeg", b"pixels", "jpg", "image/jpeg", 640, 360)
Commits = Callable[..., AbstractContextManager[list[Callable[[], None]]]]


def stored(image: Image) -> bool:
    """Whether the image's file is there."""
    return default_storage.exists(str(image.file.name))


def test_an_image_is_kept_under_a_name_of_its_own() -> None:
    """The file by the id, everything else beside it."""
    tenant = make_tenant()
    user = make_user(tenant=tenant)
    image = keep_image(DRAWN, tenant_id=tenant.pk, uploader_id=user.pk, alt_text=" A lawn ")
    kept = Image.objects.values().get()
    kept.pop("created_at")
    assert kept == {
        "id": image.pk,
        "tenant_id": tenant.pk,
        "uploader_id": user.pk,
        "file": f"images/{image.pk}.jpg",
        "name": "lawn.jpeg",
        "extension": "jpg",
        "mime_type": "image/jpeg",
        "size": 6,
        "width": 640,
        "height": 360,
        "widths": [],
        "alt_text": "A lawn",
    }
    assert default_storage.open(f"images/{image.pk}.jpg").read() == b"pixels"


def test_a_text_that_cannot_be_stored_keeps_nothing() -> None:
    """No row and no file; the text of an image that is there stays, too."""
    with pytest.raises(Invalid) as refused:
        keep_image(DRAWN, tenant_id=None, alt_text="a\x00b")
    assert refused.value.keys == {"alt_text": ["control_characters"]}
    assert not default_storage.exists("images")
    image = make_image(alt_text="A lawn")
    with pytest.raises(Invalid):
        describe_image(image.pk, "x" * 256)
    assert Image.objects.get().alt_text == "A lawn"


def test_an_image_is_usable_within_its_tenant() -> None:
    """Another tenant's, one without a tenant and none at all answer alike."""
    tenant = make_tenant()
    image = make_image(tenant)
    with transaction.atomic():
        assert usable_image(image.pk, tenant_id=tenant.pk, field="cover_id") == image
        for image_id, tenant_id in (
            (image.pk, make_tenant().pk),
            (image.pk, None),
            (make_image().pk, tenant.pk),
            (uuid4(), tenant.pk),
        ):
            with pytest.raises(Invalid) as refused:
                usable_image(image_id, tenant_id=tenant_id, field="cover_id")
            assert refused.value.keys == {"cover_id": ["unknown_id"]}


def test_discarding_takes_the_image_off_its_events(
    django_capture_on_commit_callbacks: Commits,
) -> None:
    """They say so by their version; the file goes once that is certain."""
    image, other = make_image(), make_image()
    shows = [make_event(cover_id=image.pk) for _ in range(2)]
    unchanged = make_event(cover_id=other.pk)
    with django_capture_on_commit_callbacks() as then:
        discard_images([image.pk])
    assert stored(image)
    for call in then:
        call()
    assert (stored(image), stored(other)) == (False, True)
    assert list(Image.objects.all()) == [other]
    assert [(event.row.cover_id, event.row.version) for event in (*shows, unchanged)] == [
        (None, 2),
        (None, 2),
        (other.pk, 1),
    ]


def test_only_what_no_event_shows_is_discarded_on_the_way(
    django_capture_on_commit_callbacks: Commits,
) -> None:
    """An image that is some event's cover stays; one that is gone already is no matter."""
    image = make_image()
    event = make_event(cover_id=image.pk)
    with django_capture_on_commit_callbacks(execute=True):
        discard_unshown(image.pk)
        discard_unshown(uuid4())
        assert stored(image)
        event.stored.delete()
        discard_unshown(image.pk)
    assert not stored(image)
    assert not Image.objects.exists()
