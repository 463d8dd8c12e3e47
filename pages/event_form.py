"""The form of an event, which making and changing one share. Fields go by their domain names."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import format_lazy
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.sentences import sentence
from channels import limits as channel_limits
from channels.enums import Visibility
from config.errors import Invalid, flaw
from events import limits
from events.domain.drafts import clean_event
from events.enums import Format, GuestListFor
from events.facts import EventFacts
from events.fields import EVENT, PLACES, TIMES
from pages.base import PageRequest
from pages.form_keys import Refused
from pages.forms import DomainForm, flag, replace_sent, show_beside, shown, tell_overtaken, text
from pages.when import DayAndTime, When, ZoneSelect, when_shown, zone_choices

# What the page calls an event whose place is not known yet; it is stored as one in person.
LATER = "later"


_CHANNEL = frozenset({"channel_name", "channel_visibility"})
# Fields that mean something only together: a clock time is read in its zone.
_TOGETHER = (frozenset({"timezone"}) | TIMES, _CHANNEL)
# A fresh event gets these from the domain when they are left empty; a change has to say them.
_NEEDED_BY_CHANGES = ("timezone", "format", "max_guests_per_rsvp")
# Set unless somebody says otherwise: an empty box counts where the form remembers its first state.
_SET_FIRST = frozenset(
    {"waitlist", "show_online_url", "show_guests", "show_counts", "comments_enabled"}
)

# What the page asks for first; the rest is folded away.
_ALWAYS_SHOWN = frozenset(
    {
        *("title", "start_time", "end_time", "past", "timezone", "format", "location"),
        *("online_url", "description", "host_name", "host_email"),
    }
)


class OneLine(forms.CharField):
    """A text of one line, in a field that grows with it."""

    def to_python(self, value: Any) -> str:
        """The text; line ends that were pasted are spaces."""
        return " ".join((super().to_python(value) or "").splitlines())


class EventForm(DomainForm):
    """All of an event. Times are clock times in ``timezone``."""

    title = OneLine(
        label=_("Title"),
        widget=forms.Textarea(attrs={"rows": 1, "maxlength": limits.TITLE, "data-one-line": ""}),
    )
    start_time = forms.CharField(label=_("Starts"), widget=DayAndTime())
    end_time = forms.CharField(
        label=_("Ends"), required=False, widget=DayAndTime(follows="start_time")
    )
    past = flag(_("Yes, it’s in the past"))
    timezone = forms.CharField(
        label=_("Time zone"), initial="UTC", required=False, widget=ZoneSelect
    )
    format = forms.ChoiceField(
        label=_("Where"),
        choices=[
            (Format.IN_PERSON.value, pgettext_lazy("where an event is", "Place")),
            (Format.VIRTUAL.value, pgettext_lazy("where an event is", "Online")),
            (Format.HYBRID.value, pgettext_lazy("where an event is", "Both")),
            (LATER, pgettext_lazy("where an event is", "Later")),
        ],
        initial=Format.IN_PERSON,
        required=False,
        widget=forms.RadioSelect,
    )
    location = shown(
        EVENT["location"],
        _("Location"),
        attrs={"placeholder": _("Place or address"), "autocomplete": "off"},
    )
    online_url = shown(
        EVENT["online_url"],
        _("Online link"),
        help_text=_("Where to join. Only guests who are going see it, unless you say otherwise."),
        attrs={"placeholder": "https://", "autocomplete": "off"},
    )
    description = shown(
        EVENT["description"],
        _("What should people know?"),
        rows=4,
        help_text=_("**bold**, _italic_, lists and [links](https://example.org) work."),
    )
    host_name = shown(EVENT["host_name"], _("Hosted by"), attrs={"autocomplete": "organization"})
    host_email = shown(
        EVENT["host_email"],
        _("Your e-mail"),
        widget=forms.EmailInput,
        help_text=_("So we can send you your link again. Nobody else sees it."),
        attrs={"autocomplete": "email"},
    )
    capacity = shown(
        EVENT["capacity"],
        _("Capacity, including plus-ones"),
        help_text=_("Leave empty for no limit."),
    )
    max_guests_per_rsvp = shown(
        EVENT["max_guests_per_rsvp"],
        _("Plus-ones per guest"),
        initial=limits.DEFAULT_GUESTS_PER_RSVP,
    )
    approval_required = shown(
        EVENT["approval_required"],
        _("You approve each RSVP"),
        help_text=_("Only approved guests see the location."),
    )
    waitlist = shown(
        EVENT["waitlist"],
        _("Waitlist"),
        initial=True,
        help_text=_("When all spots are taken, guests can wait for one. The next in line gets it."),
    )
    rsvp_close_at = shown(
        EVENT["rsvp_close_at"], _("RSVPs close"), help_text=_("In the event’s time zone.")
    )
    rsvps_closed = shown(
        EVENT["rsvps_closed"],
        _("RSVPs are closed"),
        help_text=_("Nobody new can RSVP until you reopen them."),
    )
    is_private = shown(
        EVENT["is_private"],
        _("Private event"),
        help_text=_("Hidden from listings. Anyone with the link can see it."),
    )
    hide_location = shown(
        EVENT["hide_location"],
        _("Show the location to guests only"),
        help_text=_("People see it once they are going."),
    )
    show_online_url = shown(
        EVENT["show_online_url"],
        _("Show the online link to everyone"),
        help_text=_("Otherwise people see it once they are going."),
    )
    show_guests = shown(
        EVENT["show_guests"],
        _("Who can see the guest list"),
        initial=GuestListFor.EVERYBODY,
    )
    show_counts = shown(
        EVENT["show_counts"],
        _("Show how many are coming"),
        initial=True,
        help_text=_("Everyone can always see when the event is full."),
    )
    comments_enabled = shown(
        EVENT["comments_enabled"],
        _("Guests can comment"),
        initial=True,
        help_text=_("Anyone who can open the event’s page can read the comments."),
    )
    channel_name = text(
        _("Channel"),
        limit=channel_limits.SLUG,
        help_text=_(
            "Lists this event with others. For a private channel you already have, use the last "
            "part of its address."
        ),
    )
    channel_visibility = forms.ChoiceField(
        label=_("If the channel is new, it is"),
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        required=False,
        widget=forms.RadioSelect,
    )
    tags = shown(
        EVENT["tags"],
        _("Tags"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=format_lazy(_("One per line, up to {most}."), most=limits.TAGS),
    )
    host_digest = shown(
        EVENT["host_digest"],
        _("One e-mail a day"),
        help_text=_("Instead of one for each request and message."),
    )
    reminders = shown(
        EVENT["reminders"],
        _("Remind guests"),
        help_text=_("Hours before the start, like 24, 1. Leave empty for none."),
        initial=list(limits.DEFAULT_REMINDERS),
    )

    def __init__(self, *args: Any, event: EventFacts | None = None, **kwargs: Any) -> None:
        if event is not None:
            kwargs["initial"] = _initial(event)
        super().__init__(*args, **kwargs)
        self.event = event
        self._is_past = False
        zones = cast(forms.Select, self.fields["timezone"].widget)
        zones.choices = zone_choices(str(self["timezone"].value() or ""), now())
        self.fields["waitlist"].show_hidden_initial = True
        if event is not None:
            for name in _NEEDED_BY_CHANGES:
                self.fields[name].required = True
            for field in self.fields.values():
                field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """Asks about a start in the past, and refuses to overwrite what somebody else changed since
        the form was shown. Sent once more it does: by then the visitor has read what stood there.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("format") == LATER:
            cleaned["format"] = Format.IN_PERSON
            if "format" in self.changed_data:
                cleaned |= {"location": "", "online_url": ""}
        self._ask_about_past()
        changed = set(self.changed_data)
        for fields in _TOGETHER:
            changed |= fields if changed & fields else set()
        overtaken = [name for name in self.fields if name in changed and self._is_overtaken(name)]
        tell_overtaken(self, overtaken)
        replace_sent(
            self, {self[name].html_initial_name: _written(self[name]) for name in overtaken}
        )
        return cleaned

    def full_clean(self) -> None:
        """Also finds what the domain would refuse, so that a form tells everything at once."""
        super().full_clean()
        if not self.errors or isinstance(self.data, Refused):
            return
        try:
            clean_event(self.changes() if self.event else EventForm.values(self), stored=self.event)
        except Invalid as problem:
            told = {name: why for name, why in problem.errors.items() if name not in self.errors}
            show_beside(self, Invalid(told))

    def _ask_about_past(self) -> None:
        typed = {name: self.cleaned_data.get(name) for name in ("start_time", "timezone")}
        moved = self.event is None or {"start_time", "timezone"} & set(self.changed_data)
        if not moved or not typed["start_time"]:
            return
        try:
            start = clean_event({"title": "-", **typed})["start_time"]
        except Invalid:
            return
        self._is_past = start < now()
        if self._is_past and not self.cleaned_data.get("past"):
            self.add_error("start_time", sentence(flaw("starts_in_past")))

    def _is_overtaken(self, name: str) -> bool:
        """Whether a field holds neither what it held when the form was shown nor what was typed."""
        here = self[name]
        shown_first = self.data.get(here.html_initial_name)
        return shown_first is not None and all(
            here.field.has_changed(here.initial, each) for each in (shown_first, here.data)
        )

    @property
    def when(self) -> When:
        """The times as the page asks for them."""
        return when_shown(*(str(self[name].value() or "") for name in ("start_time", "end_time")))

    @property
    def wrong_options(self) -> bool:
        """Whether something is wrong that is folded away."""
        return bool(self.errors.keys() & (EventForm.base_fields.keys() - _ALWAYS_SHOWN))

    @property
    def spots(self) -> int | None:
        """The capacity as it stands in the form, if it is a number."""
        return _number(self["capacity"].value())

    @property
    def plus_ones(self) -> int | None:
        """The same of what a guest may bring."""
        return _number(self["max_guests_per_rsvp"].value())

    @property
    def asks_about_past(self) -> bool:
        """Whether the visitor is to say that they mean a day in the past."""
        return self._is_past or bool(self["past"].value())

    def values(self) -> dict[str, Any]:
        """What a new event is made with; what was left empty keeps its default. The online link of
        an event made here is for guests unless somebody says otherwise."""
        return {"show_online_url": False} | {
            field: value
            for field, value in self._typed().items()
            if (value not in (None, "", []) or (field == "reminders" and field in self.data))
            and self._is_said(field)
        }

    def changes(self) -> dict[str, Any]:
        """What the visitor changed. Another zone re-reads the clock times as they stand."""
        changed = set(self.changed_data)
        if "timezone" in changed:
            changed |= TIMES
        if "format" in changed:
            changed |= set(PLACES)
        if changed & _CHANNEL:
            changed |= _CHANNEL
        return {
            field: value
            for field, value in self._typed().items()
            if field in changed and self._is_said(field)
        }

    def _is_said(self, field: str) -> bool:
        """Whether the form that was sent held the field."""
        names = {field, self[field].html_initial_name}
        return field not in _SET_FIRST or not names.isdisjoint(self.data)

    def _typed(self) -> dict[str, Any]:
        kept = (*EVENT.names, *_CHANNEL)
        typed = {name: self.cleaned_data[name] for name in kept if name in self.cleaned_data}
        for field in TIMES & typed.keys():
            typed[field] = typed[field] or None
        return typed


