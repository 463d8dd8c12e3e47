"""Events in the admin; every write goes through events/domain/lifecycle.py."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone

from accounts.domain.actors import actor_from
from accounts.domain.images import clean_alt_text
from accounts.models import User
from channels.enums import Visibility
from config.admin import DomainAdmin, ReadOnlyAdmin
from config.downloads import csv_download
from config.errors import Invalid, NotFound
from config.forms import show_beside
from config.images import ImageUpload
from events.admin.streams import LiveRoomInline, save_stream
from events.admin.tiers import TierInline, save_tiers
from events.domain.covers import describe_cover, give_cover, remove_cover
from events.domain.drafts import clean_event
from events.domain.lifecycle import cancel_event, create_event, delete_event, update_event
from events.enums import Standing
from events.facts import event_tiers
from events.models import Event, EventLink, LiveRoom, Tier
from events.rows import EventRow, event_row
from rsvps.domain.attendee_csv import write_attendees
from rsvps.facts import every_answer

# These three are the cover's own; see _save_cover().
_COVER = frozenset({"new_cover", "cover_alt", "remove_cover"})


class EventForm(forms.ModelForm):  # type: ignore[type-arg]
    """An event's own fields, and its channel by name."""

    channel_name = forms.CharField(
        required=False, help_text="Found or made. A private channel is joined by its slug."
    )
    channel_visibility = forms.ChoiceField(choices=Visibility.choices, required=False)
    new_cover = ImageUpload(
        required=False, help_text="JPEG, PNG, WebP or GIF, at most 5 MB; drawn anew without EXIF."
    )
    cover_alt = forms.CharField(
        required=False, help_text="What the cover shows, for people who cannot see it."
    )
    remove_cover = forms.BooleanField(required=False)

    class Meta:
        model = Event
        fields = [
            "title",
            "description",
            "start_time",
            "end_time",
            "timezone",
            "format",
            "location",
            "online_url",
            "hide_location",
            "capacity",
            "max_guests_per_rsvp",
            "is_private",
            "approval_required",
            "rsvps_closed",
            "rsvp_close_at",
            "featured",
            "tags",
            "metadata",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel = self.instance.channel
        if channel is not None:
            private = channel.visibility == Visibility.PRIVATE
            self.initial["channel_name"] = channel.slug if private else channel.name
            self.initial["channel_visibility"] = channel.visibility
        if self.instance.cover is not None:
            self.initial["cover_alt"] = self.instance.cover.alt_text

    def clean_cover_alt(self) -> str:
        """The text as it is stored."""
        try:
            return clean_alt_text(self.cleaned_data["cover_alt"], field="cover_alt")
        except Invalid as problem:
            raise forms.ValidationError(problem.message) from None

    def clean(self) -> dict[str, Any]:
        """Shows what the domain would refuse beside the field, with the input kept."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        stored = None if self.instance._state.adding else event_row(self.instance.pk)
        try:
            if not self.errors:
                clean_event(self.changes(), stored=stored)
        except Invalid as problem:
            show_beside(self, problem)
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What was filled in or changed, in domain words, without the cover."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name not in _COVER}


class LinkInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who holds a link; the tokens themselves are not stored."""

    model = EventLink
    extra = 0
    readonly_fields = ["role", "label", "created_at", "last_used_at", "expires_at", "revoked_at"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Links are made where their token can be shown."""
        return False


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
        raise NotFound("This event was deleted meanwhile.")
    return row


@admin.register(Event)
class EventAdmin(DomainAdmin):
    """Events with their counters."""

    form = EventForm
    inlines = [TierInline, LiveRoomInline, LinkInline]
    list_display = [
        "title",
        "start_time",
        "channel",
        "seats_taken",
        "capacity",
        "pending_count",
        "is_private",
        "cancelled_at",
    ]
    list_select_related = ["channel"]
    list_filter = ["is_private", "approval_required", "format"]
    date_hierarchy = "start_time"
    search_fields = ["title"]
    readonly_fields = [
        "cover",
        "tenant",
        "creator",
        "slug",
        "cancelled_at",
        "seats_taken",
        "going_count",
        "interested_count",
        "not_going_count",
        "pending_count",
        "created_at",
        "updated_at",
    ]
    actions = ["cancel", "export_attendees"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Creates or updates through the domain."""
        if change:
            update_event(event=_row(obj.pk), values=form.changes())
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

    @admin.action(description="Cancel the selected events", permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: Any) -> None:
        """Calls the events off; they stay visible as cancelled."""
        for event_id in queryset.values_list("id", flat=True):
            cancel_event(event_id=event_id)
        self.message_user(request, "Cancelled.")

    @admin.action(description="Download the attendees (CSV)", permissions=["view"])
    def export_attendees(self, request: HttpRequest, queryset: Any) -> Any:
        """The attendee list of one event as a file."""
        event = queryset.first()
        if event is None or queryset.count() > 1:
            self.message_user(request, "Select one event at a time.", messages.WARNING)
            return None
        tiers = event_tiers(event.pk, Standing.OWNER)
        return csv_download(write_attendees(every_answer(event.pk), tiers), event.title)


@admin.register(EventLink)
class EventLinkAdmin(ReadOnlyAdmin):
    """Capability links; revoking one kills its token at once."""

    list_display = ["event", "role", "label", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["event"]
    list_filter = ["role"]
    search_fields = ["event__title", "label"]
    actions = ["revoke"]

    @admin.action(description="Revoke the selected links", permissions=["delete"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        """Ends the links at once."""
        ended = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, f"{ended} revoked.")
