"""What the admin classes share: the domain's refusals as messages, and no COUNT over everything."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from config.errors import DomainError, said


class _OneByOne(admin.ModelAdmin):  # type: ignore[type-arg]
    """Deletes as the single row's page does."""

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Deletes one by one, so that each goes through delete_model()."""
        for obj in queryset:
            self.delete_model(request, obj)


class DomainAdmin(_OneByOne):
    """A ModelAdmin whose writes go through domain functions, which may refuse.

    A refusal undoes the whole form and is shown on it.
    """

    show_full_result_count = False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The add and change pages; a refused form comes back with the reason."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as problem:
            self.message_user(request, said(problem), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class ReadOnlyAdmin(_OneByOne):
    """For rows that only the domain writes: to look at, and to delete where that is allowed."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds these by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits these by hand."""
        return False
