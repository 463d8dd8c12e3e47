"""Images that people upload, kept once and named by id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from accounts import limits
from accounts.models import Image
from config.errors import Invalid
from config.images import CleanImage, sized_name, sizes_of
from config.text import clean_text


def keep_image(
    drawn: CleanImage,
    *,
    tenant_id: UUID | None,
    uploader_id: UUID | None = None,
    alt_text: str = "",
) -> Image:
    """Keeps an image for the tenant's events. Raises Invalid (alt_text)."""
    alt_text = clean_alt_text(alt_text)
    image = Image(
        tenant_id=tenant_id,
        uploader_id=uploader_id,
        name="".join(each for each in drawn.name if each.isprintable())[-limits.FILE_NAME :],
        extension=drawn.extension,
        mime_type=drawn.mime_type,
        size=len(drawn.content),
        width=drawn.width,
        height=drawn.height,
        alt_text=alt_text,
    )
    image.file.save(f"{image.id}.{drawn.extension}", ContentFile(drawn.content), save=False)
    store_sizes(image, sizes_of(drawn.content))
    image.save(force_insert=True)
    return image


def store_sizes(image: Image, sizes: Mapping[int, bytes]) -> None:
    """Stores an image's smaller files, as sizes_of() makes them, and notes their widths on the row,
    which is not saved."""
    name = str(image.file.name)
    for width, smaller in sizes.items():
        # One that was left behind would have this one stored under another name.
        image.file.storage.delete(sized_name(name, width))
        image.file.storage.save(sized_name(name, width), ContentFile(smaller))
    image.widths = list(sizes)


def image_files(name: str, widths: Iterable[int]) -> list[str]:
    """What an image has in the storage: its file and the smaller ones."""
    return [name, *(sized_name(name, width) for width in widths)]


def delete_files(image: Image) -> None:
    """Removes an image's files from the storage."""
    for name in image_files(str(image.file.name), image.widths):
        image.file.storage.delete(name)


def clean_alt_text(alt_text: str, *, field: str = "alt_text") -> str:
    """What an image shows, as it is stored. Raises Invalid naming ``field``."""
    return clean_text(alt_text, field=field, limit=limits.ALT_TEXT)


def usable_image(image_id: UUID, *, tenant_id: UUID | None, field: str) -> Image:
    """The tenant's image with this id, held until the transaction ends, so that nobody discards it
    meanwhile. Raises Invalid: another tenant's answers like none."""
    image = Image.objects.select_for_update(no_key=True).filter(pk=image_id).first()
    if image is None or image.tenant_id != tenant_id:
        raise Invalid({field: "unknown_id"})
    return image


def describe_image(image_id: UUID, alt_text: str) -> None:
    """Says what an image shows. Raises Invalid (alt_text)."""
    Image.objects.filter(pk=image_id).update(alt_text=clean_alt_text(alt_text))


def erase_images(image_ids: Collection[UUID]) -> None:
    """Removes images and, after commit, their files."""
    for image in Image.objects.filter(pk__in=image_ids):
        image.delete()
        transaction.on_commit(partial(delete_files, image))
