"""Many answers at once in the Capability and the Tenant API: the same but for the words of
filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from access.sentences import message_of, sentence
from api.base import ApiViewSet
from api.bodies import Body
from api.capability.base import ANSWER_WORDS, ATTENDANCE_OF, CapabilityViewSet
from api.fields import Choice, Text
from api.schema import errors_of
from api.tenant.base import TenantViewSet
from api.words import folded
from comments import limits as message_limits
from comments.domain.bulk import act_on_answers
from comments.enums import BulkAction
from config.downloads import csv_download
from config.errors import flaw
from events.facts import event_tiers
from rsvps import limits
from rsvps.domain.attendee_csv import write_attendees
from rsvps.domain.bulk import choose
from rsvps.enums import Approval, Attendance
from rsvps.facts import answers_among
from rsvps.models import Rsvp

_EXPORT = "export"
_ACTIONS = [*BulkAction.choices, (_EXPORT, "Export as CSV")]


class _Strict(serializers.Serializer[Any]):
    """Refuses what it does not know: a filter that was misspelt would match everybody."""

    def to_internal_value(self, data: Any) -> Any:
        """The values in domain words."""
        if isinstance(data, Mapping):
            known = {folded(str(name)) for name in self.fields}
            strange = [name for name in data if folded(str(name)) not in known]
            if strange:
                said = sentence(flaw("not_taken"))
                raise serializers.ValidationError({name: [said] for name in strange})
        return super().to_internal_value(data)


class _GuestFilter(_Strict):
    q = Text(required=False, help_text="Text in the name or e-mail address.")
    approval_status = Choice(choices=Approval.choices, required=False, source="approval")


class RsvpFilterInput(_GuestFilter):
    """Filters of the organizer's list. An empty filter stands for all RSVPs."""

    status = Choice(choices=ANSWER_WORDS, required=False, source="attendance")

    def validate_status(self, word: str) -> str:
        """The domain's word."""
        return ATTENDANCE_OF[word]


class CommunityRsvpFilterInput(_GuestFilter):
    """Filters of the RSVPs. An empty filter stands for all of them."""

    status_filter = Choice(choices=Attendance.choices, required=False, source="attendance")


class _BulkInput(serializers.Serializer[Any]):
    action = Choice(choices=_ACTIONS)
    ids = serializers.ListField(child=serializers.UUIDField(), required=False)
    reason = Text(
        required=False, max_length=limits.REASON, help_text="Of a rejection; guests read it."
    )
    content = Text(required=False, max_length=message_limits.MESSAGE, help_text="Of a message.")


class BulkInput(_BulkInput):
    """What to do with which RSVPs: those with these ``ids``, or those the ``filter`` finds."""

    filter = RsvpFilterInput(required=False)


class CommunityBulkInput(_BulkInput):
    """What to do with which RSVPs: those with these ``ids``, or those the ``filter`` finds."""

    filter = CommunityRsvpFilterInput(required=False)


class RefusedBody(Body):
    """An RSVP that was left as it is. ``name`` is null when the event has no such RSVP."""

    id: UUID
    name: str | None
    code: str
    detail: str


class BulkBody(Body):
    """What was done, first come, first served, and what was not. Those in ``waitlisted`` were to be
    approved, found no seat, and are in line for one."""

    done: list[Annotated[UUID, serializers.UUIDField()]]
    waitlisted: list[Annotated[UUID, serializers.UUIDField()]]
    refused: list[RefusedBody]


class _BulkActions(ApiViewSet):
    """All of it is one change: whoever else answers meanwhile waits."""

    takes: ClassVar[type[_BulkInput]]

    def create(self, request: Request, event_id: UUID) -> HttpResponse:
        """Approves, rejects, removes or writes to up to 1,000 RSVPs in the order in which they came
        in, or exports them as CSV. What cannot be done is named, and the rest is done. For
        organizers."""
        event = owned(self.actor, event_id)
        said = self.read(self.takes)
        action = said["action"]
        chosen = choose(ids=said.get("ids"), narrowed=said.get("filter"))
        if action == _EXPORT:
            answers = answers_among(chosen.among(Rsvp.objects.of_event(event_id)))
            lines = write_attendees(answers, event_tiers(event_id, event.standing))
            file = csv_download(lines, event.row.title)
            # Whole: an Idempotency-Key keeps it.
            return HttpResponse(b"".join(file), headers=file.headers)
        outcome = act_on_answers(
            event_id=event_id,
            action=BulkAction(action),
            chosen=chosen,
            words={name: said[name] for name in ("reason", "content") if name in said},
        )
        refused = [
            RefusedBody(
                id=each.id,
                name=each.name,
                code=each.problem.code,
                detail=message_of(each.problem),
            )
            for each in outcome.refused
        ]
        return Response(BulkBody(done=outcome.done, waitlisted=outcome.waitlisted, refused=refused))


_ANSWERS: Mapping[Any, Any] = {
    (200, "application/json"): BulkBody,
    (200, "text/csv"): OpenApiTypes.STR,
}


@extend_schema_view(
    create=extend_schema(
        operation_id="actOnRsvps",
        request=BulkInput,
        responses={**_ANSWERS, **errors_of(400, 401, 403, 404, 413, 415)},
    )
)
class BulkViewSet(_BulkActions, CapabilityViewSet):
    """Many RSVPs at once in the Capability API."""

    takes = BulkInput


@extend_schema_view(
    create=extend_schema(
        operation_id="actOnCommunityEventRsvps",
        request=CommunityBulkInput,
        responses={**_ANSWERS, **errors_of(400, 401, 403, 404, 413, 415)},
    )
)
class TenantBulkViewSet(_BulkActions, TenantViewSet):
    """Many RSVPs at once in the Tenant API."""

    takes = CommunityBulkInput
