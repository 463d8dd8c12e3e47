"""How mail is addressed: recipients as hashes, and the names of mails and threads."""

from __future__ import annotations

import hashlib
import hmac
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings

from config.text import mailbox_of
from notify import limits


def recipient_of(address: str) -> str:
    """A keyed hash of the mailbox, whatever address of it this is: what one person gets is limited,
    and can be stopped, as a whole."""
    return _keyed(f"mail|{mailbox_of(address)}")


def address_key(address: str) -> str:
    """A keyed hash of this very address, whatever its case: what links belong to it, and whether a
    server refused it, says nothing of another address of the same mailbox."""
    return _keyed(f"address|{address.lower()}")


def sender_address() -> str:
    """What follows "From", without the name."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def message_id(mail_id: UUID) -> str:
    """The Message-ID of a mail: the same however often it is sent."""
    return f"<{mail_id}@{_domain()}>"


def thread_id(event_id: UUID, recipient: str) -> str:
    """What all mails of one event to one recipient refer to, so that they are shown together."""
    return f"<{_keyed(f'thread|{event_id}|{recipient}')}.thread@{_domain()}>"


def _domain() -> str:
    return sender_address().rpartition("@")[2] or "localhost"


def _keyed(text: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[: limits.RECIPIENT]
