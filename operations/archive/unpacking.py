"""Opening an archive. Nothing is unpacked to disk, and no name in it becomes a path."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from config.errors import Invalid, NotFound, PayloadTooLarge
from operations.archive.columns import FORMAT, MANIFEST, MANIFEST_BYTES

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, IsADirectoryError, EOFError, KeyError, RuntimeError),
    NotImplementedError,
)


@contextmanager
def opened_archive(source: Path, kind: str) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """The archive and its manifest. Raises NotFound, and Invalid (``archive``) for a file that is
    no archive of this kind, or broken."""
    try:
        with _readable("archive"):
            file = source.open("rb")
    except FileNotFoundError:
        raise NotFound("no_such_file", path=source) from None
    with file:
        with _readable("archive"):
            archive = zipfile.ZipFile(file)
        yield archive, _manifest(archive, kind)


def read_file(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """The file's content. What unpacks to more than ``limit`` bytes is not read to its end. Raises
    Invalid (``archive``) for a file that is missing or broken, and PayloadTooLarge."""
    with _readable("archive"), archive.open(name) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise PayloadTooLarge("archive_file_too_large", name=name)
    return content


def read_json(content: bytes, where: str = "archive") -> Any:
    """What the JSON says. Raises Invalid naming ``where``."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Invalid({where: "archive_unreadable"}) from None


def read_lines(archive: zipfile.ZipFile, name: str, limit: int) -> Iterator[tuple[str, Any]]:
    """Each line of a file of JSON Lines with its name, ``events.jsonl line 7``. Raises Invalid
    naming the file or the line, PayloadTooLarge for a line of more than ``limit`` bytes."""
    with _readable(name):
        file = archive.open(name)
    with file:
        for number in count(1):
            where = f"{name} line {number}"
            with _readable(where):
                line = file.readline(limit + 1)
            if not line:
                return
            if len(line) > limit:
                raise PayloadTooLarge("archive_file_too_large", name=where)
            yield where, read_json(line, where)


@contextmanager
def _readable(where: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise Invalid({where: "not_an_archive"}) from None


def _manifest(archive: zipfile.ZipFile, kind: str) -> dict[str, Any]:
    manifest = read_json(read_file(archive, MANIFEST, MANIFEST_BYTES))
    version = manifest.get("format") if isinstance(manifest, dict) else None
    # The first archives were of events alone and did not say so.
    if type(version) is not int or version < 1 or manifest.get("kind", "event") != kind:
        raise Invalid({"archive": "not_an_archive"})
    if version > FORMAT:
        raise Invalid({"archive": "newer_archive"})
    return dict(manifest)
