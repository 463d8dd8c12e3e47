"""Smaller files for images that were stored without any."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from accounts.domain.images import store_sizes
from accounts.models import Image
from config.images import sizes_of


class Made(NamedTuple):
    """How many images got their sizes, and the names of files that are missing or no image."""

    made: int
    unreadable: list[str]


def make_missing_sizes() -> Made:
    """Makes the sizes of images that have none, one image a transaction."""
    made, unreadable = 0, []
    for image in Image.objects.filter(widths=[]).order_by("pk"):
        sizes = _sizes(image)
        if not sizes:
            unreadable.append(str(image.file.name))
            continue
        with transaction.atomic():
            # Held, so that whoever deletes it knows of the files that come to be here.
            held = Image.objects.select_for_update().filter(pk=image.pk, widths=[]).first()
            if held is not None:
                store_sizes(held, sizes)
                held.save(update_fields=["widths"])
                made += 1
    return Made(made, unreadable)


def _sizes(image: Image) -> dict[int, bytes]:
    try:
        with image.file.open("rb") as file:
            return sizes_of(file.read())
    except FileNotFoundError:
        return {}
