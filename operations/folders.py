"""The folders that this instance writes to."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection


def data_folders() -> dict[Path, Path]:
    """The folders for data, images and SQLite's file, in order; each with itself or the nearest
    folder above that is there already."""
    folders = {Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT)}
    if connection.vendor == "sqlite":
        folders.add(Path(str(connection.settings_dict["NAME"])).parent)
    return {
        folder: next((each for each in [folder, *folder.parents] if each.exists()), folder)
        for folder in sorted(folders)
    }


def short_of_space() -> Path | None:
    """The first of these folders on a disk with less than settings.MIN_FREE_MB free, or None."""
    for folder, present in data_folders().items():
        if shutil.disk_usage(present).free < settings.MIN_FREE_MB * 1024**2:
            return folder
    return None
