"""An event's stream in the admin; every write goes through events/domain/live.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from events.domain.live import (
    clean_stream,
    ensure_watchable,
    recordings_at,
    remove_stream,
    set_stream,
)
from events.fields import STREAM
from events.models import LiveRoom
from pages.admin import ReadOnlyAdmin, TenantScoped
from pages.admin.showing import moment_column, state_column
from pages.forms import Lines, show_beside


class LiveRoomForm(forms.ModelForm):  # type: ignore[type-arg]
    """A stream; recordings as one address on each line."""

    recordings = Lines(
        label=_("Recordings"),
        required=False,
        help_text=_("Addresses of recordings, one per line."),
    )

    class Meta:
        model = LiveRoom
        fields = STREAM.names

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = self.instance.recordings
        self.initial["recordings"] = [each["url"] for each in self._known]

    def clean(self) -> dict[str, Any]:
        """Shows what the domain would refuse beside the field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                stream = clean_stream(self.values())
                ensure_watchable(stream["status"], stream["playback_url"], stream["recordings"])
            except Invalid as problem:
                show_beside(self, problem)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The stream in domain words."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        values["recordings"] = recordings_at(values["recordings"], self._known)
        return values


class LiveRoomInline(TenantScoped, admin.StackedInline):  # type: ignore[type-arg]
    """The stream on the event's page."""

    tenant_path = "event__tenant"
    model = LiveRoom
    form = LiveRoomForm
    extra = 0


def save_stream(formset: Any, event_id: Any) -> None:
    """Carries out the stream's form through the domain. Raises DomainError."""
    formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
    for form in formset.forms:
        if form.cleaned_data.get("DELETE"):
            remove_stream(event_id=event_id)
            formset.deleted_objects.append(form.instance)
        elif form.has_changed():
            set_stream(event_id=event_id, values=form.values())
            formset.changed_objects.append((form.instance, form.changed_data))


@admin.register(LiveRoom)
class LiveRoomAdmin(TenantScoped, ReadOnlyAdmin):
    """Streams; they are edited with their event."""

    tenant_path = "event__tenant"
    ordering = ["event_id"]
    list_display = [
        *("event", state_column("status"), moment_column("live_at", "event")),
        moment_column("ended_at", "event"),
    ]
    list_select_related = ["event"]
    list_filter = ["status"]
    exclude = ["recordings"]
    readonly_fields = ["shown_recordings"]
    search_fields = ["event__title"]

    @admin.display(description=_("Recordings"))
    def shown_recordings(self, room: LiveRoom) -> str:
        """Their addresses, one on each line."""
        return "\n".join(each["url"] for each in room.recordings)

    def delete_model(self, request: Any, obj: Any) -> None:
        """Takes the stream away."""
        remove_stream(event_id=obj.event_id)
