"""The secrets that webhooks are signed with. They have to be read again, so they are sealed under
the server's key: a leaked database alone signs nothing."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from uuid import UUID

from config.sealing import seal, unseal
from notify.models import Endpoint

_PURPOSE = "webhook-secret"
_BYTES = 32


def new_secret() -> str:
    """A secret as Standard Webhooks writes it: ``whsec_`` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sealed(secret: str, endpoint_id: UUID) -> bytes:
    """The secret as it is stored."""
    return seal(secret.encode(), purpose=_PURPOSE, context=endpoint_id.bytes)


def secrets_of(endpoint: Endpoint, now: datetime) -> list[str]:
    """What a call is signed with: the secret, and for a day after a rotation the one before, too.
    Raises Unsealable when the server's key is another one."""
    stored = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > now:
        stored.append(endpoint.old_secret)
    context = endpoint.id.bytes
    return [unseal(bytes(each), purpose=_PURPOSE, context=context).decode() for each in stored]
