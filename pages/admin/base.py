"""What the admin classes share: lists that stay fast, input that breaks nothing, the domain's
refusals beside the form that caused them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import MAXYEAR, MINYEAR
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.errors import DomainError
from config.images import CleanImageField
from config.paging import COUNT_CAP
from pages.admin.acting import refusals_as_messages
from pages.admin.showing import zone_of
from pages.admin.wrong import wrong_fields
from pages.forms import DrawnFile, show_beside

# Rows that one action takes at a time: each is a transaction of its own.
MOST_AT_ONCE = 1000
_LONGEST_SEARCH = 200
_DATE_PARTS = ("year", "month", "day")


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to COUNT_CAP and one more: a list of a million rows is not counted on each look."""

    cap = COUNT_CAP

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most COUNT_CAP + 1."""
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: COUNT_CAP + 1].count())

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count > COUNT_CAP


class SturdyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A ModelAdmin for large tables whose pages no query string and no form data can break."""

    show_full_result_count = False
    paginator = CappedPaginator
    formfield_overrides = {CleanImageField: {"form_class": DrawnFile, "widget": AdminFileWidget}}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list. PostgreSQL stores no NUL, so nothing is looked for with one."""
        if any("\0" in text for pair in request.GET.lists() for text in (pair[0], *pair[1])):
            return HttpResponseRedirect(f"{request.path}?e=1")
        named = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, named | (extra_context or {}))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The query string may hold what the list itself offers, a related row and an id."""
        name, _, rest = lookup.partition("__")
        if name == self.date_hierarchy:
            return rest in _DATE_PARTS or (rest in ("gte", "lt") and _is_moment(value))
        related = [f.name for f in self.model._meta.get_fields() if f.many_to_one or f.one_to_one]
        if name in related:
            return rest in ("", "exact", "id__exact")
        offered = [str(getattr(each, "parameter_name", each)) for each in self.list_filter]
        return name in {*offered, "id", "pk"} and rest in ("", "exact", "isnull")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Found rows, for lists and autocompletion. SQLite takes no pattern of any length."""
        return super().get_search_results(request, queryset, search_term[:_LONGEST_SEARCH])

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What a link to the add page may fill in: related rows, by id."""
        related = {field.name for field in self.model._meta.fields if field.is_relation}
        return {name: value for name, value in request.GET.items() if name in related}

    def response_action(
        self, request: HttpRequest, queryset: Any, *where: Any, **place: Any
    ) -> HttpResponse | None:
        """Carries an action out on rows that were named rightly, and not on too many. From a row's
        own page it leads back there."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        try:
            ids = [_id(self.model._meta.pk, each) for each in chosen]
        except ValidationError:
            self.message_user(
                request, _("One of the selected rows has no such id."), messages.ERROR
            )
            return None
        across = forms.BooleanField().to_python(request.POST.get("select_across"))
        if across and queryset.order_by()[: MOST_AT_ONCE + 1].count() > MOST_AT_ONCE:
            refused = _("An action takes at most %(most)s rows: narrow the list first.") % {
                "most": MOST_AT_ONCE
            }
            self.message_user(request, refused, messages.ERROR)
            return None
        response = super().response_action(request, queryset, *where, **place)
        done = isinstance(response, HttpResponseRedirect)
        if done and "from_page" in request.POST and self.get_queryset(request).filter(pk__in=ids):
            return HttpResponseRedirect(_page_of(self, ids[0]))
        return response


class _RowsAdmin(SturdyAdmin):
    """Rows whose deletion the domain carries out."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of a row, with its times by the clock of its event. It opens at the first field
        that is wrong, below links to all of them."""
        row = context["original"]
        context |= {"wrong": wrong_fields(context)}
        if row is not None:
            context |= {"title": str(row), "subtitle": None}
        response: Any = super().render_change_form(request, context, *args, **kwargs)
        with timezone.override(zone_of(row)):
            return response.render()  # type: ignore[no-any-return]

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """What a deletion takes along. The domain knows what belongs to a row, and deletes it in
        any number; it is not listed one by one."""
        rows = list(objs)
        return [str(row) for row in rows], {self.opts.verbose_name_plural: len(rows)}, set(), []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Deletes after asking; a refusal is said on the row's own page."""
        with refusals_as_messages(request):
            return super().delete_view(request, object_id, extra_context)
        return HttpResponseRedirect(_page_of(self, object_id))


class DomainAdmin(_RowsAdmin):
    """A ModelAdmin whose writes go through domain functions, which may refuse."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The add and change pages. A refusal undoes everything; the form comes back as it was
        sent, with the reason in it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as problem:
            request.__dict__["refusal"] = problem
            for name in request.FILES:
                request.FILES[name].seek(0)  # type: ignore[union-attr]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form; after a refusal, one that says so and is not valid."""
        form = super().get_form(request, obj, change, **kwargs)
        refusal = request.__dict__.get("refusal")
        return type(form.__name__, (_Refused, form), {"refusal": refusal}) if refusal else form


class _Refused(forms.BaseModelForm):  # type: ignore[type-arg]
    """Mixin: what the domain refused, beside the field it names."""

    refusal: DomainError

    def _clean_form(self) -> None:
        super()._clean_form()  # type: ignore[misc]
        show_beside(self, self.refusal, naming=True)


class ReadOnlyAdmin(_RowsAdmin):
    """For rows that only the domain writes: to look at, and to delete where that is allowed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds these by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits these by hand."""
        return False


def changed_values(form: forms.BaseForm) -> dict[str, Any]:
    """What was filled in or changed, cleaned."""
    return {name: form.cleaned_data[name] for name in form.changed_data}


def _is_moment(text: str) -> bool:
    """Whether it is a moment that every zone has a date for."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return False
    return moment is not None and MINYEAR < moment.year < MAXYEAR


def _id(key: Any, text: str) -> Any:
    value = key.to_python(text)
    key.run_validators(value)
    return value


def _page_of(model_admin: Any, row_id: Any) -> str:
    opts = model_admin.opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row_id])
