"""Sessions in the database that nobody can take over who reads it: their keys are stored as
digests."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

# As many characters as the column takes; 160 bits of the digest.
_LENGTH = 40


class SessionStore(db.SessionStore):
    """Django's own, but for what the key is called in the table. Synchronous alone, as the server
    is."""

    def exists(self, session_key: str | None) -> bool:
        """Whether there is such a session."""
        return super().exists(_stored(session_key))

    def create_model_instance(self, data: Any) -> AbstractBaseSession:
        """The row that keeps this session."""
        row = super().create_model_instance(data)
        row.session_key = _stored(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Ends a session, by default this one."""
        if key := session_key or self.session_key:
            super().delete(_stored(key))

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = self.model.objects.filter(
            session_key=_stored(self.session_key), expire_date__gt=timezone.now()
        ).first()
        if row is None:
            self._session_key = None
        return row


def _stored(session_key: str | None) -> str:
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:_LENGTH]
