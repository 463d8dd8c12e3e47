"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def draft_beside(target: Path) -> Iterator[Path]:
    """An empty file in the same folder that only its owner can read, gone after the block unless
    it was renamed to ``target``."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(descriptor)
    draft = Path(name)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read, in the place of the one that is there."""
    with draft_beside(path) as draft:
        draft.write_bytes(content)
        draft.replace(path)
