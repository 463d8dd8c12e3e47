"""What is kept about requests, and the tokens of other servers that open something here."""

from __future__ import annotations

from django.db import models

from accounts.enums import TokenKind

# A SHA-256 in hexadecimal.
_DIGEST = 64


class StoredResponse(models.Model):
    """What a request with an idempotency key was answered, until it expires.

    Written by ``access/idempotency.py`` and nothing else. Without the server's key the id and the
    fingerprint say nothing about the request; the response cannot be read without the request's
    own key and credential either, and neither of them is stored.
    """

    id = models.CharField(primary_key=True, max_length=_DIGEST, editable=False)
    fingerprint = models.CharField(max_length=_DIGEST, editable=False)
    response = models.BinaryField(editable=False)
    expires_at = models.DateTimeField(editable=False)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="response_by_expiry")]

    def __str__(self) -> str:
        return f"{self.id[:12]}, until {self.expires_at:%Y-%m-%d %H:%M}"


class ImportedToken(models.Model):
    """The token of a link that was handed out by another server, by its SHA-256 digest.

    It opens what our own token of this kind, object and version opens, so it ends when that one
    does: with a new link, or with the object. Written by ``access/imported.py``.
    """

    digest = models.CharField(primary_key=True, max_length=_DIGEST, editable=False)
    kind = models.CharField(max_length=4, choices=TokenKind.choices, editable=False)
    object_id = models.UUIDField(editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.object_id}"
