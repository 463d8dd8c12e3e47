"""Wanting less mail: what the links at the end of every mail lead to.

A code stands for one recipient and one event, is derived and stored nowhere, and stops mail. It
opens nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from config.errors import NotFound
from notify.enums import Stop
from notify.models import Suppression

_NO_EVENT = UUID(int=0)
_MAC_BYTES = 16
_LENGTH = 64  # 48 bytes in base64url


class Unsubscriber(NamedTuple):
    """Who opened such a link, as a hash, and the event the mail was about."""

    recipient: str
    event_id: UUID | None


def unsubscribe_url(site: str, recipient: str, event_id: UUID | None) -> str:
    """The page that asks what to stop; a POST there stops mail about the event, as mail programs
    send it (RFC 8058)."""
    body = (event_id or _NO_EVENT).bytes + bytes.fromhex(recipient)
    code = base64.urlsafe_b64encode(body + _mac(settings.SECRET_KEY, body)).decode()
    return f"{site}/mail/off/{code}"


def unsubscriber(code: str) -> Unsubscriber:
    """Whom a code stands for. Raises NotFound for anything that is none of ours."""
    try:
        if len(code) != _LENGTH or not code.isascii():
            raise ValueError
        decoded = base64.b64decode(code, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise NotFound("bad_unsubscribe_link") from None
    body, mac = decoded[:-_MAC_BYTES], decoded[-_MAC_BYTES:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(mac, _mac(key, body)) for key in keys):
        raise NotFound("bad_unsubscribe_link")
    event_id = UUID(bytes=body[:16])
    return Unsubscriber(body[16:].hex(), None if event_id == _NO_EVENT else event_id)


def stop_mail(who: Unsubscriber, stop: Stop) -> Stop:
    """Stops such mail; what it came to. In a mail that is about no event, EVENT stops everything.
    Stopping twice changes nothing."""
    if who.event_id is None:
        stop = Stop.SITE
    event_id = None if stop == Stop.SITE else who.event_id
    Suppression.objects.bulk_create(
        [Suppression(recipient=who.recipient, event_id=event_id, stop=stop)],
        ignore_conflicts=True,
    )
    return stop


def stops_of(who: Unsubscriber) -> set[str]:
    """What this recipient stopped, of this event and of the site."""
    stops = Suppression.objects.filter(recipient=who.recipient).exclude(stop=Stop.REFUSED)
    rows = stops.values_list("event_id", "stop")
    return {stop for event_id, stop in rows if event_id in (None, who.event_id)}


def resume_mail(who: Unsubscriber) -> None:
    """Takes back what this recipient stopped, of this event and of the site."""
    stops = Suppression.objects.filter(recipient=who.recipient).exclude(stop=Stop.REFUSED)
    stops.filter(event_id=None).delete()
    stops.filter(event_id=who.event_id).delete()


def _mac(key: str, body: bytes) -> bytes:
    return hmac.digest(key.encode(), b"unsubscribe|" + body, hashlib.sha256)[:_MAC_BYTES]
