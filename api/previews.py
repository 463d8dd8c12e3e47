"""``?preview=true``: what a change of an event would do and who would be told, without doing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.response import Response

from access.events import SeenEvent
from api.bodies import Body, described
from events.domain.notices import Notice
from events.domain.rehearsal import rehearse
from events.facts import EventFacts
from rsvps.domain.audience import audience_of

# What every change moves on.
_PASSING = frozenset({"last_modified", "updated_at"})


class PreviewQuery(serializers.Serializer[Any]):
    """Whether to do it."""

    preview = serializers.BooleanField(
        default=False,
        help_text="true: answers what would change and who would be told, and changes nothing.",
    )


class AudienceBody(Body):
    """Guests with an e-mail address: how many are going, how many answered and were not declined,
    and how many would be told with the ``notify`` that was sent."""

    going: int
    all: int
    notified: int


class PreviewBody(Body):
    """What a change would do: ``changes`` holds what an answer about the event would tell
    differently, as [old, new]. For an event that would be deleted it is the status alone, with
    null as the new one."""

    changes: dict[str, list[Annotated[Any, serializers.JSONField()]]]
    audience: AudienceBody


class PreviewEnvelope(Body):
    """What a change would do. Nothing was changed."""

    preview: PreviewBody


def changed_or(body: type[Body]) -> PolymorphicProxySerializer:
    """The answer to a change, or to its preview, for the document."""
    return PolymorphicProxySerializer(
        component_name=f"{body.__name__}OrPreview",
        serializers=[described(body), described(PreviewEnvelope)],
        resource_type_field_name=None,
    )


def preview(
    event: SeenEvent,
    act: Callable[[], object],
    notice: Notice,
    told: Callable[[EventFacts], Body],
) -> Response:
    """The preview of what ``act`` does to the event, in the words of the body that is ``told`` of
    it. What ``act`` refuses is refused."""
    row, tells_guests = rehearse(event.row.id, act)
    before = vars(told(event.facts))
    after = vars(told(event._replace(row=row).facts)) if row else before | {"status": None}
    changes = {
        name: [before.get(name), after.get(name)]
        for name in before | after
        if name not in _PASSING and before.get(name) != after.get(name)
    }
    audience = audience_of(event.row.id)
    notified = audience.notified(notice.notify) if tells_guests else 0
    counts = AudienceBody(going=audience.going, all=audience.all, notified=notified)
    return Response(PreviewEnvelope(preview=PreviewBody(changes=changes, audience=counts)))
