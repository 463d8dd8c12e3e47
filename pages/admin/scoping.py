"""Whose rows the admin shows: a tenant's organizers see their tenant's, everywhere."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, cast

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator

from access.actors import actor_from
from accounts.domain.actors import Actor
from accounts.domain.organizers import organized_by
from accounts.models import User


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in user as the domain knows them."""
    return actor_from((), user=cast(User, request.user))


class _ScopedRawId(ForeignKeyRawIdWidget):
    """The stock widget looks any id up and shows what it names; this one looks among ``rows``."""

    def __init__(self, relation: Any, site: Any, rows: Any) -> None:
        super().__init__(relation, site)
        self.rows = rows

    def label_and_url_for_value(self, value: Any) -> tuple[str, str]:
        """What the id names, and its page; nothing for an id the user may not know."""
        try:
            row = self.rows.get(**{self.rel.get_related_field().name: value})
        except (ValueError, ValidationError, ObjectDoesNotExist):
            return "", ""
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        return Truncator(str(row)).words(14), reverse(name, args=[row.pk])


class TenantScoped(BaseModelAdmin):  # type: ignore[type-arg]
    """Mixin of model admins and inlines: what an organizer sees of a model.

    ``tenant_path`` leads from a row to its tenant. ``root_only`` names fields and columns about
    users and tenants, which organizers do not see.
    """

    tenant_path: ClassVar[str]
    root_only: ClassVar[Collection[str]] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        """The rows that lists, pages, searches, popups and actions start from."""
        return organized_by(actor_of(request), super().get_queryset(request), self.tenant_path)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Whoever adds a row has to belong somewhere."""
        actor = actor_of(request)
        allowed = super().has_add_permission(request, *args)
        return allowed and (actor.is_root or actor.staff_of is not None)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields of a form, without those for root alone."""
        return self._shown(request, super().get_fields(request, obj))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The sections of a form, without what is for root alone."""
        return [
            (title, options | {"fields": self._shown(request, options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns of the list, without those for root alone."""
        return self._shown(request, super().get_list_display(request))  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices are the rows that the other model's own list shows."""
        rows = self.admin_site.get_model_admin(db_field.remote_field.model).get_queryset(request)
        kwargs["queryset"] = rows
        if db_field.name in self.raw_id_fields:
            kwargs["widget"] = _ScopedRawId(db_field.remote_field, self.admin_site, rows)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _shown(self, request: HttpRequest, names: Any) -> list[Any]:
        root = actor_of(request).is_root
        return [name for name in names if root or name not in self.root_only]


class SuperusersOnly(BaseModelAdmin):  # type: ignore[type-arg]
    """Mixin of model admins that organizers have no business with, whatever they were granted."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """Every row for root, none for anybody else."""
        rows = super().get_queryset(request)
        return rows if actor_of(request).is_root else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the model is listed on the first page."""
        return actor_of(request).is_root and super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be looked at; lists and choices ask it too."""
        return actor_of(request).is_root and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Whether rows may be added."""
        return actor_of(request).is_root and super().has_add_permission(request, *args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be changed."""
        return actor_of(request).is_root and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows may be deleted."""
        return actor_of(request).is_root and super().has_delete_permission(request, obj)
