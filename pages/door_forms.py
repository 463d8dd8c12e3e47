"""The forms of the door: a scan, a search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from config.text import clean_text
from events.domain.times import read_time, to_utc
from pages.forms import DomainForm, text
from rsvps import limits

# What Django's fields say, by their codes.
_KEYS = {"invalid": "not_an_id", "null_characters_not_allowed": "control_characters"}


class ScanForm(forms.Form):
    """A ticket's code, or a guest found by name; ``scan_id`` and ``scanned_at`` come from scripts
    that keep scans while there is no network."""

    ticket = forms.CharField(required=False)
    rsvp_id = forms.UUIDField(required=False)
    scan_id = forms.UUIDField(required=False)
    scanned_at = forms.CharField(required=False)

    def scan(self) -> dict[str, Any]:
        """What check_in() takes, without what was not sent. Raises Invalid."""
        if not self.is_valid():
            raise Invalid(
                {
                    field: [_KEYS[str(problem.code)] for problem in problems]
                    for field, problems in self.errors.as_data().items()
                }
            )
        sent = {field: value for field, value in self.cleaned_data.items() if value}
        if ("ticket" in sent) == ("rsvp_id" in sent):
            raise Invalid({"ticket": "ticket_or_guest"})
        if "scanned_at" in sent:
            seen = read_time(sent["scanned_at"], field="scanned_at")
            sent["scanned_at"] = to_utc(seen, field="scanned_at")
        return sent


class UndoForm(forms.Form):
    """Whose check-in is taken back."""

    rsvp_id = forms.UUIDField()


class DoorSearch(DomainForm):
    """Words in a guest's name."""

    q = text(
        _("Find by name"),
        limit=limits.NAME,
        attrs={"type": "search", "autocomplete": "off", "placeholder": _("Find by name")},
    )

    def words(self) -> str:
        """The words as they can be stored. Raises Invalid."""
        return clean_text(self.cleaned_data["q"], field="q", limit=limits.NAME)
