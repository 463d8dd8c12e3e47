"""The root token: one credential that stands in for any owner's."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.domain.tokens import CapabilityToken, mint, verify
from accounts.enums import TokenKind
from accounts.models import RootCredential


def root_credential() -> RootCredential:
    """What the root token is derived from; made on first use."""
    return RootCredential.objects.get_or_create(only=True)[0]


def root_token() -> str:
    """The current root token."""
    credential = root_credential()
    return mint(TokenKind.ROOT, credential.id, credential.version)


def rotate_root_token() -> str:
    """A new root token; the old one is dead at once."""
    with transaction.atomic():
        RootCredential.objects.get_or_create(only=True)
        credential = RootCredential.objects.select_for_update().get()
        credential.version += 1
        credential.rotated_at = timezone.now()
        credential.save(update_fields=["version", "rotated_at"])
    return mint(TokenKind.ROOT, credential.id, credential.version)


def is_root_token(token: CapabilityToken) -> bool:
    """Whether this is the current root token. One query."""
    version = RootCredential.objects.filter(pk=token.id).values_list("version", flat=True).first()
    return version is not None and verify(token, version)
