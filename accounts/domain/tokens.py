"""Capability tokens: a link is a key.

``prefix + base64url(id + HMAC-SHA256(key, kind|id|version)[:16])``: derived, never stored, so a
leaked database opens nothing and a mail may carry a guest's own link again. The id leads to one
row by primary key; the row's version says whether the link still counts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from accounts.enums import TokenKind

_PREFIX = 4
_MAC_BYTES = 16
_LENGTH = _PREFIX + 43  # 32 bytes in unpadded base64url


class CapabilityToken(NamedTuple):
    """A well-formed token. Nothing about it is proven until verify() says so."""

    kind: TokenKind
    id: UUID
    mac: bytes


def mint(kind: TokenKind, id: UUID, version: int) -> str:
    """The token that opens ``id`` while its version is ``version``: 47 URL-safe characters."""
    body = id.bytes + _mac(settings.CAPABILITY_KEYS[0], kind, id, version)
    return _spell(kind, body)


def read(text: str) -> CapabilityToken | None:
    """The parts of a token, or None when the text is none. Touches no database."""
    if len(text) != _LENGTH or not text.isascii():
        return None
    try:
        kind = TokenKind(text[:_PREFIX])
        body = base64.b64decode(text[_PREFIX:] + "=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if _spell(kind, body) != text:  # base64 reads some texts alike; a token has one spelling
        return None
    return CapabilityToken(kind, UUID(bytes=body[:16]), body[16:])


def verify(token: CapabilityToken, version: int) -> bool:
    """Whether the token was minted for this version with a key we hold. Constant time per key."""
    return any(
        hmac.compare_digest(token.mac, _mac(key, token.kind, token.id, version))
        for key in settings.CAPABILITY_KEYS
    )


def proof_of_reading(token: str, address: str) -> str:
    """What a link in a mail carries beside its token: whoever opens the link with it has read mail
    to this address. 22 URL-safe characters; it opens nothing by itself."""
    return _proof(settings.CAPABILITY_KEYS[0], token, address)


def proves_reading(proof: str, token: str, address: str) -> bool:
    """Whether the proof was made for this token and address with a key we hold."""
    return any(
        hmac.compare_digest(proof.encode(), _proof(key, token, address).encode())
        for key in settings.CAPABILITY_KEYS
    )


def _proof(key: str, token: str, address: str) -> str:
    message = f"mailed|{token}|{address.lower()}".encode()
    mac = hmac.digest(key.encode(), message, hashlib.sha256)[:_MAC_BYTES]
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def _spell(kind: TokenKind, body: bytes) -> str:
    return kind.value + base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def _mac(key: str, kind: TokenKind, id: UUID, version: int) -> bytes:
    message = f"{kind.value}|{id}|{version}".encode()
    return hmac.digest(key.encode(), message, hashlib.sha256)[:_MAC_BYTES]
