"""Texts that are stored encrypted, under keys derived from the server's own: a leaked database
alone opens none."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES = 12


class Unsealable(ValueError):
    """What was sealed under a key we do not hold, for another purpose or context, or was changed
    since."""


def seal(content: bytes, *, purpose: str, context: bytes = b"") -> bytes:
    """``content``, encrypted and authenticated (AES-256-GCM) under a key derived from the server's
    key for this ``purpose`` and ``context`` (HKDF-SHA256). Only the same two open it again: the
    context may be the id of the row it is stored in, or hold a secret of whoever asks. 28 bytes
    longer than ``content``."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    key = _derived(settings.SECRET_KEY, purpose, context)
    return nonce + AESGCM(key).encrypt(nonce, content, None)


def unseal(sealed: bytes, *, purpose: str, context: bytes = b"") -> bytes:
    """What was sealed. SECRET_KEY_FALLBACKS are tried as well. Raises Unsealable."""
    nonce, encrypted = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return AESGCM(_derived(secret, purpose, context)).decrypt(nonce, encrypted, None)
        except (InvalidTag, ValueError):  # another key's, or too short to be sealed
            continue
    raise Unsealable(purpose)


def _derived(secret: str, purpose: str, context: bytes) -> bytes:
    info = f"convene.{purpose}".encode() + b"\0" + context
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(secret.encode())
