"""The forms of an answer: a guest's own, and what organizers do with it."""

from __future__ import annotations

from typing import Any

from django import forms

from config.forms import DomainForm, flag, long_text, text, whole
from config.template_tags import ANSWERS
from events.facts import EventFacts
from rsvps import limits
from rsvps.enums import Approval, Attendance
from rsvps.facts import RsvpFacts


class AnswerRadios(forms.RadioSelect):
    """Going, maybe, can't go; ``closed`` are the values that cannot be chosen now."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Marks an option that cannot be chosen."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value in self.closed:
            option["attrs"]["disabled"] = True
        return option


class RsvpForm(DomainForm):
    """An answer to ``event``; with ``rsvp`` it changes that one."""

    name = text("Your name", limit=limits.NAME, required=True, attrs={"autocomplete": "name"})
    attendance = forms.ChoiceField(
        label="Are you going?", choices=list(ANSWERS.items()), widget=AnswerRadios
    )
    guest_count = whole("Guests you bring", lowest=0, highest=0, initial=0)
    email = text(
        "Email",
        limit=limits.EMAIL,
        help_text="Only the organizer sees it.",
        widget=forms.EmailInput,
        attrs={"autocomplete": "email"},
    )
    pronouns = text("Pronouns", limit=limits.PRONOUNS, help_text="Shown beside your name.")
    note = long_text("Note", limit=limits.NOTE, rows=3, help_text="Only the organizer reads it.")
    is_private = flag("Don't show me in the list")

    def __init__(
        self, *args: Any, event: EventFacts, rsvp: RsvpFacts | None = None, **kwargs: Any
    ) -> None:
        if rsvp is not None:
            kwargs["initial"] = {name: getattr(rsvp, name) for name in RsvpForm.base_fields}
        super().__init__(*args, **kwargs)
        bring = event.max_guests_per_rsvp
        if rsvp is not None:
            bring = max(bring, rsvp.guest_count)
        elif not event.takes_going and isinstance(
            radios := self.fields["attendance"].widget, AnswerRadios
        ):
            radios.closed = frozenset({Attendance.GOING.value})
        self.fields["guest_count"].widget.attrs["max"] = bring
        self.fields["guest_count"].help_text = f"Up to {bring}, besides yourself."
        self.brings_guests = bring > 0

    def values(self) -> dict[str, Any]:
        """The answer in domain words."""
        return {**self.cleaned_data, "guest_count": self.cleaned_data["guest_count"] or 0}


class GuestForm(RsvpForm):
    """An answer that an organizer enters for somebody."""

    force = flag(
        "Let them in anyway",
        help_text="Past a full house, closed RSVPs and approval. It is noted in the log.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.fields["attendance"].label = "Are they going?"
        self.fields["attendance"].widget.closed = frozenset()
        self.fields["guest_count"].label = "Guests they bring"
        self.fields["is_private"].label = "Don't show them in the list"

    def values(self) -> dict[str, Any]:
        """The answer alone; ``force`` is no part of it."""
        return {field: value for field, value in super().values().items() if field != "force"}


class ReasonForm(DomainForm):
    """Why an answer is turned down."""

    reason = long_text(
        "Reason", limit=limits.REASON, rows=3, help_text="The guest reads it. You may leave it out."
    )


class GuestFilter(forms.Form):
    """What the organizer's list is narrowed to; a value that is none narrows nothing."""

    q = text("Search", limit=limits.NAME, widget=forms.TextInput, attrs={"type": "search"})
    status = forms.ChoiceField(
        label="Answer", choices=[("", "Any answer"), *ANSWERS.items()], required=False
    )
    approval = forms.ChoiceField(
        label="Approval", choices=[("", "Any approval"), *Approval.choices], required=False
    )
