"""Tenants, users and credentials in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.domain.images import discard_images
from accounts.models import ApiKey, Image, RootCredential, Tenant, User
from config.admin import ReadOnlyAdmin


@admin.register(Tenant)
class TenantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Organisations."""

    list_display = ["name", "slug", "moderation_enabled", "created_at"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """Users are known by e-mail address, kept in lower case."""

    class Meta:
        model = User
        fields = ["email"]

    def clean_email(self) -> str:
        """One address, one user, whatever the case."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("A user with this e-mail address exists already.")
        return email


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """People with accounts."""

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
        ("Person", {"fields": ["display_name", "first_name", "last_name", "avatar", "tenant"]}),
        (
            "Permissions",
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        ("More", {"fields": ["preferences", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "usable_password", "password1", "password2"]})]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Programs' credentials, by their visible prefix; the key itself is not stored."""

    list_display = ["prefix", "kind", "user", "tenant", "last_used_at", "expires_at", "revoked_at"]
    list_select_related = ["user", "tenant"]
    list_filter = ["kind"]
    search_fields = ["prefix", "name", "user__email"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.action(description="Revoke the selected keys", permissions=["delete"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        """Ends the keys at once."""
        ended = queryset.filter(revoked_at=None).update(revoked_at=timezone.now())
        self.message_user(request, f"{ended} revoked.")


@admin.register(RootCredential)
class RootCredentialAdmin(ReadOnlyAdmin):
    """When the root token was rotated last; `manage.py root_token` shows and rotates it."""

    list_display = ["__str__", "rotated_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting the row would silently mint another token."""
        return False


@admin.register(Image)
class ImageAdmin(ReadOnlyAdmin):
    """Uploaded pictures."""

    list_display = ["name", "tenant", "width", "height", "size", "created_at"]
    list_select_related = ["tenant"]
    search_fields = ["name", "alt_text"]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the picture with its file; events that showed it show none."""
        discard_images([obj.pk])
