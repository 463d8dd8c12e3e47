"""The instance's own secret, made once and kept beside its data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def instance_secret(data_dir: Path) -> str:
    """The secret key kept in ``data_dir``, generated on first use (owner-readable only).

    Two processes starting together agree: only one can create the file, the other reads it.
    """
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"secret_key.{os.getpid()}")
        descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
