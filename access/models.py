"""What is kept about requests."""

from __future__ import annotations

from django.db import models

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
