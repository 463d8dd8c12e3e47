"""What may be done with events in the admin, from the list and from an event's own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import LinkRole
from comments.domain.takedown import bring_back, take_down
from config.downloads import csv_download
from config.errors import NotFound
from events.admin.links import shown_link
from events.domain.duplicate import duplicate_event
from events.domain.lifecycle import cancel_event
from events.domain.links import make_link
from events.enums import Standing
from events.facts import event_tiers
from events.models import Event
from events.rows import event_row
from pages.admin import actor_of
from pages.admin.acting import Tool, ask, each, sent, show_once
from pages.admin.takedown import ask_and_take_down
from pages.organizer.forms import HelperLinkForm
from rsvps.domain.attendee_csv import write_attendees
from rsvps.domain.event_changes import update_event
from rsvps.facts import every_answer


class EventActions(ModelAdmin):  # type: ignore[type-arg]
    """Mixin of the events' admin."""

    actions = [
        "export_attendees",
        "close_rsvps",
        "reopen_rsvps",
        "make_door_link",
        "make_viewer_link",
        "duplicate",
        "feature",
        "cancel",
        "take_down",
        "bring_back",
    ]

    def tools(self, request: HttpRequest, event: Event) -> list[Tool]:
        """The buttons of an event's page: the actions that the user has, but for those that would
        change nothing."""
        idle = {"reopen_rsvps"} if not event.rsvps_closed else {"close_rsvps"}
        idle |= {"feature"} if event.featured else set()
        idle |= {"cancel"} if event.cancelled_at else set()
        idle |= {"take_down"} if event.taken_down_at else {"bring_back"}
        allowed = self.get_actions(request)
        return [
            Tool(name, label) for name, label in _TOOLS.items() if name in allowed.keys() - idle
        ]

    @admin.action(description=_("Feature in the channel"), permissions=["change"])
    def feature(self, request: HttpRequest, queryset: Any) -> None:
        """Takes the place of the channel's featured event."""
        self._set(request, queryset, {"featured": True}, _FEATURED)

    @admin.action(description=_("Close RSVPs"), permissions=["change"])
    def close_rsvps(self, request: HttpRequest, queryset: Any) -> None:
        """No new answers; guests may still leave."""
        self._set(request, queryset, {"rsvps_closed": True}, _CLOSED)

    @admin.action(description=_("Reopen RSVPs"), permissions=["change"])
    def reopen_rsvps(self, request: HttpRequest, queryset: Any) -> None:
        """Takes answers again, unless the time for them is over."""
        self._set(request, queryset, {"rsvps_closed": False}, _REOPENED)

    @admin.action(description=_("Cancel the selected events"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: Any) -> None:
        """Calls the events off; they stay visible as cancelled."""
        each(self, request, queryset, lambda event: cancel_event(event_id=event.pk), _CANCELLED)

    @admin.action(description=_("Duplicate"), permissions=["add"])
    def duplicate(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Makes copies with the same times; a single one is opened, to be given its own."""
        made: list[Any] = []

        def copy(event: Event) -> None:
            made.append(duplicate_event(event_id=event.pk, actor=actor_of(request)).event_id)

        each(
            self,
            request,
            queryset,
            copy,
            _DUPLICATED,
        )
        if len(made) != 1:
            return None
        return HttpResponseRedirect(reverse("admin:events_event_change", args=made))

    @admin.action(description=_("Make a door link"), permissions=["change"])
    def make_door_link(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """A link for helpers at the door of one event, shown once."""
        return self._make_link(request, queryset, LinkRole.DOOR)

    @admin.action(description=_("Make a viewer link"), permissions=["change"])
    def make_viewer_link(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """A link to the guest list of one event, shown once."""
        return self._make_link(request, queryset, LinkRole.VIEWER)

    def _make_link(
        self, request: HttpRequest, queryset: Any, role: LinkRole
    ) -> HttpResponse | None:
        making, made = _LINKS[role]
        event = self._only(request, queryset)
        if event is None:
            return None
        form = HelperLinkForm(sent(request), zone=event.timezone)
        if form.is_valid():
            with form.refusals():
                values = form.values()
                link = make_link(event_id=event.pk, role=role, **values)
                key = shown_link(request, link, event=event, label=values["label"])
                back = reverse("admin:events_event_change", args=[event.pk])
                return show_once(self, request, [key], title=made, back=back)
        return ask(self, request, [event], form, title=making, button=gettext("Make the link"))

    @admin.action(description=_("Download the guests (CSV)"), permissions=["view"])
    def export_attendees(self, request: HttpRequest, queryset: Any) -> Any:
        """The attendee list of one event as a file."""
        event = self._only(request, queryset)
        if event is None:
            return None
        tiers = event_tiers(event.pk, Standing.OWNER)
        return csv_download(write_attendees(every_answer(event.pk), tiers), event.title)

    def has_root_permission(self, request: HttpRequest) -> bool:
        """Whether the user runs the instance: what they took down, no organizer brings back."""
        return actor_of(request).is_root

    @admin.action(description=_("Take down"), permissions=["root"])
    def take_down(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Hides the events from everybody but their organizers, who read why."""

        def act(event: Event, **said: Any) -> None:
            take_down(event_id=event.pk, **said)

        return ask_and_take_down(self, request, queryset, act)

    @admin.action(description=_("Bring back events that were taken down"), permissions=["root"])
    def bring_back(self, request: HttpRequest, queryset: Any) -> None:
        """Shows the events again."""
        each(
            self,
            request,
            queryset,
            lambda event: bring_back(event_id=event.pk),
            _BROUGHT_BACK,
        )

    def _set(self, request: HttpRequest, queryset: Any, values: dict[str, Any], done: Any) -> None:
        def change(event: Event) -> None:
            row = event_row(event.pk)
            if row is None:
                raise NotFound("event_not_found")
            update_event(event=row, values=values)

        each(self, request, queryset, change, done)

    def _only(self, request: HttpRequest, queryset: Any) -> Event | None:
        events: list[Event] = list(queryset[:2])
        if len(events) == 1:
            return events[0]
        self.message_user(request, gettext("Select one event at a time."), messages.WARNING)
        return None


_FEATURED = ngettext_lazy("%(count)s event featured.", "%(count)s events featured.", "count")
_CLOSED = ngettext_lazy(
    "RSVPs closed for %(count)s event.", "RSVPs closed for %(count)s events.", "count"
)
_REOPENED = ngettext_lazy(
    "RSVPs reopened for %(count)s event.", "RSVPs reopened for %(count)s events.", "count"
)
_CANCELLED = ngettext_lazy("%(count)s event cancelled.", "%(count)s events cancelled.", "count")
_DUPLICATED = ngettext_lazy(
    "%(count)s event duplicated. Change its time next.",
    "%(count)s events duplicated. Change their times next.",
    "count",
)
_BROUGHT_BACK = ngettext_lazy(
    "%(count)s event brought back.", "%(count)s events brought back.", "count"
)
# What the page that makes a link is called, and the one that shows it.
_LINKS = {
    LinkRole.DOOR: (_("Make a door link"), _("The new door link")),
    LinkRole.VIEWER: (_("Make a viewer link"), _("The new viewer link")),
}
_TOOLS = {
    "export_attendees": _("Download guests (CSV)"),
    "close_rsvps": _("Close RSVPs"),
    "reopen_rsvps": _("Reopen RSVPs"),
    "make_door_link": _("Make a door link"),
    "make_viewer_link": _("Make a viewer link"),
    "duplicate": _("Duplicate"),
    "feature": _("Feature"),
    "cancel": _("Cancel the event"),
    "take_down": _("Take down"),
    "bring_back": _("Bring back"),
}
