"""Events in the admin; every write goes through events/domain/lifecycle.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.actors import actor_from
from accounts.models import User
from comments.domain.erasing import delete_event
from comments.models import Message
from config.errors import NotFound
from events.addresses import page_url
from events.admin.by_date import ByDate, in_order
from events.admin.event_actions import EventActions
from events.admin.event_form import EventForm
from events.admin.streams import LiveRoomInline, save_stream
from events.admin.tiers import TierInline, save_tiers
from events.domain.covers import describe_cover, give_cover, remove_cover
from events.domain.lifecycle import create_event
from events.domain.times import status_of
from events.facts import event_link_facts
from events.models import Event, EventLink, LiveRoom, Tier
from events.querysets import BY_END
from events.rows import EventRow, event_row
from pages.admin import DomainAdmin, TenantScoped
from pages.admin.showing import badge, pretty
from pages.covers.tag import cover_tag
from pages.row_names import COLUMNS
from pages.template_tags import event_span
from rsvps.domain.checkin import door_counts
from rsvps.domain.event_changes import update_event
from rsvps.models import Rsvp


def _save_cover(form: EventForm, request: HttpRequest, event_id: UUID) -> None:
    """Gives, describes or takes away the cover as the form says."""
    drawn, alt_text = form.cleaned_data["new_cover"], form.cleaned_data["cover_alt"]
    event = _row(event_id)
    if drawn is not None:
        uploader_id = cast(User, request.user).pk
        give_cover(event=event, drawn=drawn, alt_text=alt_text, uploader_id=uploader_id)
    elif form.cleaned_data["remove_cover"]:
        remove_cover(event=event)
    elif "cover_alt" in form.changed_data:
        describe_cover(event_id=event_id, alt_text=alt_text)


def _row(event_id: UUID) -> EventRow:
    row = event_row(event_id)
    if row is None:
        raise NotFound("event_not_found")
    return row


# What an event's form asks, in the words and the order of the pages.
_SECTIONS: list[tuple[Any, dict[str, Any]]] = [
    (None, {"fields": ["title", "description", ("host_name", "host_email"), "host_digest"]}),
    (
        _("When"),
        {
            "fields": [("start_time", "end_time"), "timezone", "reminders"],
            "description": _("Times are in the time zone you choose here."),
        },
    ),
    (
        _("Where"),
        {
            "fields": ["format", "location", "online_url", "hide_location", "show_online_url"],
            "description": _("A place, an online link, or both."),
        },
    ),
    (
        _("Who can come"),
        {
            "fields": [
                *(("capacity", "max_guests_per_rsvp"), "approval_required", "waitlist"),
                *("is_private", "rsvp_close_at", "rsvps_closed"),
            ],
            "description": _("How many guests can come, and who approves them."),
        },
    ),
    (
        _("Page"),
        {
            "fields": [
                *("shown_cover", "new_cover", "cover_alt", "remove_cover"),
                *(("channel_name", "channel_visibility"), "featured", "tags"),
                *("show_guests", "show_counts", "comments_enabled", "made_from"),
            ],
            "description": _("What visitors find on the event’s page, and where it is listed."),
        },
    ),
    (
        _("History"),
        {
            "fields": [
                *("tenant", "creator", "series", "slug", "cancelled_at", "taken_down_at"),
                *("takedown_reason", "created_at", "updated_at", "shown_metadata"),
            ],
            "classes": ["collapse"],
        },
    ),
]


@admin.register(Event)
class EventAdmin(EventActions, TenantScoped, DomainAdmin):
    """Events with their counters, tickets and links."""

    form = EventForm
    fieldsets = _SECTIONS  # type: ignore[assignment]
    change_form_template = "admin/events/event/change_form.html"
    tenant_path = "tenant"
    root_only = ["tenant", "creator"]
    inlines = [TierInline, LiveRoomInline]
    list_display = [
        *("shown_title", "when", "state", "channel", "seats"),
        *("waiting", "in_line"),
    ]
    list_select_related = ["channel", "cover"]
    list_filter = [ByDate, "is_private", "approval_required", "format"]
    search_fields = ["title"]
    readonly_fields = [
        *("shown_cover", "tenant", "creator", "series", "slug", "cancelled_at"),
        *("taken_down_at", "takedown_reason", "created_at", "updated_at", "shown_metadata"),
    ]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """The next first; of what is over, the latest."""
        return in_order(request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new event has no history yet."""
        sections = super().get_fieldsets(request, obj)
        return sections if obj else sections[:-1]

    @admin.display(description=COLUMNS["title"], ordering="title")
    def shown_title(self, event: Event) -> str:
        """The title beside its picture."""
        return format_html('{}<span dir="auto">{}</span>', cover_tag(event, "thumb"), event.title)

    @admin.display(description=_("when"), ordering=BY_END)
    def when(self, event: Event) -> str:
        """By the event's own clock."""
        return event_span(event.start_time, event.end_time, event.timezone)

    @admin.display(description=COLUMNS["state"])
    def state(self, event: Event) -> str:
        """Where it stands, and who cannot see it."""
        status = status_of(event, timezone.now())
        said = [badge(status, status.label)]
        if event.taken_down_at is not None:
            said = [badge("bad", gettext("Taken down"))]
        if event.is_private:
            said.append(badge("hidden", gettext("Private")))
        return format_html_join(" ", "{}", [(each,) for each in said])

    @admin.display(description=_("seats"), ordering="seats_taken")
    def seats(self, event: Event) -> str:
        """How many are taken, of how many there are."""
        if event.capacity is None:
            return str(event.seats_taken)
        counts = {"taken": event.seats_taken, "capacity": event.capacity}
        return gettext("%(taken)s of %(capacity)s") % counts

    @admin.display(description=_("waiting"), ordering="pending_count")
    def waiting(self, event: Event) -> int:
        """How many wait for approval."""
        return event.pending_count

    @admin.display(description=_("waitlist"), ordering="waitlisted_count")
    def in_line(self, event: Event) -> int:
        """How many wait for a seat."""
        return event.waitlisted_count

    @admin.display(description=_("Cover"))
    def shown_cover(self, event: Event) -> str:
        """The picture that guests see; drawn where none was chosen."""
        return "-" if event._state.adding else cover_tag(event, "wide")

    @admin.display(description=_("Metadata"))
    def shown_metadata(self, event: Event) -> str:
        """What programs keep with the event."""
        return pretty(event.metadata)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The event's page, with its counts, its links and what may be done with it."""
        event = self.get_object(request, unquote(object_id))
        context = {} if event is None else self._around(request, event)
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """By words, as everywhere."""
        words = search_term.strip()
        return (queryset.matching(words) if words else queryset), False

    def view_on_site(self, obj: Any) -> str:
        """The page for guests."""
        return page_url("", obj.pk)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Creates or updates through the domain."""
        if change:
            version = form.cleaned_data["made_from"]
            update_event(event=_row(obj.pk), values=form.changes(), if_version=version)
        else:
            actor = actor_from((), user=cast(User, request.user))
            obj.pk = create_event(actor=actor, values=form.changes()).event_id
        _save_cover(form, request, obj.pk)
        obj.refresh_from_db()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Tiers and stream through the domain; links are made where their token can be shown."""
        if formset.model is Tier:
            save_tiers(formset, form.instance.pk)
        elif formset.model is LiveRoom:
            save_stream(formset, form.instance.pk)
        else:
            super().save_formset(request, form, formset, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Erases the event with all that belongs to it."""
        delete_event(event_id=obj.pk)

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """The events, and how much goes with them."""
        events = list(objs)
        names, counts, lacking, protected = super().get_deleted_objects(events, request)
        for model in (Rsvp, Tier, Message, EventLink):
            gone = model._default_manager.filter(event__in=events).order_by().count()
            counts |= {model._meta.verbose_name_plural: gone} if gone else {}
        return names, counts, lacking, protected

    def _around(self, request: HttpRequest, event: Event) -> dict[str, Any]:
        now = timezone.now()
        alive = [link for link in event_link_facts(event.pk, now) if link.is_alive]
        return {
            "links": alive,
            "door": door_counts(event.pk),
            "organizers_page": reverse("owner", args=[event.pk]),
            "tools": self.tools(request, event),
            "in_all": f"{reverse('admin:events_event_changelist')}?{ByDate.parameter_name}=all",
        }
