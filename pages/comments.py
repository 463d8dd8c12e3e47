"""What guests and hosts say on an event's page: all of it, a page at a time; saying something, and
taking it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from access.comments import commenter, deletable_comment
from access.events import seen
from comments.domain.comments import delete_comment, post_comment
from comments.facts import event_comment_page
from comments.models import EVENT
from comments.rows import COMMENTS_SHOWN
from pages.base import PageRequest, page, page_number, see_other
from pages.event import event_page, kept_as_private, removable
from pages.message_forms import CommentForm


@require_http_methods(["GET", "HEAD", "POST"])
@page(throttle="comments")
def comments(request: PageRequest, event_id: UUID) -> HttpResponse:
    """All comments, newest last; a POST is a new one, by a guest, an account or a host."""
    event = seen(request.actor, event_id)
    facts = event.facts
    if request.method != "POST":
        found = event_comment_page(facts, number=page_number(request), size=COMMENTS_SHOWN)
        context = {
            "event": facts,
            "page": found,
            "comments": removable(request.actor, facts, found.rows),
        }
        return kept_as_private(render(request, "event/comments_page.html", context), facts)
    form, by = CommentForm(request.POST), commenter(request.actor, event)
    if form.is_valid():
        with form.refusals():
            post_comment(
                thread=(EVENT, str(event_id)),
                by=by,
                tenant_id=event.row.tenant_id,
                **form.cleaned_data,
            )
            messages.success(request, _("Comment posted."))
            return see_other("event", event_id, anchor="comments")
    return event_page(request, event, commenting=form)


@require_http_methods(["GET", "HEAD", "POST"])
@page(private=True, throttle="writes")
def remove(request: PageRequest, event_id: UUID, comment_id: UUID) -> HttpResponse:
    """Takes a comment away, after asking; for its author and for organizers."""
    facts = seen(request.actor, event_id).facts
    comment = deletable_comment(request.actor, comment_id, event_id)
    if request.method == "POST":
        delete_comment(comment_id=comment.id)
        messages.success(request, _("Comment removed."))
        return see_other("event", event_id, anchor="comments")
    return render(request, "event/remove_comment.html", {"event": facts, "comment": comment})
