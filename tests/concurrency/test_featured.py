"""One featured event in each group, however many are asked for at once."""

from __future__ import annotations

from typing import Any

import pytest

from events.models import Event
from tests.concurrency.conftest import Race
from tests.conftest import Api
from tests.makers import make_channel
from tests.tenant_cast import EVENTS, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_ten_events_featured_at_once(race: Race) -> None:
    """Every call is answered with 200; the last one to come stays, and nobody waits for ever."""
    cast = make_cast()
    group = make_channel("Club", tenant=cast.tenant)
    events = [cast.event(channel_id=group.pk) for _ in range(10)]
    for _ in range(3):
        outcome = race(
            lambda n: Api().patch(f"{EVENTS}/{events[n].id}", {"featured": True}, cast.creator.key),
            10,
        )
        assert [each.status_code for each in outcome] == [200] * 10
        assert Event.objects.filter(featured=True).count() == 1


def test_featured_while_answers_come_in(race: Race) -> None:
    """Two events take turns being featured while guests answer both: no deadlock, true counts."""
    cast = make_cast()
    group = make_channel("Club", tenant=cast.tenant)
    events = [cast.event(channel_id=group.pk) for _ in range(2)]

    def act(number: int) -> Any:
        event = events[number % 2]
        if number < 10:
            path, sent = f"{EVENTS}/{event.id}", {"featured": True}
            return Api().patch(path, sent, cast.creator.key).status_code
        return Api().post(f"{event.path}/rsvps", {"name": "Kim", "status": "yes"}).status_code

    assert race(act, 30) == [200] * 10 + [201] * 20
    assert Event.objects.filter(featured=True).count() == 1
    assert [event.stored.seats_taken for event in events] == [10, 10]