def event_form_page(
    request: PageRequest, template: str, form: EventForm, **context: Any
) -> HttpResponse:
    """The page around the form, and around ``scoping`` where a change may go for a series."""
    scoping = context.get("scoping")
    wrong = form.errors or (scoping is not None and scoping.errors)
    context["form"] = form
    return render(request, template, context, status=400 if wrong else 200)


def _number(value: Any) -> int | None:
    return int(value) if re.fullmatch("[0-9]{1,9}", str(value)) else None


def _written(field: BoundField) -> str:
    """What a field holds now, as a hidden input remembers it."""
    value = field.field.prepare_value(field.initial)
    return "" if value is None else str(value)


def _initial(event: EventFacts) -> dict[str, Any]:
    channel = event.channel
    initial = {name: getattr(event, name) for name in EventForm.base_fields if name in EVENT.names}
    initial |= {name: clock_time(initial[name], event.timezone) for name in TIMES}
    initial["format"] = _where(event)
    return initial | {
        "channel_name": channel.name if channel else "",
        "channel_visibility": channel.visibility if channel else Visibility.PUBLIC,
    }


def _where(event: EventFacts) -> str:
    """What the page asks for of the place, so that everything that is there is shown."""
    if event.location and (event.online_url or event.format == Format.VIRTUAL):
        return Format.HYBRID.value
    if event.format == Format.IN_PERSON and not event.location:
        return Format.VIRTUAL.value if event.online_url else LATER
    return event.format


def clock_time(when: datetime | None, zone: str) -> str:
    """A moment as a field for dates and times shows it, by the clock of a zone."""
    return "" if when is None else f"{when.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
