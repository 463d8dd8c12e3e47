"""RSVPs in the admin; every write goes through rsvps/domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from access.sentences import one_line
from comments.domain.messages import write_to_guest
from config.errors import Conflict
from pages.admin import DomainAdmin, ReadOnlyAdmin, TenantScoped, changed_values
from pages.admin.acting import Tool, ask, sent, tell_outcome
from pages.admin.showing import moment_column, pretty, state_column
from pages.forms import Lines
from pages.row_names import COLUMNS
from pages.rsvp_forms import MergeForm, ReasonForm, WordForm
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.bulk import Chosen, act_on_all
from rsvps.domain.checkin import check_in, delete_scan
from rsvps.domain.merging import merge_rsvps
from rsvps.domain.respond import change_rsvp, create_rsvp, delete_rsvp
from rsvps.enums import Approval
from rsvps.limits import AT_ONCE
from rsvps.models import CheckIn, Invitation, Rsvp

# The actions that lead to an approval, and would change nothing where it is reached.
_LEADS_TO = {
    Approval.APPROVED: frozenset({"approve", "approve_anyway"}),
    Approval.PENDING: frozenset({"back_to_pending"}),
}
_TOOLS = {
    "approve": _("Approve"),
    "reject": _("Decline"),
    "message": _("Write to the guest"),
    "check_in": _("Check in"),
    "approve_anyway": _("Approve anyway"),
    "back_to_pending": _("Back to waiting"),
}


class AnswerForm(forms.ModelForm):  # type: ignore[type-arg]
    """An answer, and what becomes of it where there is no seat."""

    guest_names = Lines(
        required=False,
        label=_("Names of plus-ones"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name per line."),
    )
    join_waitlist = forms.BooleanField(
        required=False,
        label=_("If the event is full, put them on the waitlist"),
        help_text=_("If the event has a waitlist. They get a spot as soon as one is free."),
    )


_APPROVED = ngettext_lazy(
    "%(count)s RSVP approved or put on the waitlist.",
    "%(count)s RSVPs approved or put on the waitlist.",
    "count",
)
_FORCED = ngettext_lazy(
    "%(count)s RSVP approved anyway.", "%(count)s RSVPs approved anyway.", "count"
)
_DECLINED = ngettext_lazy("%(count)s RSVP declined.", "%(count)s RSVPs declined.", "count")
_PUT_BACK = ngettext_lazy(
    "%(count)s RSVP is waiting again.", "%(count)s RSVPs are waiting again.", "count"
)
_WRITTEN_TO = ngettext_lazy(
    "Message sent to %(count)s guest.", "Message sent to %(count)s guests.", "count"
)
_CHECKED_IN = ngettext_lazy("%(count)s guest checked in.", "%(count)s guests checked in.", "count")


@admin.register(Rsvp)
class RsvpAdmin(TenantScoped, DomainAdmin):
    """Answers; approving and rejecting are actions, so that seats are asked for."""

    form = AnswerForm
    change_form_template = "admin/change_form_with_tools.html"
    tenant_path = "event__tenant"
    root_only = ["user"]
    fields = [
        "event",
        "name",
        "email",
        "pronouns",
        "attendance",
        "join_waitlist",
        "approval",
        "waitlisted_at",
        "guest_count",
        "guest_names",
        "note",
        "is_private",
        "shown_answers",
        "user",
        "tier",
        "checked_in_at",
        "created_at",
        "updated_at",
    ]
    readonly_fields = [
        "approval",
        "waitlisted_at",
        "shown_answers",
        "user",
        "checked_in_at",
        "created_at",
        "updated_at",
    ]
    raw_id_fields = ["event", "tier"]
    list_display = [
        *("name", "event", state_column("attendance"), state_column("approval"), "guest_count"),
        *("same_email", moment_column("created_at", "event")),
    ]
    list_select_related = ["event"]
    list_filter = ["attendance", "approval"]
    search_fields = ["name", "email"]
    ordering = ["-created_at", "-id"]
    actions = [*_TOOLS, "merge"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With what same_email() says, in the query of the list."""
        return super().get_queryset(request).with_same_email()

    @admin.display(boolean=True, description=_("Same e-mail"))
    def same_email(self, obj: Any) -> bool:
        """Whether another answer to the event came from the same e-mail address."""
        return bool(obj.has_same_email)

    @admin.display(description=COLUMNS["answers"])
    def shown_answers(self, obj: Any) -> str:
        """What the guest answered to the questions of the ticket."""
        asked = obj.tier.questions.all() if obj.answers and obj.tier else []
        labels = {str(question.pk): question.label for question in asked}
        return pretty({labels.get(key, key): said for key, said in obj.answers.items()})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An answer stays with its event."""
        return [*self.readonly_fields, "event"] if obj else list(self.readonly_fields)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The answer's page, with what may be done with it."""
        rsvp = self.get_object(request, unquote(object_id))
        allowed = self.get_actions(request) if rsvp else {}
        idle = _LEADS_TO.get(rsvp.approval, frozenset()) if rsvp else frozenset()
        idle |= {"check_in"} if rsvp and rsvp.checked_in_at else set()
        tools = [Tool(name, _TOOLS[name]) for name in _TOOLS if name in allowed.keys() - idle]
        context = {"tools": tools, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def view_on_site(self, obj: Any) -> str:
        """The guest on the organizer's pages."""
        return reverse("guest", args=[obj.event_id, obj.pk])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Creates or changes through the domain, which asks for seats."""
        values = changed_values(form)
        if "tier" in values:
            tier = values.pop("tier")
            values["tier_id"] = tier and tier.pk
        if change:
            change_rsvp(event_id=obj.event_id, rsvp_id=obj.pk, values=values)
        else:
            event = values.pop("event")
            obj.pk = create_rsvp(event_id=event.pk, values=values).id
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Frees the seats."""
        delete_rsvp(event_id=obj.event_id, rsvp_id=obj.pk)

    @admin.action(description=_("Approve"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: Any) -> None:
        """Lets the selected parties in as far as there is room, and puts the others on the
        waitlist."""
        self._each(request, queryset, approve, _APPROVED)

    @admin.action(description=_("Approve anyway, even when full"), permissions=["change"])
    def approve_anyway(self, request: HttpRequest, queryset: Any) -> None:
        """Lets the selected parties in by force."""
        self._each(request, queryset, approve, _FORCED, force=True)

    @admin.action(description=_("Decline"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Turns the selected parties down, with a reason that the guests read."""
        form = ReasonForm(sent(request))
        if form.is_valid():
            with form.refusals():
                self._each(request, queryset, reject, _DECLINED, **form.cleaned_data)
                return None
        return ask(
            self, request, queryset, form, title=gettext("Decline RSVPs"), button=gettext("Decline")
        )

    @admin.action(description=_("Back to waiting"), permissions=["change"])
    def back_to_pending(self, request: HttpRequest, queryset: Any) -> None:
        """Puts the selected answers back into the queue."""
        self._each(request, queryset, back_to_pending, _PUT_BACK)

    @admin.action(description=_("Write to the selected guests"), permissions=["change"])
    def message(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """The same words to each of the selected guests."""
        form = WordForm(sent(request))
        if form.is_valid():
            with form.refusals():
                self._each(request, queryset, write_to_guest, _WRITTEN_TO, **form.cleaned_data)
                return None
        return ask(
            self, request, queryset, form, title=gettext("Write to guests"), button=gettext("Send")
        )

    @admin.action(description=_("Merge two RSVPs"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Makes two answers of one guest one, after asking which stays."""
        chosen = list(queryset[:3])
        if len(chosen) != 2:
            self.message_user(request, gettext("Select two RSVPs to merge."), messages.ERROR)
            return None
        form = MergeForm(sent(request), answers=chosen)
        if form.is_valid():
            stays = form.cleaned_data["into"]
            goes = next(rsvp for rsvp in chosen if rsvp.pk != stays)
            with form.refusals():
                merge_rsvps(event_id=goes.event_id, rsvp_id=goes.pk, into=stays)
                self.message_user(request, gettext("The two RSVPs are one now."), messages.SUCCESS)
                return None
        return ask(
            self, request, chosen, form, title=gettext("Merge two RSVPs"), button=gettext("Merge")
        )

    @admin.action(description=_("Check in"), permissions=["change"])
    def check_in(self, request: HttpRequest, queryset: Any) -> None:
        """Checks the selected parties in, as the door does."""
        self._each(request, queryset, _check_in_once, _CHECKED_IN)

    def _each(
        self,
        request: HttpRequest,
        queryset: Any,
        act: Callable[..., object],
        done: Any,
        **values: Any,
    ) -> None:
        chosen: dict[UUID, list[UUID]] = defaultdict(list)
        in_order = queryset.order_by("created_at", "id")
        for rsvp_id, event_id in in_order.values_list("pk", "event_id"):
            chosen[event_id].append(rsvp_id)
        outcomes = [
            act_on_all(
                event_id=event_id,
                chosen=Chosen(tuple(ids[first : first + AT_ONCE])),
                act=partial(act, **values),
            )
            for event_id, ids in chosen.items()
            for first in range(0, len(ids), AT_ONCE)
        ]
        refused = [
            f"{each.name}: {one_line(each.problem)}"
            for outcome in outcomes
            for each in outcome.refused
        ]
        carried_out = sum(len(each.done) + len(each.waitlisted) for each in outcomes)
        tell_outcome(self, request, refused, carried_out, done)


def _check_in_once(**ids: Any) -> None:
    if check_in(**ids).repeated:
        raise Conflict("already_checked_in")


@admin.register(CheckIn)
class CheckInAdmin(TenantScoped, ReadOnlyAdmin):
    """Scans at the doors; a ticket shown twice has two."""

    tenant_path = "event__tenant"
    list_display = [
        *("rsvp", "event", "link", "admitted", moment_column("scanned_at", "event")),
        moment_column("undone_at", "event"),
    ]
    list_select_related = ["rsvp", "event", "link"]
    list_filter = ["admitted"]
    search_fields = ["rsvp__name", "event__title"]
    ordering = ["-received_at", "-id"]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Takes the check-in back first, so that the guest may be checked in anew."""
        delete_scan(event_id=obj.event_id, scan_id=obj.pk)


@admin.register(Invitation)
class InvitationAdmin(TenantScoped, ReadOnlyAdmin):
    """Addresses that organizers invited by mail."""

    tenant_path = "event__tenant"
    list_display = ["email", "event", moment_column("invited_at", "event")]
    list_select_related = ["event"]
    search_fields = ["email", "event__title"]
    ordering = ["-invited_at", "id"]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Forgets whom it was; the mail that went out stays counted."""
        obj.delete()
