"""The same program as round_trip.ts, with the generated Python client.

Usage: python round_trip.py BASE_URL, with the package convene_client on the path.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

from convene_client import AuthenticatedClient
from convene_client.api.capability_events import create_event, get_event, list_events, update_event
from convene_client.api.capability_guests import approve_rsvp, create_rsvp
from convene_client.models import (
    AnswerWord,
    ChannelVisibility,
    ErrorBody,
    EventFormat,
    EventInputRequest,
    PatchedEventChangeInputRequest,
    RsvpInputRequest,
)


def must(answer: Any) -> Any:
    """The answer, unless it is a refusal."""
    if isinstance(answer, ErrorBody):
        raise SystemExit(f"{answer.code}: {answer.detail}")
    return answer


def round_trip(url: str) -> dict[str, Any]:
    """What was seen of an event on its way."""
    sent = EventInputRequest(
        title="From Python",
        start_time=datetime(2100, 5, 1, 18, tzinfo=UTC),
        format_=EventFormat.IN_PERSON,
        max_attendees=5,
        admin_approval_required=True,
        location="Elm Street 1",
        channel_name="Secret Circle",
        channel_visibility=ChannelVisibility.PRIVATE,
    )
    # The generator knows no operations that take a token and need none.
    with AuthenticatedClient(base_url=url, token="none", prefix="") as anybody:
        made = must(create_event.sync(client=anybody, body=sent))
        event_id = made.event.id
        listed = must(list_events.sync(client=anybody, upcoming=True, q="Python"))
        (found,) = [each for each in listed.events if each.id == event_id]
        robin = RsvpInputRequest(name="Robin", status=AnswerWord.YES, guest_count=1)
        answered = must(create_rsvp.sync(event_id, client=anybody, body=robin))
        mine = PatchedEventChangeInputRequest(title="Mine")
        refused: Any = update_event.sync(event_id, client=anybody, body=mine)
    with AuthenticatedClient(base_url=url, token=made.admin_token) as owner:
        decided = must(approve_rsvp.sync(event_id, answered.rsvp.id, client=owner))
    with AuthenticatedClient(base_url=url, token=answered.rsvp.rsvp_token) as guest:
        own = must(get_event.sync(event_id, client=guest)).event
    return {
        "visible": [found.location, found.channel or None, made.event.channel.name],
        "states": [answered.rsvp.approval_status, decided.rsvp.approval_status],
        "log": [each.visibility for each in decided.rsvp.messages],
        "place": own.location,
        "coming": own.yes_count,
        "left": own.spots_left,
        "guests": [each.name for each in own.rsvps],
        "refused": refused.code,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(round_trip(sys.argv[1])))
