"""Loading an event's archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from config.errors import Invalid
from operations.archive.checking import read_bundle
from operations.archive.columns import IMAGE_BYTES, IMAGES, MANIFEST, ROWS, ROWS_BYTES
from operations.archive.storing import StoredFiles, store_event
from operations.archive.unpacking import opened_archive, read_file, read_json


class Imported(NamedTuple):
    """An event that was loaded; ``notes`` are sentences on what could not be imported."""

    event_id: UUID
    title: str
    rsvps: int
    notes: list[str]


def import_event(*, source: Path, replace: bool = False) -> Imported:
    """Stores an archive's event with everything on it, under the ids it had.

    The tenant, channel and accounts it belongs to are found by slug and address; what does not
    exist here is left out and noted. Counters are counted anew; seats beyond a capacity count as
    accepted. All of it is one transaction. ``replace`` erases the event of this id first. Raises
    NotFound, Invalid, PayloadTooLarge, and Conflict when one of the ids is taken.
    """
    bundle = read_bundle(*_unpacked(source))
    stored_files = StoredFiles()
    with stored_files.kept_if_stored():
        notes = store_event(bundle, stored_files, replace=replace)
    return Imported(bundle.event.id, bundle.event.title, len(bundle.rsvps), notes)


def _unpacked(source: Path) -> tuple[Any, dict[str, bytes]]:
    """The rows, and the images by name."""
    with opened_archive(source, "event") as (archive, _):
        names = set(archive.namelist()) - {MANIFEST, ROWS}
        if len(names) > 1 or not all(name.startswith(IMAGES) for name in names):
            raise Invalid({"archive": "foreign_files"})
        images = {
            name.removeprefix(IMAGES): read_file(archive, name, IMAGE_BYTES) for name in names
        }
        return read_json(read_file(archive, ROWS, ROWS_BYTES)), images
