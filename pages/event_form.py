"""The form of an event, which making and changing one share. Fields go by their domain names."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from channels import limits as channel_limits
from channels.enums import Visibility
from events import limits
from events.enums import Format, GuestListFor
from events.facts import EventFacts
from events.fields import EVENT, TIMES
from events.kinds import zone_names
from pages.base import PageRequest
from pages.forms import DomainForm, replace_sent, shown, tell_overtaken, text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_CHANNEL = frozenset({"channel_name", "channel_visibility"})
# Fields that mean something only together: a clock time is read in its zone.
_TOGETHER = (frozenset({"timezone"}) | TIMES, _CHANNEL)
# A fresh event gets these from the domain when they are left empty; a change has to say them.
_NEEDED_BY_CHANGES = ("timezone", "format", "max_guests_per_rsvp")
# Set unless somebody says otherwise: an empty box counts where the form remembers its first state.
_SET_FIRST = frozenset(
    {"waitlist", "show_online_url", "show_guests", "show_counts", "comments_enabled"}
)


class Section(NamedTuple):
    """A part of the form: rows of fields that stand side by side, folded away under its title
    when it has one."""

    title: StrOrPromise
    rows: list[list[BoundField]]


class EventForm(DomainForm):
    """All of an event. Times are clock times in ``timezone``."""

    title = shown(EVENT["title"], _("Title"))
    start_time = shown(EVENT["start_time"], _("Starts"))
    end_time = shown(EVENT["end_time"], _("Ends"))
    timezone = shown(
        EVENT["timezone"],
        _("Time zone"),
        initial="UTC",
        help_text=_("Pick a time zone from the list."),
        attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"},
    )
    format = shown(EVENT["format"], _("Format"), initial=Format.IN_PERSON)
    capacity = shown(
        EVENT["capacity"],
        _("Capacity, including plus-ones"),
        help_text=_("Leave empty for no limit."),
    )
    location = shown(EVENT["location"], _("Location"), help_text=_("A place or an address."))
    online_url = shown(
        EVENT["online_url"], _("Online link"), help_text=_("Where to join, starting with https://.")
    )
    description = shown(
        EVENT["description"],
        _("Description"),
        rows=8,
        help_text=_("Markdown works: **bold**, _italic_, lists and [links](https://example.org)."),
    )
    is_private = shown(
        EVENT["is_private"],
        _("Private event"),
        help_text=_("Hidden from listings. Anyone with the link can see it."),
    )
    approval_required = shown(
        EVENT["approval_required"],
        _("I approve each guest"),
        help_text=_("You approve each RSVP. Only approved guests see the location."),
    )
    waitlist = shown(
        EVENT["waitlist"],
        _("Waitlist"),
        initial=True,
        help_text=_(
            "When the event is full, guests can wait for a spot. Whoever is next gets "
            "the first one that is free."
        ),
    )
    hide_location = shown(
        EVENT["hide_location"],
        _("Show the location to guests only"),
        help_text=_("The location and the online link appear once somebody is going."),
    )
    show_online_url = shown(
        EVENT["show_online_url"],
        _("Show the online link to everybody"),
        help_text=_("Otherwise it appears once somebody is going."),
    )
    show_guests = shown(
        EVENT["show_guests"],
        _("Who sees the guest list"),
        initial=GuestListFor.EVERYBODY,
    )
    show_counts = shown(
        EVENT["show_counts"],
        _("Show how many are coming"),
        initial=True,
        help_text=_("If not, only hosts see numbers. That the event is full is always shown."),
    )
    comments_enabled = shown(
        EVENT["comments_enabled"],
        _("Guests can comment"),
        initial=True,
        help_text=_("Everybody who sees the event's page reads the comments."),
    )
    max_guests_per_rsvp = shown(
        EVENT["max_guests_per_rsvp"],
        _("Plus-ones per guest"),
        initial=limits.DEFAULT_GUESTS_PER_RSVP,
    )
    rsvp_close_at = shown(
        EVENT["rsvp_close_at"], _("Close RSVPs at"), help_text=_("In the event's time zone.")
    )
    rsvps_closed = shown(
        EVENT["rsvps_closed"],
        _("RSVPs are closed"),
        help_text=_("Nobody new can RSVP until you reopen."),
    )
    channel_name = text(
        _("Channel"),
        limit=channel_limits.SLUG,
        help_text=_(
            "Lists this event with others. For a private channel you already have, "
            "use the last part of its address."
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
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=format_lazy(_("Up to {most}, one on each line."), most=limits.TAGS),
    )
    host_name = shown(
        EVENT["host_name"], _("Host"), help_text=_("Who invites. Everybody sees this name.")
    )
    host_email = shown(
        EVENT["host_email"],
        _("Your email"),
        widget=forms.EmailInput,
        help_text=_("So we can send you your link again. Nobody else sees it."),
        attrs={"autocomplete": "email"},
    )
    host_digest = shown(
        EVENT["host_digest"],
        _("One mail a day"),
        help_text=_("Instead of one for each request and message."),
    )
    reminders = shown(
        EVENT["reminders"],
        _("Remind guests"),
        help_text=_("Hours before the start, like 24, 1. Leave empty for none."),
        initial=list(limits.DEFAULT_REMINDERS),
    )
    # Those that share a row, and where the sections begin; the rest keep the order above.
    _side_by_side: ClassVar = {"start_time": "end_time", "format": "capacity"}
    _begins: ClassVar = {
        "is_private": _("Who sees it and who may come"),
        "channel_name": _("Channel and tags"),
        "host_name": _("Host and mail"),
    }

    def __init__(self, *args: Any, event: EventFacts | None = None, **kwargs: Any) -> None:
        if event is not None:
            kwargs["initial"] = _initial(event)
        super().__init__(*args, **kwargs)
        self.fields["waitlist"].show_hidden_initial = True
        if event is not None:
            for name in _NEEDED_BY_CHANGES:
                self.fields[name].required = True
            for field in self.fields.values():
                field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        """Refuses to overwrite what somebody else changed since the form was shown. Sent once more
        it does: by then the visitor has read what stood there."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        changed = set(self.changed_data)
        for fields in _TOGETHER:
            changed |= fields if changed & fields else set()
        overtaken = [name for name in self.fields if name in changed and self._is_overtaken(name)]
        tell_overtaken(self, overtaken)
        replace_sent(
            self, {self[name].html_initial_name: _written(self[name]) for name in overtaken}
        )
        return cleaned

    def _is_overtaken(self, name: str) -> bool:
        """Whether a field holds neither what it held when the form was shown nor what was typed."""
        here = self[name]
        shown_first = self.data.get(here.html_initial_name)
        return shown_first is not None and all(
            here.field.has_changed(here.initial, each) for each in (shown_first, here.data)
        )

    @property
    def sections(self) -> list[Section]:
        """The fields as the page shows them."""
        sections: list[Section] = [Section("", [])]
        for field in self:
            if field.name in self._begins:
                sections.append(Section(self._begins[field.name], []))
            if field.name not in self._side_by_side.values():
                beside = self._side_by_side.get(field.name)
                sections[-1].rows.append([field, self[beside]] if beside else [field])
        return sections

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
        typed = dict(self.cleaned_data)
        for field in TIMES:
            typed[field] = typed[field] or None
        return typed


