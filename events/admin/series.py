"""Series in the admin: to look at, with the way to their occurrences and a new owner link."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.links import base_url
from events.addresses import series_link_url, series_url
from events.admin.by_date import ByDate
from events.domain.links import rotate_series_link
from events.models import Event, Series
from pages.admin import ReadOnlyAdmin, TenantScoped
from pages.admin.acting import ROTATED, Shown, each, show_once
from pages.admin.showing import moment_column
from pages.row_names import COLUMNS
from pages.series_words import rule_words


@admin.register(Series)
class SeriesAdmin(TenantScoped, ReadOnlyAdmin):
    """Series with their rules. Occurrences are changed where events are; a series goes with the
    last of them."""

    tenant_path = "tenant"
    root_only = ["tenant"]
    list_display = [
        *("rule", "occurrences", "first_date", "timezone"),
        *(moment_column("extend_at"), moment_column("stopped_at")),
    ]
    ordering = ["-created_at", "id"]
    search_fields = ["events__title"]
    readonly_fields = ["occurrences", "created_at"]
    actions = ["rotate"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody takes a series from its occurrences: its link is the key to them."""
        return False

    def has_organize_permission(self, request: HttpRequest) -> bool:
        """Its link opens events: whoever may change these may end it."""
        return self.admin_site.get_model_admin(Event).has_change_permission(request)

    def view_on_site(self, obj: Any) -> str:
        """The page for guests."""
        return series_url("", obj.pk)

    @admin.display(description=COLUMNS["rrule"], ordering="rrule")
    def rule(self, series: Series) -> str:
        """How often, in words."""
        return rule_words(series.rrule)

    @admin.display(description=_("occurrences"))
    def occurrences(self, series: Series) -> str:
        """Where they are listed."""
        events = reverse("admin:events_event_changelist")
        return format_html(
            '<a href="{}?series={}&amp;{}=all">{}</a>',
            events,
            series.pk,
            ByDate.parameter_name,
            gettext("See all"),
        )

    @admin.action(description=_("Rotate the organizer links"), permissions=["organize"])
    def rotate(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Ends the tokens of the owner links and shows the new ones, once."""
        keys: list[Shown] = []

        def renew(series: Series) -> None:
            token = rotate_series_link(series_id=series.pk).token
            keys.append(Shown(str(series), series_link_url(base_url(request), series.pk, token)))

        each(self, request, queryset, renew, ROTATED)
        if not keys:
            return None
        back = reverse("admin:events_series_changelist")
        return show_once(self, request, keys, title=gettext("New links"), back=back)
