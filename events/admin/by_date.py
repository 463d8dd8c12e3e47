"""The list of events by where they lie in time: what is to come unless somebody asks for more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_UPCOMING, _PAST, _ALL = "upcoming", "past", "all"
_PARAMETER = "when"


class ByDate(admin.SimpleListFilter):
    """Upcoming, past or all. Who searches, or acts on rows of a page, means all of them."""

    title = _("date")
    parameter_name = _PARAMETER

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.shown = shown_part(request)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The parts of the list."""
        return [(_UPCOMING, _("Upcoming")), (_PAST, _("Past")), (_ALL, _("All"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The same, none of them empty: a list always is one of these."""
        for part, label in self.lookup_choices:
            yield {
                "selected": part == self.shown,
                "query_string": changelist.get_query_string({_PARAMETER: str(part)}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Events of that part."""
        now = timezone.now()
        if self.shown == _UPCOMING:
            return queryset.not_over(now)
        return queryset.over(now) if self.shown == _PAST else queryset


def shown_part(request: HttpRequest) -> str:
    """Which part of the list a request asks for."""
    asked = request.GET.get(_PARAMETER)
    if asked in (_UPCOMING, _PAST, _ALL):
        return str(asked)
    return _ALL if request.GET.get(SEARCH_VAR) else _UPCOMING


def in_order(request: HttpRequest) -> list[Any]:
    """The order of that part: what is to come and what is over by its end, which the filter goes by
    as well, and all of them by their start. The latest first, but for what is to come."""
    orders = {_UPCOMING: ["over_at", "id"], _PAST: ["-over_at", "-id"]}
    return orders.get(shown_part(request), ["-start_time", "-id"])
