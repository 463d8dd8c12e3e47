"""What an organizer's guest list is narrowed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.text import clean_text
from events.facts import TierFacts
from pages.forms import text
from pages.template_tags import APPROVALS, THEIR_ANSWERS
from rsvps import limits
from rsvps.querysets import NO_TIER


class GuestFilter(forms.Form):
    """What the organizer's list is narrowed to; a value that is none narrows nothing."""

    q = text(_("Search"), limit=limits.NAME, widget=forms.TextInput, attrs={"type": "search"})
    status = forms.ChoiceField(
        label=_("RSVP"), choices=[("", _("Any RSVP")), *THEIR_ANSWERS.items()], required=False
    )
    approval = forms.ChoiceField(
        label=_("Approval"), choices=[("", _("Any approval")), *APPROVALS.items()], required=False
    )
    tier = forms.ChoiceField(label=_("Ticket"), required=False)

    def __init__(self, data: Mapping[str, Any], *, tiers: Iterable[TierFacts]) -> None:
        super().__init__(data)
        choices = [(str(tier.id), tier.name) for tier in tiers]
        if choices:
            choices = [("", gettext("Any ticket")), *choices, (NO_TIER, gettext("No ticket"))]
            self.fields["tier"] = forms.ChoiceField(
                label=_("Ticket"), choices=choices, required=False
            )
        else:
            del self.fields["tier"]

    def narrowed(self) -> dict[str, str]:
        """The list in the words of RsvpQuerySet.narrowed(). Raises Invalid (q)."""
        self.is_valid()
        said = self.cleaned_data
        return {
            "attendance": said.get("status", ""),
            "approval": said.get("approval", ""),
            "tier": said.get("tier", ""),
            "q": clean_text(said.get("q", ""), field="q", limit=limits.NAME),
        }

    def hidden_values(self) -> SafeString:
        """Hidden inputs that narrow in the same way."""
        said = ((field.html_name, field.value() or "") for field in self)
        return format_html_join("", '<input type="hidden" name="{}" value="{}">', said)
