"""Events in the admin; every write goes through events/domain/lifecycle.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.actors import actor_from
from access.sentences import message_of
from accounts.domain.images import clean_alt_text
from accounts.models import User
from channels.enums import Visibility
from comments.domain.erasing import delete_event
from comments.models import Message
from config.errors import ChangedMeanwhile, Invalid, NotFound
from events.addresses import page_url
from events.admin.event_actions import EventActions
from events.admin.streams import LiveRoomInline, save_stream
from events.admin.tiers import TierInline, save_tiers
from events.domain.covers import describe_cover, give_cover, remove_cover
from events.domain.drafts import clean_event
from events.domain.lifecycle import create_event
from events.facts import event_link_facts
from events.fields import EVENT
from events.models import Event, EventLink, LiveRoom, Tier
from events.rows import EventRow, event_row
from pages.admin import DomainAdmin, TenantScoped
from pages.forms import ImageUpload, replace_sent, show_beside, tell_overtaken
from rsvps.domain.checkin import door_counts
from rsvps.domain.event_changes import update_event
from rsvps.models import Rsvp

# Three are the cover's own, see _save_cover(); the last is the edit version that the form shows.
_NO_VALUES = frozenset({"new_cover", "cover_alt", "remove_cover", "made_from"})


class EventForm(forms.ModelForm):  # type: ignore[type-arg]
    """An event's own fields, and its channel by name."""

    channel_name = forms.CharField(
        label=_("Channel"),
        required=False,
        help_text=_("Found or made. A private channel is joined by its slug."),
    )
    channel_visibility = forms.ChoiceField(
        label=_("Visibility of a new channel"), choices=Visibility.choices, required=False
    )
    new_cover = ImageUpload(
        label=_("New cover"),
        required=False,
        help_text=_("JPEG, PNG, WebP or GIF, at most 5 MB; re-encoded without its EXIF data."),
    )
    cover_alt = forms.CharField(
        label=_("What the cover shows"),
        required=False,
        help_text=_("For people who cannot see it."),
    )
    remove_cover = forms.BooleanField(label=_("Remove the cover"), required=False)
    made_from = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Event
        # The cover has fields of its own.
        fields = EVENT.without("cover_id").names
        help_texts = dict.fromkeys(("start_time", "end_time", "rsvp_close_at"), _("In UTC."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["made_from"] = self.instance.edit_version
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
            raise forms.ValidationError(message_of(problem)) from None

    def clean(self) -> dict[str, Any]:
        """Shows what the domain would refuse beside the field, with the input kept. What was made
        from an older state of the event is refused once: it says what has changed meanwhile."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        present = self.instance.edit_version
        if not self.instance._state.adding and cleaned.get("made_from") not in (None, present):
            self.add_error(None, message_of(ChangedMeanwhile()))
            tell_overtaken(self, [each for each in self.changed_data if each not in _NO_VALUES])
            replace_sent(self, {"made_from": str(present)})
        stored = None if self.instance._state.adding else event_row(self.instance.pk)
        try:
            if not self.errors:
                clean_event(self.changes(), stored=stored)
        except Invalid as problem:
            show_beside(self, problem)
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What was filled in or changed, in domain words, without the cover."""
        return {
            name: self.cleaned_data[name] for name in self.changed_data if name not in _NO_VALUES
        }


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


@admin.register(Event)
class EventAdmin(EventActions, TenantScoped, DomainAdmin):
    """Events with their counters, tickets and links."""

    form = EventForm
    change_form_template = "admin/events/event/change_form.html"
    tenant_path = "tenant"
    root_only = ["tenant", "creator"]
    inlines = [TierInline, LiveRoomInline]
    list_display = [
        "title",
        "start_time",
        "channel",
        "seats_taken",
        "capacity",
        "pending_count",
        "waitlisted_count",
        "is_private",
        "cancelled_at",
        "taken_down_at",
    ]
    list_select_related = ["channel"]
    list_filter = ["is_private", "approval_required", "format"]
    date_hierarchy = "start_time"
    ordering = ["-start_time", "-id"]
    search_fields = ["title"]
    readonly_fields = [
        "cover",
        "tenant",
        "creator",
        "series",
        "slug",
        "cancelled_at",
        "taken_down_at",
        "takedown_reason",
        "created_at",
        "updated_at",
    ]

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
        }
