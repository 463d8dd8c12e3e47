"""Comments and messages in the admin; every write goes through comments/domain."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from access.comments import deletable_comment
from accounts.domain.api_keys import called
from comments.domain.comments import delete_comment
from comments.domain.messages import delete_message
from comments.domain.reports import settle_report
from comments.domain.takedown import take_down
from comments.models import Comment, Message, Report
from events.addresses import page_url
from pages.admin import ReadOnlyAdmin, SuperusersOnly, TenantScoped, actor_of
from pages.admin.acting import Tool, each
from pages.admin.showing import moment_column, state_column
from pages.admin.takedown import ask_and_take_down

# Characters of a comment or message in a list.
_SHOWN = 90


@admin.register(Comment)
class CommentAdmin(TenantScoped, ReadOnlyAdmin):
    """What people said on content; to read and to remove."""

    tenant_path = "tenant"
    root_only = ["author", "tenant"]
    fields = [
        "content_type",
        "content_id",
        "said_by",
        "by_host",
        "author",
        "rsvp",
        "tenant",
        "body",
        "created_at",
        "updated_at",
    ]
    list_display = ["said", "said_by", "content_type", moment_column("created_at")]
    list_select_related = ["author", "rsvp"]
    list_filter = ["content_type"]
    search_fields = ["body"]

    @admin.display(description=_("comment"))
    def said(self, comment: Comment) -> str:
        """How it begins."""
        return Truncator(comment.body).chars(_SHOWN)

    @admin.display(description=_("author"))
    def said_by(self, comment: Comment) -> str:
        """Who said it, as others call them."""
        if comment.author is not None:
            return called(comment.author.display_name, comment.author.email)
        return comment.rsvp.name if comment.rsvp is not None else comment.name or gettext("Host")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the comment as a moderator."""
        delete_comment(comment_id=deletable_comment(actor_of(request), obj.pk).id)


@admin.register(Message)
class MessageAdmin(TenantScoped, ReadOnlyAdmin):
    """Announcements and messages; to read and to remove. They are written on the pages of events
    and answers."""

    tenant_path = "event__tenant"
    list_display = [
        *("said", "event", state_column("type"), state_column("visibility")),
        moment_column("created_at", "event"),
    ]
    list_select_related = ["event"]
    list_filter = ["type", "visibility"]
    search_fields = ["event__title"]
    ordering = ["-created_at", "-id"]

    @admin.display(description=_("message"))
    def said(self, message: Message) -> str:
        """How it begins."""
        return Truncator(message.content).chars(_SHOWN)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the message with the comments on it."""
        delete_message(event_id=obj.event_id, message_id=obj.pk)


_SETTLED = ngettext_lazy("%(count)s report settled.", "%(count)s reports settled.", "count")


@admin.register(Report)
class ReportAdmin(SuperusersOnly, ReadOnlyAdmin):
    """Events that visitors reported; for whoever runs the instance alone."""

    change_form_template = "admin/change_form_with_tools.html"
    list_display = [
        *("event", state_column("reason"), moment_column("created_at", "event")),
        moment_column("settled_at", "event"),
    ]
    list_select_related = ["event"]
    list_filter = ["reason"]
    search_fields = ["event__title"]
    ordering = ["-created_at", "-id"]
    actions = ["take_event_down", "settle"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The report, with what may be done about it."""
        tools = [Tool("settle", gettext("Settled"))]
        report = self.get_object(request, unquote(object_id))
        if report is not None and report.event.taken_down_at is None:
            tools.insert(0, Tool("take_event_down", gettext("Take the event down")))
        context = {"tools": tools, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def view_on_site(self, obj: Any) -> str:
        """The event's page."""
        return page_url("", obj.event_id)

    @admin.action(description=_("Take the event down"), permissions=["view"])
    def take_event_down(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Hides the reported events, with a reason that their organizers read."""

        def act(report: Report, **said: Any) -> None:
            take_down(event_id=report.event_id, **said)
            settle_report(report_id=report.pk)

        return ask_and_take_down(self, request, queryset, act)

    @admin.action(description=_("Mark as settled"), permissions=["view"])
    def settle(self, request: HttpRequest, queryset: Any) -> None:
        """Somebody looked at it, and the event may stay."""
        each(self, request, queryset, lambda one: settle_report(report_id=one.pk), _SETTLED)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the report."""
        obj.delete()
