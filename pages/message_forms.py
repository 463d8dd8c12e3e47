"""The forms that write messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comments import limits
from comments.enums import MessageType, MessageVisibility
from events.enums import Notify
from pages.forms import DomainForm, flag, long_text


class MessageForm(DomainForm):
    """A guest's words to the hosts."""

    content = long_text(_("Message"), limit=limits.MESSAGE, required=True)


class CommentForm(DomainForm):
    """What somebody says for everybody to read."""

    content = long_text(_("Your comment"), limit=limits.COMMENT, required=True)


class AnnouncementForm(MessageForm):
    """An organizer's word on the event; each visibility is a button of its own."""

    visibility = forms.ChoiceField(
        choices=[(v.value, v.label) for v in (MessageVisibility.PUBLIC, MessageVisibility.ADMIN)]
    )
    mailed = flag(_("Also e-mail guests"))

    def values(self) -> dict[str, Any]:
        """What announce() takes. A note is mailed to nobody, whatever is ticked."""
        public = self.cleaned_data["visibility"] == MessageVisibility.PUBLIC
        told = Notify.GOING if public and self.cleaned_data["mailed"] else Notify.NONE
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
        help_text=_("The event's organizers read it. You may leave it out."),
    )
