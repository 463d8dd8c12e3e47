"""Files in the storage against the rows that name them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.files.storage import default_storage

from accounts.domain.images import image_files
from accounts.models import Image, User
from channels.models import Channel

# A file is stored before its row: one this recent may still get one.
_GRACE = timedelta(hours=1)
# (model, column, folder); a test holds the folders equal to the models' own.
NAMED_BY = ((Image, "file", "images"), (User, "avatar", "avatars"), (Channel, "banner", "banners"))


class FileProblems(NamedTuple):
    """Names of files that no row mentions, and of files that a row mentions but do not exist."""

    orphaned: list[str]
    missing: list[str]


def file_problems(now: datetime) -> FileProblems:
    """Compares the upload folders with the rows that mention files in them. Four queries."""
    named: set[str] = set()
    stored: set[str] = set()
    for model, column, folder in NAMED_BY:
        rows = model._default_manager.exclude(**{column: ""})
        named |= set(rows.values_list(column, flat=True))
        stored |= set(_files(folder))
    for name, widths in Image.objects.exclude(widths=[]).values_list("file", "widths"):
        named.update(image_files(name, widths))
    orphaned = sorted(name for name in stored - named if _is_old(name, now))
    return FileProblems(orphaned, sorted(named - stored))


def _files(folder: str) -> Iterator[str]:
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        yield f"{folder}/{name}"


def _is_old(name: str, now: datetime) -> bool:
    try:
        return now - default_storage.get_modified_time(name) > _GRACE
    except FileNotFoundError:  # gone since it was listed
        return False
