"""Asking for the links that belong to one's address."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from access.throttling import count_lost_links
from config.languages import active_language
from notify.domain.mail.addresses import address_key, recipient_of
from notify.domain.mail.sending import send_mails
from notify.enums import MailKind
from notify.fields import LOST_LINKS
from notify.models import Mail

# One request in so long is enough for an address. Another one of the same mailbox has other links,
# and counts for the same limits.
_AGAIN = timedelta(minutes=10)


def ask_for_lost_links(email: str) -> None:
    """Has the links that belong to this address mailed to it. What is done now is the same whether
    there are any: the worker looks. Raises Invalid (email), TooManyRequests."""
    address = LOST_LINKS["email"].kind.clean("email", email)
    recipient, now = recipient_of(address), timezone.now()
    count_lost_links(recipient)
    if not settings.MAIL_ENABLED:
        return
    window = int(now.timestamp() // _AGAIN.total_seconds())
    with transaction.atomic():
        Mail.objects.bulk_create(
            [
                Mail(
                    kind=MailKind.LOST_LINKS,
                    recipient=recipient,
                    address=address,
                    data={"language": active_language()},
                    once=f"lost|{address_key(address)}|{window}",
                )
            ],
            ignore_conflicts=True,
        )
        send_mails.enqueue()
