"""One real mail, to see whether mail arrives."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from config.cleaners import Email
from config.errors import NotAllowed
from notify import limits
from notify.domain.mail.delivery import Delivery, Result


def send_trial(address: str) -> Result:
    """Sends it now; what became of it. Raises Invalid (email), and NotAllowed without a mail
    server."""
    to = Email(limits.ADDRESS, required=True).clean("email", address)
    if not settings.MAIL_ENABLED:
        raise NotAllowed("mail_off")
    letter = EmailMultiAlternatives(
        subject=_("Mail from %(site)s works") % {"site": settings.SITE_NAME},
        body=_("This is the mail that manage.py doctor was asked to send."),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    with Delivery() as delivery:
        return delivery.send(letter)
