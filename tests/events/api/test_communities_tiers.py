"""Tiers and their forms in the Communities API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from events.enums import QuestionKind
from events.models import Tier
from tests.community_cast import Community, make_community
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_question, make_rsvp, make_tier
from tests.tenant_cast import said
from tests.wording import in_words

pytestmark = pytest.mark.once


@pytest.fixture
def club(api: Api) -> Community:
    """A community."""
    return make_community(api)


@pytest.fixture
def event(club: Community) -> MadeEvent:
    """An event without tiers."""
    return club.event()


def told(tier: Tier, **values: Any) -> dict[str, Any]:
    """A bare tier as the API tells it."""
    return {
        "id": str(tier.pk),
        "name": "Standard",
        "priceCents": 0,
        "currency": "EUR",
        "capacity": None,
        "sold": 0,
        "isActive": True,
        "hasForm": False,
    } | values


def test_tiers_of_an_event(club: Community, event: MadeEvent) -> None:
    """All of them in their order, switched-off ones too; the event names those handed out."""
    asks = make_tier(event, questions=[{"label": "A"}])
    off = make_tier(event, name="Off", is_active=False)
    paid = make_tier(event, name="VIP", price_cents=999, currency="USD", capacity=5, position=0)
    assert club.get(f"{club.at(event)}/tiers").json() == [
        told(asks, hasForm=True),
        told(paid, name="VIP", priceCents=999, currency="USD", capacity=5),
        told(off, name="Off", isActive=False),
    ]
    shown = said(club.get(club.at(event)), 200)["tiers"]
    assert [tier["name"] for tier in shown] == ["Standard", "VIP"]
    make_tier(club.event(), name="Elsewhere")
    assert len(club.get(f"{club.at(event)}/tiers").json()) == 3


def test_no_tiers(club: Community, event: MadeEvent) -> None:
    """An empty list; an unknown event is a 404."""
    assert club.get(f"{club.at(event)}/tiers").json() == []
    unknown = club.get(f"{club.path}/events/no-such/tiers")
    assert said(unknown, 404) == {"detail": in_words("event_not_found"), "code": "not_found"}


def test_sold_is_the_seats_held(club: Community, event: MadeEvent) -> None:
    """Of whole parties that are going and approved; it follows who leaves."""
    tier = make_tier(event)
    make_rsvp(event, guest_count=2)
    leaving = make_rsvp(event)
    make_rsvp(event, attendance="interested", tier_id=tier.pk)

    def sold() -> list[int]:
        listed = club.get(f"{club.at(event)}/tiers").json()
        shown = said(club.get(club.at(event)), 200)["tiers"]
        return [listed[0]["sold"], shown[0]["sold"]]

    assert sold() == [4, 4]
    club.api.patch(f"{event.path}/rsvps/self", {"status": "no"}, leaving.token)
    assert sold() == [3, 3]


def test_a_form_of_every_kind(club: Community, event: MadeEvent) -> None:
    """The documented fields of each question, in order; at both addresses alike."""
    tier = make_tier(event)
    questions = [
        make_question(tier, kind, label=f"About {kind}", required=kind == "email", help=kind[:3])
        for kind in QuestionKind.values
    ]
    make_question(tier, label="Retired", is_active=False)
    expected = {
        "tierId": str(tier.pk),
        "questions": [
            {
                "id": str(question.pk),
                "label": f"About {kind}",
                "kind": kind,
                "required": kind == "email",
                "options": ["red", "blue"] if kind in ("select", "multiselect") else [],
                "help": kind[:3],
            }
            for question, kind in zip(questions, QuestionKind.values, strict=True)
        ],
    }
    assert said(club.get(f"{club.path}/tiers/{tier.pk}/form"), 200) == expected
    assert said(club.get(f"{club.at(event)}/tiers/{tier.pk}/form"), 200) == expected


def test_a_form_without_questions(club: Community, event: MadeEvent) -> None:
    """An empty list, when they were retired too; hasForm says so before; help is null."""
    tier = make_tier(event)
    retired = make_question(tier)
    body = said(club.get(f"{club.path}/tiers/{tier.pk}/form"), 200)
    assert [each["help"] for each in body["questions"]] == [None]
    assert said(club.get(club.at(event)), 200)["tiers"][0]["hasForm"] is True
    type(retired).objects.update(is_active=False)
    empty = {"tierId": str(tier.pk), "questions": []}
    assert said(club.get(f"{club.path}/tiers/{tier.pk}/form"), 200) == empty
    assert said(club.get(club.at(event)), 200)["tiers"][0]["hasForm"] is False


def test_the_form_of_a_tier_that_is_switched_off(club: Community, event: MadeEvent) -> None:
    """It is listed, so its form can be read."""
    tier = make_tier(event, is_active=False, questions=[{"label": "A"}])
    body = said(club.get(f"{club.path}/tiers/{tier.pk}/form"), 200)
    assert [question["label"] for question in body["questions"]] == ["A"]


def test_forms_that_are_not_found(club: Community, event: MadeEvent) -> None:
    """Unknown, of another event, of another community and of another tenant: the same bytes."""
    tier = make_tier(event)
    sister = club.event(title="Sister")
    elsewhere = club.cast.event(channel_id=make_channel("Elsewhere", tenant=club.cast.tenant).pk)
    theirs = make_channel("Theirs", tenant=club.cast.other)
    foreign = club.cast.event(club.cast.outsider, channel_id=theirs.pk)
    ids = [uuid4(), *(make_tier(each).pk for each in (elsewhere, foreign))]
    paths = [f"{club.path}/tiers/{tier_id}/form" for tier_id in ids]
    paths += [f"{club.at(event)}/tiers/{tier_id}/form" for tier_id in ids]
    paths += [f"{club.at(sister)}/tiers/{tier.pk}/form"]
    answers = [club.get(path) for path in paths]
    assert {each.status_code for each in answers} == {404}
    assert {each.content for each in answers} == {answers[0].content}
    assert answers[0].json() == {"detail": in_words("tier_not_found"), "code": "not_found"}
    assert said(club.get(f"{club.at(event)}/tiers/{tier.pk}/form"), 200)["questions"] == []
