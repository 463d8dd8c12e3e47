"""Channels in the admin; every write goes through channels/domain."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from channels.domain.rooms import create_channel
from channels.models import Channel
from config.errors import Invalid
from events.domain.channel_changes import delete_channel, update_channel
from pages.admin import DomainAdmin, TenantScoped, actor_of, changed_values
from pages.admin.showing import moment_column, state_column


class NewChannelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A channel's name and who sees it; root says whose it is."""

    class Meta:
        model = Channel
        fields = ["name", "visibility", "tenant"]


@admin.register(Channel)
class ChannelAdmin(TenantScoped, DomainAdmin):
    """Rooms. The slug stays: links, and for private channels the key, depend on it."""

    tenant_path = "tenant"
    root_only = ["tenant"]
    fields = [
        "name",
        "slug",
        "visibility",
        "description",
        "banner",
        "tenant",
        "created_at",
        "last_used_at",
    ]
    list_display = [
        *("name", "slug", state_column("visibility"), "tenant", moment_column("last_used_at"))
    ]
    list_select_related = ["tenant"]
    list_filter = ["visibility"]
    search_fields = ["name", "slug"]
    raw_id_fields = ["tenant"]
    readonly_fields = ["slug", "created_at", "last_used_at"]
    ordering = ["slug"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A new channel has a form of its own."""
        return super().get_form(
            request, obj, change, **(kwargs if obj else {"form": NewChannelForm} | kwargs)
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new channel needs a name."""
        return super().get_fields(request, obj) if obj else self._shown(request, _NEW)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A channel stays with its tenant."""
        return [*self.readonly_fields, "tenant"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Makes or changes the channel through the domain."""
        if change:
            values = changed_values(form)
            update_channel(channel_id=obj.pk, values=values)
        else:
            tenant = form.cleaned_data.get("tenant")
            tenant_id = tenant.pk if tenant else actor_of(request).staff_of
            if tenant_id is None:
                raise Invalid({"tenant": "required"})
            told = form.cleaned_data
            made = create_channel(
                name=told["name"], visibility=told["visibility"], tenant_id=tenant_id
            )
            obj.pk = made.pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the channel; its events stay, without one."""
        delete_channel(channel_id=obj.pk)


_NEW = list(NewChannelForm.Meta.fields)
