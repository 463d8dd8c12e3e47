"""The forms that write messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.sentences import sentence
from comments import limits
from comments.enums import MessageType, MessageVisibility
from config.errors import flaw
from events.enums import Notify
from pages.forms import DomainForm, flag, long_text


class MessageForm(DomainForm):
    """A guest's words to the hosts."""

    content = long_text(_("Message"), limit=limits.MESSAGE, required=True)


class CommentForm(DomainForm):
    """What somebody says for everybody to read."""

    content = long_text(_("Your comment"), limit=limits.COMMENT, required=True)


class WriteForm(MessageForm):
    """An organizer's words to guests. With ``visibility`` they stand on the event's page (public)
    or are a note for organizers (admin); without, each guest of the group reads them on their
    own."""

    to = forms.ChoiceField(
        label=_("To"),
        choices=[
            ("going", pgettext_lazy("group of guests", "Going")),
            ("waiting", pgettext_lazy("group of guests", "Waiting")),
            ("maybe", pgettext_lazy("group of guests", "Maybe")),
            ("all", pgettext_lazy("group of guests", "Everyone")),
        ],
        required=False,
    )
    visibility = forms.ChoiceField(
        choices=[
            ("", ""),
            *((v.value, v.label) for v in (MessageVisibility.PUBLIC, MessageVisibility.ADMIN)),
        ],
        required=False,
    )
    mailed = flag(_("Also e-mail guests"))

    def clean(self) -> dict[str, Any]:
        """Wants to know who reads it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("to") and cleaned.get("visibility") == "":
            self.add_error("to", sentence(flaw("required")))
        return cleaned

    @property
    def is_for_each(self) -> bool:
        """Whether each guest of a group is written to. Those who wait for an answer or may come are
        never told by an announcement, whatever is ticked."""
        said = self.cleaned_data
        return said["visibility"] != MessageVisibility.ADMIN and (
            not said["visibility"] or said["to"] in ("waiting", "maybe")
        )

    def values(self) -> dict[str, Any]:
        """What announce() takes. A note is mailed to nobody, whatever is ticked."""
        public = self.cleaned_data["visibility"] == MessageVisibility.PUBLIC
        told = Notify.NONE
        if public and self.cleaned_data["mailed"]:
            told = Notify.ALL if self.cleaned_data["to"] == "all" else Notify.GOING
        said = {name: self.cleaned_data[name] for name in ("content", "visibility")}
        return said | {"notify": told.value}


class GuestMessageForm(MessageForm):
    """An organizer's word to a guest, or a note on them; each kind is a button of its own."""

    type = forms.ChoiceField(
        choices=[(t.value, t.label) for t in (MessageType.ADMIN_MESSAGE, MessageType.ADMIN_NOTE)]
    )


class TakedownForm(DomainForm):
    """Why an event is taken down."""

    reason = long_text(
        _("Reason"),
        limit=limits.TAKEDOWN_REASON,
        rows=3,
        help_text=_("The event’s organizers read it. You can leave it empty."),
    )
