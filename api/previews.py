"""``?preview=true``: what a change of an event would do and who would be told, without doing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.response import Response

from access.events import SeenEvent
from api.bodies import OMITTED, Body, Omitted, described
from comments.domain.series_changes import Outcome
from events.domain.notices import Notice
from events.domain.rehearsal import rehearse
from events.facts import EventFacts
from rsvps.domain.audience import audience_of_all

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


class TouchedBody(Body):
    """An occurrence, by its id and its start."""

    event_id: UUID
    start_time: datetime


class MovedBody(Body):
    """An occurrence that would begin at another moment, as [old, new]."""

    event_id: UUID
    start_time: list[datetime]


class SeriesPreviewBody(Body):
    """What would become of the occurrences of a series, each list by start; those that are
    ``made`` by their start alone. ``changed`` holds those that are moved, too."""

    made: list[datetime]
    moved: list[MovedBody]
    changed: list[TouchedBody]
    cancelled: list[TouchedBody]
    restored: list[TouchedBody]
    erased: list[TouchedBody]

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """That of a change."""
        lists = {
            name: [TouchedBody.like(each) for each in getattr(outcome, name)]
            for name in ("changed", "cancelled", "restored", "erased")
        }
        moved = [MovedBody(event_id=m.event_id, start_time=[m.old, m.new]) for m in outcome.moved]
        return cls(made=[each.start_time for each in outcome.made], moved=moved, **lists)


class PreviewBody(Body):
    """What a change would do: ``changes`` holds what an answer about the event would tell
    differently, as [old, new]. For an event that would be deleted it is the status alone, with
    null as the new one. ``series`` is there for a change of several occurrences; then ``audience``
    counts each guest once for each of these they answered."""

    changes: dict[str, list[Annotated[Any, serializers.JSONField()]]]
    audience: AudienceBody
    series: SeriesPreviewBody | Omitted = OMITTED


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
    row, done = rehearse(event.row.id, act)
    before = vars(told(event.facts))
    after = vars(told(event._replace(row=row).facts)) if row else before | {"status": None}
    changes = {
        name: [before.get(name), after.get(name)]
        for name in before | after
        if name not in _PASSING and before.get(name) != after.get(name)
    }
    outcome = done if isinstance(done, Outcome) else None
    audience = audience_of_all([event.row.id] if outcome is None else outcome.told_of)
    counts = AudienceBody(
        going=audience.going, all=audience.all, notified=audience.notified(notice.notify)
    )
    series = OMITTED if outcome is None else SeriesPreviewBody.of(outcome)
    body = PreviewBody(changes=changes, audience=counts, series=series)
    return Response(PreviewEnvelope(preview=body))
