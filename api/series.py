"""Series in the APIs: the rule on the way in, and changes of several occurrences at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from access.events import SeenEvent, ensure_owns_series
from access.sentences import sentence
from api.base import ApiViewSet
from api.events import NoticeQuery
from api.fields import Choice
from api.previews import PreviewQuery
from comments.domain.series_changes import change_series, erase_series
from config.errors import flaw
from events.domain.notices import Notice
from events.enums import Scope
from rsvps.domain.event_changes import update_event

Act = Callable[..., object]


class RecurrenceParts(serializers.Serializer[Any]):
    """How an event repeats."""

    rrule = serializers.CharField(help_text="RFC 5545, like FREQ=WEEKLY;BYDAY=TU;COUNT=10.")
    exdates = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        allow_null=True,
        help_text="Dates that are left out, like 2030-12-24.",
    )


@extend_schema_field(RecurrenceParts)
class Recurrence(serializers.JSONField):
    """A rule with its exceptions; the domain reads it."""

    def to_internal_value(self, data: Any) -> Any:
        """The object as it is. Raises ValidationError for anything else."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(sentence(flaw("not_an_object")))
        return data


class ScopeQuery(PreviewQuery):
    """Which occurrences of a series a change is for."""

    scope = Choice(
        choices=Scope.choices,
        default=Scope.THIS.value,
        help_text="following, all: those occurrences that are not over. For the series' organizer.",
    )
    overwrite = serializers.BooleanField(
        default=False, help_text="true: also what was changed by hand in single occurrences."
    )


class ScopeNoticeQuery(NoticeQuery, ScopeQuery):
    """The same for a deletion or a cancellation, which has no body to say who is told in."""


def change_of(view: ApiViewSet, event: SeenEvent, values: Mapping[str, Any], notice: Notice) -> Act:
    """What carries out a change in the scope that was asked for. Raises as if_match(), and as
    ensure_owns_series() for more than the event itself."""
    spelt, query = view.spelt, view.read_query(ScopeQuery)
    view.spelt = {**view.spelt, **spelt}
    unchanged = view.if_match(event.row)
    act: Act = update_event
    if query["scope"] != Scope.THIS:
        act = partial(change_series, **_wider(view, event, query))
    return partial(
        act,
        event=event.row,
        values=values,
        actor=view.actor,
        if_version=unchanged,
        notice=notice,
    )


def end_of(
    view: ApiViewSet, event: SeenEvent, query: Mapping[str, Any], notice: Notice, one: Act
) -> Act:
    """What erases the event, by ``one``, or the occurrences in the scope that was asked for.
    Raises as change_of()."""
    unchanged = view.if_match(event.row)
    if query["scope"] == Scope.THIS:
        return partial(one, event_id=event.row.id, if_version=unchanged, notice=notice)
    wider = _wider(view, event, query)
    return partial(erase_series, event=event.row, if_version=unchanged, notice=notice, **wider)


def _wider(view: ApiViewSet, event: SeenEvent, query: Mapping[str, Any]) -> dict[str, Any]:
    ensure_owns_series(view.actor, event)
    return {"scope": Scope(query["scope"]), "overwrite": query["overwrite"]}
