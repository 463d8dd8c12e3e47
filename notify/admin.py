"""Webhooks and mail in the admin: what went out, and how it went."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from notify.domain.endpoints import (
    NewEndpoint,
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    replay,
    rotate_secret,
)
from notify.domain.mail.failures import send_again
from notify.enums import EVENT_TYPES
from notify.models import Attempt, Delivery, Endpoint, Mail, Suppression
from pages.admin import (
    DomainAdmin,
    ReadOnlyAdmin,
    SuperusersOnly,
    TenantScoped,
    actor_of,
)
from pages.admin.acting import Shown, each, show_once
from pages.admin.base import changed_values
from pages.admin.showing import moment_column, pretty, state_column
from pages.row_names import COLUMNS


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is called, and of what."""

    events = forms.MultipleChoiceField(
        choices=EVENT_TYPES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none for everything."),
    )

    class Meta:
        model = Endpoint
        fields = ["tenant", "url", "events", "channel", "description", "enabled"]


@admin.register(Endpoint)
class EndpointAdmin(TenantScoped, DomainAdmin):
    """Programs that are called when something happens. The secret they check signatures with is
    shown once, when it is made."""

    form = EndpointForm
    tenant_path = "tenant"
    root_only = ["tenant"]
    list_display = ["__str__", "tenant", "enabled", "disabled_reason"]
    list_select_related = ["tenant"]
    list_filter = ["enabled"]
    search_fields = ["url", "description"]
    raw_id_fields = ["tenant", "channel"]
    readonly_fields = [
        *("event_id", "disabled_at", "disabled_reason", "proven_at", "created_at"),
        "old_secret_until",
    ]
    actions = ["rotate"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All but the secrets; a new one has no more than its form."""
        told = list(EndpointForm.Meta.fields)
        return self._shown(request, [*told, *self.readonly_fields] if obj else told)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose it is does not change."""
        return [*self.readonly_fields, "tenant"] if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Makes or changes the endpoint."""
        values = changed_values(form)
        tenant = values.pop("tenant", None)
        if "channel" in values:
            channel = values.pop("channel")
            values["channel_id"] = channel and channel.pk
        if change:
            change_endpoint(endpoint_id=obj.pk, values=values)
            return
        values.setdefault("url", form.cleaned_data.get("url", ""))
        tenant_id = tenant.pk if tenant else actor_of(request).staff_of
        if tenant_id is None:
            raise Invalid({"tenant": "required"})
        made = create_endpoint(tenant_id=tenant_id, values=values)
        obj.pk = made.endpoint.pk
        obj.refresh_from_db()
        request.__dict__["made"] = made

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """Shows the secret, this once."""
        return self._show(request, request.__dict__["made"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the endpoint with its deliveries."""
        delete_endpoint(endpoint=obj)

    @admin.action(description=_("Make a new secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """For one endpoint: the old secret signs beside the new one for a day."""
        endpoints = list(queryset[:2])
        if len(endpoints) != 1:
            self.message_user(request, gettext("Select one webhook at a time."))
            return None
        return self._show(request, rotate_secret(endpoint=endpoints[0]))

    def _show(self, request: HttpRequest, made: NewEndpoint) -> HttpResponse:
        back = reverse("admin:notify_endpoint_change", args=[made.endpoint.pk])
        keys = [Shown(gettext("Secret of %(webhook)s") % {"webhook": made.endpoint}, made.secret)]
        return show_once(self, request, keys, title=gettext("The new secret"), back=back)


class AttemptInline(TenantScoped, admin.TabularInline):  # type: ignore[type-arg]
    """How often it was tried, and what came of it."""

    model = Attempt
    tenant_path = "delivery__endpoint__tenant"
    fields = ["at", "status", "problem", "duration_ms"]
    readonly_fields = ["at", "status", "problem", "duration_ms"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Nobody adds these by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits these by hand."""
        return False


_DELIVERED = ngettext_lazy(
    "%(count)s delivery will be tried again.", "%(count)s deliveries will be tried again.", "count"
)
_SENT = ngettext_lazy(
    "%(count)s mail will be sent again.", "%(count)s mails will be sent again.", "count"
)


@admin.register(Delivery)
class DeliveryAdmin(TenantScoped, ReadOnlyAdmin):
    """What webhooks were told, or have yet to be told."""

    tenant_path = "endpoint__tenant"
    list_display = [
        *("type", "endpoint", state_column("state"), "attempts_made"),
        moment_column("created_at"),
    ]
    list_select_related = ["endpoint"]
    list_filter = ["state", "type"]
    search_fields = ["type", "endpoint__url", "endpoint__description"]
    inlines = [AttemptInline]
    fields = [
        *("id", "endpoint", "type", "event_id", "state", "attempts_made"),
        *("next_at", "created_at"),
    ]
    actions = ["replay"]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Telling something once more is up to whoever may change the webhook."""
        return request.user.has_perm("notify.change_endpoint")

    @admin.action(description=_("Deliver the selected ones again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: Any) -> None:
        """Under their old ids."""

        def again(delivery: Delivery) -> None:
            replay(endpoint=delivery.endpoint, delivery_id=delivery.pk)

        each(self, request, queryset, again, _DELIVERED)


@admin.register(Mail)
class MailAdmin(TenantScoped, ReadOnlyAdmin):
    """One mail to one recipient, and how far it came; failed ones may be tried again."""

    tenant_path = "tenant_id"
    root_only = ["recipient", "address", "shown_data", "tenant_id", "once"]
    list_display = [
        *("kind", state_column("state"), "reason", moment_column("created_at")),
        moment_column("sent_at"),
    ]
    list_filter = ["state", "kind", "reason"]
    ordering = ["-created_at", "id"]
    exclude = ["data"]
    readonly_fields = ["shown_data"]
    actions = ["try_again"]

    @admin.display(description=COLUMNS["data"])
    def shown_data(self, mail: Mail) -> str:
        """What the mail is written from."""
        return pretty(mail.data)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Of invitations, root alone reads how they went."""
        mails = super().get_queryset(request)
        return mails if actor_of(request).is_root else mails.for_organizers()

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        """Sending something once more is up to whoever may change guests."""
        return request.user.has_perm("rsvps.change_rsvp")

    @admin.action(description=_("Send again"), permissions=["try_again"])
    def try_again(self, request: HttpRequest, queryset: Any) -> None:
        """Enqueues failed mails once more."""
        actor = actor_of(request)

        def again(mail: Mail) -> None:
            send_again(actor=actor, mail_id=mail.pk)

        each(self, request, queryset, again, _SENT)


@admin.register(Suppression)
class SuppressionAdmin(SuperusersOnly, ReadOnlyAdmin):
    """Addresses, as hashes, that asked for less mail or were refused."""

    list_display = ["stop", "detail", moment_column("created_at")]
    list_filter = ["stop"]
    ordering = ["-created_at", "id"]
