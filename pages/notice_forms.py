"""The form that asks which guests are told of a change."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from events.domain.notices import Notice, clean_notice
from events.enums import Notify
from events.fields import NOTICE
from pages.base import PageRequest
from pages.forms import DomainForm, shown
from rsvps.domain.audience import Audience, audience_of_all


class NoticeForm(DomainForm):
    """Whom to tell by mail, with how many each choice reaches if that is ``counted``. Without mail,
    or when nobody left an address, it asks nothing; ``audience`` is None without mail."""

    notify = forms.ChoiceField(
        label=_("Tell guests by e-mail"), widget=forms.RadioSelect, required=False
    )
    notify_message = shown(
        NOTICE["notify_message"],
        _("Your message to them"),
        help_text=_("It is added to the e-mail."),
    )

    def __init__(
        self, *args: Any, audience: Audience | None, counted: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sends_mail = audience is not None
        self.asks = False
        if audience is None or audience.all == 0:
            self.fields.clear()
            return
        self.asks = True
        choice: Any = self.fields["notify"]
        choice.choices = [
            (Notify.NONE, Notify.NONE.label),
            (Notify.GOING, _counted(Notify.GOING.label, audience.going if counted else None)),
            (Notify.ALL, _counted(Notify.ALL.label, audience.all if counted else None)),
        ]

    def notice(self) -> Notice:
        """What was chosen; nobody when nothing was. Raises Invalid."""
        chosen = {name: said for name, said in self.cleaned_data.items() if said}
        return clean_notice(chosen)


def _counted(label: Any, number: int | None) -> str:
    return str(label) if number is None else f"{label} ({number})"


def notice_form(
    request: PageRequest,
    event_ids: Collection[UUID],
    *,
    first: Notify,
    sent: bool,
    counted: bool = True,
) -> NoticeForm:
    """The form about the guests of these events: as it was ``sent``, or with ``first`` chosen."""
    return NoticeForm(
        request.POST if sent else None,
        initial={"notify": first.value},
        audience=audience_of_all(event_ids) if settings.MAIL_ENABLED else None,
        counted=counted,
    )
