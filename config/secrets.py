"""The instance's own secret, made once and kept beside its data."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.files import draft_beside


def instance_secret(data_dir: Path) -> str:
    """The secret key kept in ``data_dir``, generated on first use (owner-readable only).

    Processes that start together agree, in whatever container they run: the file appears whole,
    and only one of them can put it there. Raises ImproperlyConfigured for an empty file. It is
    never replaced: another process may hold the key that was in it, and every link with it.
    """
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with draft_beside(path) as draft:
            draft.write_text(secrets.token_urlsafe(50))
            with suppress(FileExistsError):
                os.link(draft, path)
    key = path.read_text().strip()
    if not key:
        raise ImproperlyConfigured(
            f"{path} is empty. Restore it from a backup, or delete it to have a new key made; "
            "links made with the old key will then stop working."
        )
    return key
