"""What programs read is the same in every language: only sentences are translated."""

from __future__ import annotations

from typing import Any

import pytest

from comments.domain.messages import announce
from tests.community_cast import make_community
from tests.conftest import Api, Clock
from tests.makers import make_tier

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LANGUAGES = ("en", "de", "fr", "es")


def in_each(api: Api, path: str, **headers: str) -> list[Any]:
    """An answer in each language."""
    return [
        api.client.get(path, headers={"Accept-Language": each, **headers}) for each in LANGUAGES
    ]


def test_bodies_hold_no_language(api: Api, clock: Clock) -> None:
    """Of the four APIs, with numbers that a language would group and moments it would spell."""
    community = make_community(api)
    event = community.event(capacity=123456, description="**Hi**", tags=["a"], location="Rua 1")
    make_tier(event, price_cents=1234567)
    announce(event_id=event.id, content="Hello.")
    key = {"Authorization": f"Bearer {community.keys['secret']}"}
    for path, headers in (
        (f"/api/v1/events/{event.id}", {}),
        ("/api/v1/events", {}),
        (f"/api/v1/community-events/{event.id}", key),
        (f"/api/v1/{community.at(event)}", key),
        (f"/api/v1/{community.at(event)}/tiers", key),
        (f"/social/api/v1/events/{event.id}", key),
        (f"/api/v1/events/{event.id}/event.ics", {}),
        (f"/e/{event.id}/event.ics", {}),
    ):
        answers = in_each(api, path, **headers)
        assert {answer.status_code for answer in answers} == {200}, path
        assert len({answer.content for answer in answers}) == 1, path
        assert [answer["Content-Language"] for answer in answers] == list(LANGUAGES)


def test_refusals_differ_in_their_sentences_alone(api: Api) -> None:
    """Codes and fields stay."""
    english, *others = in_each(api, "/api/v1/events/00000000-0000-4000-8000-000000000000")
    assert english.json()["code"] == "not_found"
    for other in others:
        assert other.json().keys() == english.json().keys()
        assert other.json()["code"] == "not_found"
        assert other.json() != english.json()
