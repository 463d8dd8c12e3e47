"""Capability links in the admin: never their tokens, but for the one page that shows a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from config.links import base_url
from events.addresses import link_url
from events.domain.links import NewLink, delete_link, revoke_link, rotate_link
from events.models import EventLink
from pages.admin import ReadOnlyAdmin, TenantScoped
from pages.admin.acting import ROTATED, Shown, each, show_once
from pages.admin.showing import moment_column, state_column


def shown_link(request: HttpRequest, link: NewLink, *, event: Any, label: str) -> Shown:
    """A fresh link as it is shown once, by what it opens."""
    name = f"{event}: {label or link.role.label}"
    return Shown(name, link_url(base_url(request), event.pk, link.role, link.token))


_REVOKED = ngettext_lazy("%(count)s link revoked.", "%(count)s links revoked.", "count")


@admin.register(EventLink)
class EventLinkAdmin(TenantScoped, ReadOnlyAdmin):
    """Capability links to events; revoking one kills its token at once, rotating it gives it
    another."""

    tenant_path = "event__tenant"
    list_display = [
        *("event", state_column("role"), "label", moment_column("created_at", "event")),
        *(moment_column("last_used_at", "event"), moment_column("revoked_at", "event")),
    ]
    list_select_related = ["event"]
    list_filter = ["role"]
    search_fields = ["event__title", "label"]
    ordering = ["event_id", "created_at", "id"]
    actions = ["revoke", "rotate"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Links to one event; those of series are among the series."""
        return super().get_queryset(request).filter(event__isnull=False)

    def has_organize_permission(self, request: HttpRequest) -> bool:
        """Links open an event: whoever may change it may end them."""
        return self.admin_site.get_model_admin(
            EventLink._meta.get_field("event").related_model
        ).has_change_permission(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the link."""
        delete_link(event_id=obj.event_id, link_id=obj.pk)

    @admin.action(description=_("Revoke the selected links"), permissions=["organize"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        """Ends the links at once."""
        each(
            self,
            request,
            queryset,
            lambda link: revoke_link(event_id=link.event_id, link_id=link.pk),
            _REVOKED,
        )

    @admin.action(description=_("Rotate the selected links"), permissions=["organize"])
    def rotate(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Ends the links' tokens and shows the new ones, once."""
        keys: list[Shown] = []

        def renew(link: Any) -> None:
            fresh = rotate_link(event_id=link.event_id, link_id=link.pk)
            keys.append(shown_link(request, fresh, event=link.event, label=link.label))

        each(self, request, queryset.select_related("event"), renew, ROTATED)
        if not keys:
            return None
        back = reverse("admin:events_eventlink_changelist")
        return show_once(self, request, keys, title=gettext("New links"), back=back)
