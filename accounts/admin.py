"""Tenants, users and credentials in the admin."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from accounts import limits
from accounts.domain.api_keys import called, issue_key, revoke_key
from accounts.domain.images import keep_image
from accounts.domain.tenants import (
    create_tenant,
    create_user,
    delete_tenant,
    update_tenant,
    update_user,
)
from accounts.enums import KeyKind, Scope
from accounts.models import ApiKey, Image, RootCredential, Tenant, User
from comments.domain.accounts import delete_account
from events.domain.images import discard_images
from pages.admin import (
    DomainAdmin,
    ReadOnlyAdmin,
    SturdyAdmin,
    SuperusersOnly,
    TenantScoped,
    actor_of,
    changed_values,
)
from pages.admin.acting import Shown, each, show_once
from pages.admin.showing import moment_column
from pages.forms import ImageUpload, Lines

admin.site.unregister([Group, DBTaskResult])


class TenantForm(forms.ModelForm):  # type: ignore[type-arg]
    """An organisation and what it lets people say."""

    blocked_terms = Lines(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One per line. A comment that contains any of them is refused."),
    )

    class Meta:
        model = Tenant
        fields = ["name", "slug", "moderation_enabled", "blocked_terms", "max_links", "moderator"]


@admin.register(Tenant)
class TenantAdmin(SuperusersOnly, DomainAdmin):
    """Organisations."""

    form = TenantForm
    list_display = ["name", "slug", "moderation_enabled", moment_column("created_at")]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Makes or changes the tenant through the domain."""
        if change:
            update_tenant(tenant_id=obj.pk, values=changed_values(form))
        else:
            obj.pk = create_tenant(**form.cleaned_data).pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes a tenant to which nothing belongs."""
        delete_tenant(tenant_id=obj.pk)


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """Users are known by e-mail address."""

    class Meta:
        model = User
        fields = ["email"]


@admin.register(User)
class UserAdmin(SuperusersOnly, DjangoUserAdmin, DomainAdmin):  # type: ignore[type-arg,misc]
    """People with accounts. Passwords are changed by Django's own page."""

    add_form = NewUserForm
    list_display = ["email", "display_name", "tenant", "is_staff", "is_active", "last_login"]
    list_select_related = ["tenant"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["email", "display_name"]
    ordering = ["email"]
    raw_id_fields = ["tenant"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        (_("Person"), {"fields": ["display_name", "first_name", "last_name", "avatar", "tenant"]}),
        (
            _("Permissions"),
            {
                "fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"],
                "description": _(
                    "A tenant’s staff are its organizers. They are in the group Organizers, "
                    "and nobody else is."
                ),
            },
        ),
        (_("More"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "usable_password", "password1", "password2"]})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Makes or changes the user through the domain."""
        told = form.cleaned_data
        if change:
            update_user(user_id=obj.pk, values=changed_values(form))
        else:
            password = told["password1"] if told["set_usable_password"] else None
            obj.pk = create_user(email=told["email"], password=password).pk
        obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is left to do: save_model() wrote the groups too."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the account with all that goes with it."""
        delete_account(user_id=obj.pk)


@admin.register(Group)
class GroupAdmin(SuperusersOnly, DjangoGroupAdmin, SturdyAdmin):
    """What kinds of staff may do. The group of organizers is written anew by each migration."""


@admin.register(DBTaskResult)
class TaskResultAdmin(SuperusersOnly, DBTaskResultAdmin, SturdyAdmin):
    """Background work, mails above all."""


class NewKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new key may do, and until when."""

    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=Scope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none for everything that a key of this kind may do."),
    )

    class Meta:
        model = ApiKey
        fields = ["user", "name", "kind", "scopes", "channel", "expires_at"]


_REVOKED = ngettext_lazy("%(count)s key revoked.", "%(count)s keys revoked.", "count")


@admin.register(ApiKey)
class ApiKeyAdmin(TenantScoped, DomainAdmin):
    """Programs' credentials, by their visible prefix. The key is shown once, to its maker; only
    its digest is stored. An organizer's key acts for the organizer."""

    tenant_path = "tenant"
    root_only = ["user", "tenant"]
    list_display = [
        *("name", "prefix", "kind", "holder", "tenant", moment_column("last_used_at")),
        *(moment_column("expires_at"), moment_column("revoked_at")),
    ]
    list_select_related = ["user", "tenant"]
    list_filter = ["kind"]
    search_fields = ["prefix", "name"]
    raw_id_fields = ["user", "channel"]
    readonly_fields = ["prefix", "holder", "tenant", "created_at", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A key is made from its own form and never changed."""
        return super().get_form(
            request, obj, change, **(kwargs if obj else {"form": NewKeyForm} | kwargs)
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All but the digest; a new key has no more than its form."""
        told = ["user", "name", "kind", "shown_scopes" if obj else "scopes"]
        told += ["channel", "expires_at"]
        return self._shown(request, [*self.readonly_fields, *told] if obj else told)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What a key may do is said in words."""
        return [*self.readonly_fields, *(["shown_scopes"] if obj else [])]

    @admin.display(description=_("Scopes"))
    def shown_scopes(self, key: ApiKey) -> str:
        """One on each line."""
        return "\n".join(str(Scope(scope).label) for scope in key.scopes)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits a key; it is revoked."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Ending a key changes it."""
        return super().has_change_permission(request)

    @admin.display(description=_("acts for"))
    def holder(self, key: ApiKey) -> str:
        """Who the key acts for, as others call them."""
        return called(key.user.display_name, key.user.email)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Issues the key."""
        told = form.cleaned_data
        issued = issue_key(
            user=told.get("user") or cast(User, request.user),
            name=told["name"],
            kind=KeyKind(told["kind"]),
            scopes=told["scopes"],
            channel=told["channel"],
            expires_at=told["expires_at"],
        )
        obj.pk = issued.id
        obj.refresh_from_db()
        request.__dict__["issued"] = issued

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """Shows the key, this once."""
        issued = request.__dict__["issued"]
        return show_once(
            self,
            request,
            [Shown(gettext("API key %(prefix)s…") % {"prefix": issued.prefix}, issued.text)],
            title=gettext("The new API key"),
            back=reverse("admin:accounts_apikey_changelist"),
        )

    @admin.action(description=_("Revoke the selected keys"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        """Ends the keys at once."""
        each(self, request, queryset, lambda key: revoke_key(key.prefix), _REVOKED)


@admin.register(RootCredential)
class RootCredentialAdmin(SuperusersOnly, ReadOnlyAdmin):
    """When the root token was rotated last; `manage.py root_token` shows and rotates it."""

    list_display = ["__str__", "rotated_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting the row would silently mint another token."""
        return False


class NewImageForm(forms.ModelForm):  # type: ignore[type-arg]
    """A picture and what it shows."""

    picture = ImageUpload(
        help_text=_("JPEG, PNG, WebP or GIF, at most 5 MB; re-encoded without its EXIF data.")
    )
    alt_text = forms.CharField(
        max_length=limits.ALT_TEXT, required=False, help_text=_("What the picture shows.")
    )

    class Meta:
        model = Image
        fields = ["alt_text"]


@admin.register(Image)
class ImageAdmin(TenantScoped, DomainAdmin):
    """Uploaded pictures."""

    tenant_path = "tenant"
    root_only = ["tenant", "uploader"]
    list_display = ["name", "tenant", "pixels", moment_column("created_at")]
    list_select_related = ["tenant"]
    search_fields = ["name", "alt_text"]

    @admin.display(description=_("size in pixels"))
    def pixels(self, image: Image) -> str:
        """Its width and height."""
        return f"{image.width} × {image.height}"

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A picture is added from its own form and never changed."""
        return super().get_form(
            request, obj, change, **(kwargs if obj else {"form": NewImageForm} | kwargs)
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of a picture; a new one is a file and its description."""
        return super().get_fields(request, obj) if obj else ["picture", "alt_text"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits a picture."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keeps the picture for the organizer's tenant."""
        actor = actor_of(request)
        kept = keep_image(
            form.cleaned_data["picture"],
            tenant_id=actor.staff_of,
            uploader_id=actor.user_id,
            alt_text=form.cleaned_data["alt_text"],
        )
        obj.pk = kept.pk
        obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        """Back to the list."""
        return self.response_post_save_add(request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the picture with its file; events that showed it show none."""
        discard_images([obj.pk])
