"""Which events are in the calendar of an account."""

from __future__ import annotations

import pytest

from accounts.domain.actors import Actor
from rsvps.domain.calendars import own_events
from tests.makers import make_event, make_rsvp, make_tenant, make_user

pytestmark = pytest.mark.django_db


def test_hosted_and_attended_each_once() -> None:
    """Also where the host answers their own event."""
    user = make_user()
    actor = Actor(user_id=user.pk)
    both, attended = make_event(actor=actor), make_event()
    make_rsvp(both, user=user)
    make_rsvp(attended, user=user)
    make_rsvp(make_event(), user=make_user())
    assert sorted(own_events(actor).values_list("pk", flat=True)) == sorted([both.id, attended.id])


def test_within_the_tenant_alone() -> None:
    """Whoever has none reads what belongs to none."""
    user, tenant = make_user(), make_tenant()
    here, nowhere = Actor(user_id=user.pk, tenant_id=tenant.pk), Actor(user_id=user.pk)
    inside, outside = make_event(actor=here), make_event(actor=nowhere)
    assert list(own_events(here).values_list("pk", flat=True)) == [inside.id]
    assert list(own_events(nowhere).values_list("pk", flat=True)) == [outside.id]
