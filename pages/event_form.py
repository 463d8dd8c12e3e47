"""The form of an event, which making and changing one share. Fields go by their domain names."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from channels import limits as channel_limits
from channels.enums import Visibility
from events import limits
from events.domain.times import zone_names
from events.enums import Format
from events.facts import EventFacts
from pages.base import PageRequest
from pages.forms import DomainForm, Lines, flag, long_text, moment, text, whole

_TIMES = frozenset({"start_time", "end_time", "rsvp_close_at"})
_CHANNEL = frozenset({"channel_name", "channel_visibility"})
# A fresh event gets these from the domain when they are left empty; a change has to say them.
_NEEDED_BY_CHANGES = ("timezone", "format", "max_guests_per_rsvp")


class EventForm(DomainForm):
    """All of an event. Times are clock times in ``timezone``."""

    title = text("Title", limit=limits.TITLE, required=True)
    start_time = moment("Starts", required=True)
    end_time = moment("Ends")
    timezone = text(
        "Time zone",
        limit=limits.TIMEZONE,
        initial="UTC",
        help_text="The clock the event runs by, like Europe/Berlin or America/Chicago.",
        attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"},
    )
    format = forms.ChoiceField(
        label="Format", choices=Format.choices, initial=Format.IN_PERSON, required=False
    )
    location = text("Location", limit=limits.LOCATION, help_text="A place or an address.")
    online_url = text(
        "Online link",
        limit=limits.URL,
        help_text="Where to join, starting with https://.",
        attrs={"inputmode": "url"},
    )
    description = long_text(
        "Description",
        limit=limits.DESCRIPTION,
        rows=8,
        help_text="Markdown works: **bold**, _italic_, lists and [links](https://example.org).",
    )
    capacity = whole(
        "Places",
        lowest=1,
        highest=limits.CAPACITY,
        help_text="Guests that people bring count too. Leave empty for no limit.",
    )
    max_guests_per_rsvp = whole(
        "Guests each person may bring",
        lowest=0,
        highest=limits.GUESTS_PER_RSVP,
        initial=limits.DEFAULT_GUESTS_PER_RSVP,
    )
    is_private = flag(
        "Private event", help_text="In no list and no search. Who has its link can see it."
    )
    approval_required = flag(
        "I approve each guest",
        help_text="Answers wait for you. The place is shown to approved guests only.",
    )
    hide_location = flag(
        "Show the place to guests only",
        help_text="The location and the online link appear once somebody is going.",
    )
    rsvps_closed = flag("RSVPs are closed", help_text="Nobody new can answer until you reopen.")
    rsvp_close_at = moment("Close RSVPs at", help_text="In the event's time zone.")
    channel_name = text(
        "Channel",
        limit=channel_limits.SLUG,
        help_text="Lists this event with others. For a private channel you already have, "
        "use the last part of its address.",
    )
    channel_visibility = forms.ChoiceField(
        label="If the channel is new, it is",
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        required=False,
        widget=forms.RadioSelect,
    )
    tags = Lines(
        label="Tags",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Up to {limits.TAGS}, one on each line.",
    )

    def __init__(self, *args: Any, event: EventFacts | None = None, **kwargs: Any) -> None:
        if event is not None:
            kwargs["initial"] = _initial(event)
        super().__init__(*args, **kwargs)
        if event is not None:
            for name in _NEEDED_BY_CHANGES:
                self.fields[name].required = True
            for field in self.fields.values():
                field.show_hidden_initial = True

    def values(self) -> dict[str, Any]:
        """What a new event is made with; what was left empty keeps its default."""
        return {
            field: value for field, value in self._typed().items() if value not in (None, "", [])
        }

    def changes(self) -> dict[str, Any]:
        """What the visitor changed. Another zone re-reads the clock times as they stand."""
        changed = set(self.changed_data)
        if "timezone" in changed:
            changed |= _TIMES
        if changed & _CHANNEL:
            changed |= _CHANNEL
        return {field: value for field, value in self._typed().items() if field in changed}

    def _typed(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        for field in _TIMES:
            typed[field] = typed[field] or None
        return typed


def event_form_page(
    request: PageRequest, template: str, form: EventForm, **context: Any
) -> HttpResponse:
    """The page around the form."""
    context |= {"form": form, "zones": _zones()}
    return render(request, template, context, status=400 if form.errors else 200)


def _zones() -> list[str]:
    """Zones to choose from: places and UTC, without the abbreviations and fixed offsets."""
    return ["UTC", *sorted(z for z in zone_names() if "/" in z and not z.startswith("Etc/"))]


def _initial(event: EventFacts) -> dict[str, Any]:
    channel = event.channel
    return {
        "title": event.title,
        "start_time": _clock_time(event.start_time, event.timezone),
        "end_time": _clock_time(event.end_time, event.timezone),
        "timezone": event.timezone,
        "format": event.format,
        "location": event.location,
        "online_url": event.online_url,
        "description": event.description,
        "capacity": event.capacity,
        "max_guests_per_rsvp": event.max_guests_per_rsvp,
        "is_private": event.is_private,
        "approval_required": event.approval_required,
        "hide_location": event.hide_location,
        "rsvps_closed": event.closed_by_hand,
        "rsvp_close_at": _clock_time(event.rsvp_close_at, event.timezone),
        "channel_name": channel.name if channel else "",
        "channel_visibility": channel.visibility if channel else Visibility.PUBLIC,
        "tags": event.tags,
    }


def _clock_time(when: datetime | None, zone: str) -> str:
    return "" if when is None else f"{when.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
