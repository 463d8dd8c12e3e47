"""API keys: issued once, stored as digests, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone

from accounts import limits
from accounts.domain.actors import Actor
from accounts.enums import KeyKind, Scope
from accounts.models import ApiKey, User
from accounts.rows import KeyRow, key_rows
from config.errors import Invalid, NotFound, Unauthenticated, flaw
from config.text import clean_text, is_slug

# "pk_live_" and 8 characters find the key; the 43 after them (256 bits) prove it.
_NAME = 8
_SECRET_BYTES = 32
_PREFIX = 8 + _NAME
_USE_NOTED_EVERY = timedelta(minutes=10)
# What keys of each kind may be allowed to do.
ALLOWED_SCOPES = {
    KeyKind.PUBLISHABLE: frozenset({Scope.READ_PUBLIC}),
    KeyKind.SECRET: frozenset(Scope),
}


class Room(Protocol):
    """The channel a key may be limited to."""

    @property
    def pk(self) -> Any: ...
    @property
    def tenant_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A fresh key; ``text`` is shown once and stored nowhere."""

    id: UUID
    prefix: str
    text: str


def issue_key(
    *,
    user: User,
    kind: KeyKind = KeyKind.SECRET,
    scopes: Sequence[str] | None = None,
    channel: Room | None = None,
    expires_at: datetime | None = None,
    name: str = "",
) -> IssuedKey:
    """A key that acts for ``user`` within the user's tenant; every scope of its kind by default.

    Raises Invalid for a scope the kind cannot have, a channel of another tenant, an expiry in the
    past, or a name that does not fit.
    """
    name = clean_text(name, field="name", limit=limits.KEY_NAME)
    wanted = frozenset(scopes) if scopes else ALLOWED_SCOPES[kind]
    if not wanted <= ALLOWED_SCOPES[kind]:
        allowed = ", ".join(sorted(ALLOWED_SCOPES[kind]))
        raise Invalid({"scope": flaw("scope_not_allowed", kind=kind.label.lower(), scopes=allowed)})
    if channel is not None and (user.tenant_id is None or channel.tenant_id != user.tenant_id):
        raise Invalid({"channel": "channel_of_another_tenant"})
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid({"expires": "not_in_the_future"})
    text = kind + _name() + secrets.token_urlsafe(_SECRET_BYTES)
    key = ApiKey.objects.create(
        user=user,
        tenant_id=user.tenant_id,
        channel_id=None if channel is None else channel.pk,
        name=name,
        kind=kind,
        prefix=text[:_PREFIX],
        digest=_digest(text),
        scopes=sorted(wanted),
        expires_at=expires_at,
    )
    return IssuedKey(key.id, key.prefix, text)


def revoke_key(prefix: str) -> ApiKey:
    """Ends the key with this visible prefix at once. Raises NotFound."""
    key = ApiKey.objects.filter(prefix=prefix.rstrip("…")).first()
    if key is None:
        raise NotFound("api_key_not_found")
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
    return key


def actor_from_key(text: str) -> Actor:
    """Who a key acts for. One query. Raises Unauthenticated for a key that is unknown, revoked,
    expired, or whose user was deactivated.

    A publishable key is public by nature: it reads what everybody may read, within its tenant, and
    is nobody in particular. When its user has left the tenant it was issued for, a key has none.
    """
    key = _find(text)
    if key is None:
        raise Unauthenticated("bad_api_key")
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= _USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.id).update(last_used_at=now)
    scopes = frozenset(key.scopes) & ALLOWED_SCOPES[KeyKind(key.kind)]
    tenant_id = key.tenant_id if key.tenant_id == key.user_tenant_id else None
    if key.kind == KeyKind.PUBLISHABLE:
        return Actor(presented=True, tenant_id=tenant_id, channel_id=key.channel_id, scopes=scopes)
    return Actor(
        presented=True,
        is_root=key.is_superuser,
        user_id=key.user_id,
        user_name=called(key.display_name, key.email),
        staff_of=tenant_id if key.is_staff else None,
        tenant_id=tenant_id,
        channel_id=key.channel_id,
        scopes=scopes,
        may_write=Scope.WRITE_SALES in scopes,
    )


def called(display_name: str, email: str) -> str:
    """What others call a user; never the whole e-mail address."""
    return display_name or email.partition("@")[0]


def _find(text: str) -> KeyRow | None:
    if not is_slug(text) or not text.startswith(tuple(KeyKind.values)):
        return None
    digest = _digest(text)
    keys = key_rows(text[:_PREFIX], timezone.now())
    return next((key for key in keys if hmac.compare_digest(key.digest, digest)), None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _name() -> str:
    return "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(_NAME))