def event_form_page(
    request: PageRequest, template: str, form: EventForm, **context: Any
) -> HttpResponse:
    """The page around the form, and around ``scoping`` where a change may go for a series."""
    scoping = context.get("scoping")
    wrong = form.errors or (scoping is not None and scoping.errors)
    context |= {"form": form, "zones": zone_choices()}
    return render(request, template, context, status=400 if wrong else 200)


def _written(field: BoundField) -> str:
    """What a field holds now, as a hidden input remembers it."""
    value = field.field.prepare_value(field.initial)
    return "" if value is None else str(value)


def zone_choices() -> list[str]:
    """Zones to choose from: places and UTC, without the abbreviations and fixed offsets."""
    return ["UTC", *sorted(z for z in zone_names() if "/" in z and not z.startswith("Etc/"))]


def _initial(event: EventFacts) -> dict[str, Any]:
    channel = event.channel
    initial = {name: getattr(event, name) for name in EventForm.base_fields if name in EVENT.names}
    initial |= {name: clock_time(initial[name], event.timezone) for name in TIMES}
    return initial | {
        "channel_name": channel.name if channel else "",
        "channel_visibility": channel.visibility if channel else Visibility.PUBLIC,
    }


def clock_time(when: datetime | None, zone: str) -> str:
    """A moment as a field for dates and times shows it, by the clock of a zone."""
    return "" if when is None else f"{when.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
