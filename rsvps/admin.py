"""RSVPs in the admin; every write goes through rsvps/domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from config.admin import DomainAdmin, ReadOnlyAdmin
from config.errors import DomainError, said
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.checkin import undo_check_in
from rsvps.domain.respond import change_rsvp, create_rsvp, delete_rsvp
from rsvps.models import CheckIn, Rsvp


@admin.register(Rsvp)
class RsvpAdmin(DomainAdmin):
    """Answers; approving and rejecting are actions, so that seats are asked for."""

    fields = [
        "event",
        "name",
        "email",
        "pronouns",
        "attendance",
        "approval",
        "guest_count",
        "note",
        "is_private",
        "answers",
        "user",
        "tier",
        "checked_in_at",
        "created_at",
        "updated_at",
    ]
    readonly_fields = [
        "approval",
        "answers",
        "user",
        "checked_in_at",
        "created_at",
        "updated_at",
    ]
    raw_id_fields = ["event", "tier"]
    list_display = ["name", "event", "attendance", "approval", "guest_count", "created_at"]
    list_select_related = ["event"]
    list_filter = ["attendance", "approval"]
    search_fields = ["name", "email"]
    actions = ["approve", "reject", "back_to_pending"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An answer stays with its event."""
        return [*self.readonly_fields, "event"] if obj else list(self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Creates or changes through the domain, which asks for seats."""
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if "tier" in values:
            tier = values.pop("tier")
            values["tier_id"] = tier and tier.pk
        if change:
            change_rsvp(event_id=obj.event_id, rsvp_id=obj.pk, values=values)
        else:
            event = values.pop("event")
            obj.pk = create_rsvp(event_id=event.pk, values=values).id
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Frees the seats."""
        delete_rsvp(event_id=obj.event_id, rsvp_id=obj.pk)

    @admin.action(description="Approve", permissions=["change"])
    def approve(self, request: HttpRequest, queryset: Any) -> None:
        """Lets the selected parties in, as far as there is room."""
        self._each(request, queryset, approve)

    @admin.action(description="Reject", permissions=["change"])
    def reject(self, request: HttpRequest, queryset: Any) -> None:
        """Turns the selected parties down."""
        self._each(request, queryset, reject)

    @admin.action(description="Back to pending", permissions=["change"])
    def back_to_pending(self, request: HttpRequest, queryset: Any) -> None:
        """Puts the selected answers back into the queue."""
        self._each(request, queryset, back_to_pending)

    def _each(self, request: HttpRequest, queryset: Any, act: Callable[..., Any]) -> None:
        for rsvp_id, event_id, name in queryset.values_list("id", "event_id", "name"):
            try:
                act(event_id=event_id, rsvp_id=rsvp_id)
            except DomainError as problem:
                self.message_user(request, f"{name}: {said(problem)}", messages.ERROR)


@admin.register(CheckIn)
class CheckInAdmin(ReadOnlyAdmin):
    """Scans at the doors; a ticket shown twice has two."""

    list_display = ["rsvp", "event", "link", "admitted", "scanned_at", "undone_at"]
    list_select_related = ["rsvp", "event", "link"]
    list_filter = ["admitted"]
    search_fields = ["rsvp__name", "event__title"]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Takes the check-in back first, so that the guest may be checked in anew."""
        if obj.admitted:
            undo_check_in(event_id=obj.event_id, rsvp_id=obj.rsvp_id)
        obj.delete()
