"""The admin itself: its first page says how the events stand."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain.feeds import feed_token, rotate_feed
from accounts.models import User
from config.links import base_url
from events.addresses import feed_url, webcal
from notify.domain.mail.failures import failed_mail, send_again
from pages.admin.acting import refusals_as_messages
from pages.admin.chart import bars
from pages.admin.guest_data import guest_data
from pages.admin.login import OwnPasswordView, SignInForm, told
from pages.admin.scoping import actor_of
from rsvps.domain.overview import overview

_RECENT = 10
_READS = ("events.view_event", "rsvps.view_rsvp")
_MAILS = "rsvps.change_rsvp"
_known_methods = require_http_methods(["GET", "HEAD", "POST"])


class ConveneSite(admin.AdminSite):
    """Django's admin with a dashboard; `AdminConfig` makes it the one that apps register with."""

    login_form = SignInForm

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # What is deleted is looked at first, on a page of its own.
        self.disable_action("delete_selected")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's own, for the methods that its pages know; it takes any other for a GET."""
        return _known_methods(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        """The stock addresses, without the one that asks every model for a page of its own."""
        stock = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        again = self.admin_view(require_POST(self.send_again))
        calendar = self.admin_view(require_safe(self.own_calendar))
        rotate = self.admin_view(require_POST(self.rotate_calendar))
        data = self.admin_view(partial(guest_data, self))
        return [
            path("guest-data/", data, name="guest_data"),
            path("mail/<uuid:mail_id>/again/", again, name="mail_again"),
            path("calendar/", calendar, name="own_calendar"),
            path("calendar/new/", rotate, name="new_own_calendar"),
            *stock,
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The way in; 429 after too many wrong passwords."""
        return told(super().login(request, extra_context))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """A password of one's own; 429 after too many wrong old ones."""
        request.current_app = self.name
        view = OwnPasswordView.as_view(
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return told(view(request))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The first page: what is coming, who waits, what was not mailed."""
        context: dict[str, Any] = {"recent": self._recent(request)}
        user = request.user
        if isinstance(user, User) and user.has_perms(_READS):
            actor = actor_of(request)
            board = overview(actor, timezone.now())
            context |= {
                "board": board,
                "failed": failed_mail(actor, _RECENT),
                "bars": bars(board.days),
                "most": max(day.answers for day in board.days),
                "may_mail": user.has_perm(_MAILS),
            }
        return super().index(request, context | (extra_context or {}))

    def send_again(self, request: HttpRequest, mail_id: UUID) -> HttpResponse:
        """Sends a mail that failed once more."""
        if not (isinstance(request.user, User) and request.user.has_perm(_MAILS)):
            raise PermissionDenied
        with refusals_as_messages(request):
            send_again(actor=actor_of(request), mail_id=mail_id)
            messages.success(request, _("The mail is on its way again."))
        return redirect("admin:index")

    def own_calendar(self, request: HttpRequest) -> HttpResponse:
        """The link to a calendar of what the user hosts and attends, for the user alone."""
        link = feed_url(base_url(request), feed_token(actor_of(request)))
        context = {
            **self.each_context(request),
            "title": _("Your calendar"),
            "link": link,
            "subscribe": webcal(link),
        }
        return TemplateResponse(request, "admin/own_calendar.html", context)

    def rotate_calendar(self, request: HttpRequest) -> HttpResponse:
        """Ends the link and makes another."""
        rotate_feed(actor_of(request))
        messages.success(
            request, _("Your calendar has a new address. The old one no longer works.")
        )
        return redirect("admin:own_calendar")

    def _recent(self, request: HttpRequest) -> list[LogEntry]:
        """What the user did lately, of that which they may still see: an organizer may have moved
        to another tenant since. One query for each kind of row among the last ones."""
        user: Any = request.user
        entries = list(
            LogEntry.objects.filter(user=user, content_type__isnull=False)
            .select_related("content_type")
            .order_by("-action_time")[:_RECENT]
        )
        if actor_of(request).is_root:
            return entries
        seen: set[tuple[Any, str]] = set()
        for model in {entry.content_type.model_class() for entry in entries if entry.content_type}:
            if model is not None and self.is_registered(model):
                ids = [e.object_id for e in entries if e.content_type.model_class() is model]  # type: ignore[union-attr]
                rows = self.get_model_admin(model).get_queryset(request).filter(pk__in=ids)
                seen |= {(model, str(pk)) for pk in rows.values_list("pk", flat=True)}
        return [
            entry
            for entry in entries
            if entry.content_type and (entry.content_type.model_class(), entry.object_id) in seen
        ]
